"""The engine on pools as organisations have them, and the laws it keeps on any pool."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.formation.conftest import formed, pool_of, somebody
from tests.formation.pools import make_pool


@pytest.mark.parametrize(
    ("n", "placed", "quality"),
    [(40, 38, 42.6), (48, 45, 47.7), (60, 60, 53.9), (200, 199, 77.5), (1000, 998, 89.4)],
)
def test_it_places_all_who_can_be_and_forms_good_circles(n, placed, quality):
    plan, verdict = formed(make_pool(n, 1), effort=None, window_price=0)
    assert plan.placed == placed
    assert verdict.quality >= quality
    assert {each.proved for each in plan.waitlist} <= {True} or n < 100


@pytest.mark.parametrize(("n", "share", "loss"), [(200, 0.10, 1.5), (1000, 0.02, 0.5)])
def test_few_circles_hang_on_a_single_window(n, share, loss):
    pool = make_pool(n, 1)
    dear, verdict = formed(pool, effort=None)
    free, _ = formed(pool, effort=None, window_price=0)
    assert verdict.single <= share * verdict.circles
    assert loss >= free.J - dear.J


@pytest.mark.parametrize("n", [60, 400, 1700])
def test_the_number_of_threads_changes_nothing(n):
    pool = make_pool(n, 3)
    plans = [formed(pool, effort=1_000_000, threads=threads, seed=5)[0] for threads in (1, 4)]
    assert plans[0] == plans[1]
    assert formed(pool, effort=1_000_000, seed=6)[0] != plans[0]


@st.composite
def any_pool(draw: st.DrawFn) -> dict[str, Any]:
    """Anything that is well formed, mostly unfavourable."""
    n = draw(st.integers(0, 40))
    chosen = st.randoms(use_true_random=False)
    luck = draw(chosen)
    people = [
        somebody(
            number,
            profession=luck.choice("abc"),
            department=luck.choice("defgh"),
            seniority=luck.randint(1, 5),
            languages=luck.sample(["nl", "en", "fr"], luck.randint(1, 2)),
            modes=luck.sample(["online", "site1", "site2"], luck.randint(0, 3)),
            themes=luck.sample("tuvw", luck.randint(0, 3)),
            slots=sorted(luck.sample(range(100), luck.choice([0, 3, 60, 90]))),
        )
        for number in range(n)
    ]
    pairs = [luck.sample(range(n), 2) for _ in range(luck.randint(0, n))] if n > 1 else []
    cut = luck.randint(0, len(pairs))
    history = [[luck.sample(range(n), min(n, 7))] for _ in range(luck.randint(0, 5))]
    return pool_of(people, apart=pairs[:cut], together=pairs[cut : cut + 4], history=history)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(any_pool())
def test_any_pool_gives_a_plan_that_breaks_no_rule(pool):
    plan, _ = formed(pool, effort=60_000)
    seated = [one for circle in plan.circles for one in circle.members]
    assert sorted([*seated, *(each.id for each in plan.waitlist)]) == list(range(len(pool["people"])))


def test_neither_numpy_nor_numba_is_loaded_with_the_app():
    loaded = "import sys, circles, circles.worker.__main__; print({'numpy', 'numba'} & set(sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", loaded], text=True).strip() == "set()"
