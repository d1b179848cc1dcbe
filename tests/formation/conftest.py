"""Small pools, made by hand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from circles.formation.matching.engine import form_circles
from circles.formation.matching.plan import Plan
from circles.formation.pool import read_pool
from tests.formation.checker import Verdict, check

MORNINGS = [day * 20 + half for day in range(5) for half in range(8)]


def somebody(number: int | str, **other: Any) -> dict[str, Any]:
    """A person who is free each morning and speaks Dutch online, but for what is given."""
    return {
        "id": number, "profession": "jurist", "department": "zorg", "seniority": 3, "languages": ["nl"],
        "modes": ["online"], "themes": ["werkdruk"], "slots": MORNINGS,
    } | other  # fmt: skip


def pool_of(people: Iterable[dict[str, Any]], **other: Any) -> dict[str, Any]:
    """A pool document."""
    return {
        "format": "vakcirkel-pool/1", "people": list(people), "related": [], "apart": [], "together": [], "history": [],
        "rules": {"size_min": 6, "size_pref": 7, "size_max": 8, "days": 5, "per_day": 20, "slot_minutes": 30,
                  "meet_slots": 3},
    } | other  # fmt: skip


def formed(pool: dict[str, Any], *, effort: int | None = 200_000, **wanted: Any) -> tuple[Plan, Verdict]:
    """The plan, and what the checker says of it; a plan that breaks a rule fails the test."""
    plan = form_circles(read_pool(pool), effort=effort, **wanted)
    verdict = check(pool, plan.document())
    assert verdict.violations == {}
    assert plan.placed == verdict.placed
    assert pytest.approx(verdict.quality, abs=0.001) == plan.J
    assert plan.bound >= plan.J
    return plan, verdict


def sizes(plan: Plan) -> list[int]:
    """Sizes of the circles, the largest first."""
    return sorted((len(circle.members) for circle in plan.circles), reverse=True)


def waiting(plan: Plan) -> dict[Any, str]:
    """Who waits, and why."""
    return {each.id: each.reason for each in plan.waitlist}
