"""`python -m bench.formation [N ...]`: circles from pools of all sizes, beside groups made otherwise, in one run.

Each plan is made in a process of its own, without the web app, and checked by code that shares nothing with the engine.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.places import ROOT, say
from bench.table import Row, shown
from tests.formation.checker import Verdict, check
from tests.formation.pools import make_pool

SEVEN = 7


@dataclass(frozen=True)
class Limit:
    """What has to be reached at one size: people placed, J at least, CPU seconds and MB at most."""

    placed: int
    quality: float
    cpu: float
    memory: float


LIMITS = {
    40: Limit(38, 42.6, 5, 250),
    48: Limit(45, 47.7, 5, 250),
    60: Limit(60, 53.9, 5, 250),
    200: Limit(199, 77.5, 3, 250),
    1_000: Limit(998, 89.4, 6, 250),
    5_000: Limit(5_000, 93.3, 10, 300),
    20_000: Limit(20_000, 95.2, 12, 400),
}
Pool = dict[str, Any]


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status: 0 when every limit is kept."""
    parser = argparse.ArgumentParser(
        prog="bench.formation", description="Circles from a pool, beside other ways."
    )
    parser.add_argument(
        "sizes", nargs="*", type=int, default=list(LIMITS), metavar="N", help="people in the pool"
    )
    asked = parser.parse_args(arguments)
    say("compiling, where no earlier run did")
    _formed(make_pool(40, 1), 0.0)
    rows = [row for n in asked.sizes for row in _rows(n)]
    print(shown(rows))
    return 0 if all(row.holds for row in rows) else 1


def _rows(n: int) -> list[Row]:
    say(f"{n:,} people")
    pool, limit = make_pool(n, 1), LIMITS.get(n)
    plan, (cpu, memory) = _formed(pool, 0.0)
    found = check(pool, plan)
    wanted = f"{limit.placed:,}, J {limit.quality}, {limit.cpu} s, {limit.memory} MB" if limit else ""
    rows = [
        Row(
            f"{n:,}: Vakcirkels",
            f"{_words(n, found)}, at most {plan['bound']:.1f} (gap {plan['gap']:.1f}); "
            f"{cpu:.1f} s CPU, {memory:.0f} MB",
            wanted,
            fast=limit is None or (cpu <= limit.cpu and memory <= limit.memory),
            right=not found.violations
            and (limit is None or (found.placed >= limit.placed and found.quality >= limit.quality)),
        )
    ]
    dear, _ = _formed(pool, 6.0)
    careful = check(pool, dear)
    share = careful.single / max(careful.circles, 1)
    most, loss = (0.02, 0.5) if n >= 1_000 else (0.10, 1.5)
    judged = n >= 200
    rows.append(
        Row(
            f"{n:,}: with a price on single windows",
            f"{share:.1%} of circles instead of {found.single / max(found.circles, 1):.0%}, "
            f"J {careful.quality:.2f}: {found.quality - careful.quality:.2f} less",
            f"at most {most:.0%}, {loss} less" if judged else "",
            right=not careful.violations
            and (not judged or (share <= most and found.quality - careful.quality <= loss)),
        )
    )
    for name, make in PEERS.items():
        rows.append(Row(f"{n:,}: {name}", _words(n, check(pool, make(pool))), "a peer"))
    return rows


def _words(n: int, found: Verdict) -> str:
    broken = sum(found.violations.values())
    return (
        f"{found.placed:,} placed, {broken:,} rules broken, {found.in_order / max(n, 1):.0%} of people in a circle "
        f"that breaks none, J {found.quality:.2f}"
    )


def _formed(pool: Pool, window_price: float) -> tuple[dict[str, Any], tuple[float, float]]:
    with tempfile.TemporaryDirectory() as folder:
        pool_file, plan_file = Path(folder) / "pool.json", Path(folder) / "plan.json"
        pool_file.write_text(json.dumps(pool))
        command = [sys.executable, "-c", CALL, str(pool_file), str(plan_file), str(window_price)]
        said = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
        cpu, memory = json.loads(said)
        return json.loads(plan_file.read_bytes()), (cpu, memory)


# Only what the engine needs is imported, so that seconds and memory are its own.
CALL = """
import json, resource, sys, time
from pathlib import Path
from circles.formation.matching.engine import form_circles
from circles.formation.pool import read_pool

pool, plan = Path(sys.argv[1]), Path(sys.argv[2])
made = form_circles(read_pool(json.loads(pool.read_bytes())), window_price=float(sys.argv[3]))
plan.write_text(json.dumps(made.document()))
print(json.dumps([time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""


def by_lot(pool: Pool) -> dict[str, Any]:
    """Sevens in any order."""
    ids = [person["id"] for person in pool["people"]]
    random.Random(1).shuffle(ids)
    return _sevens(ids)


def by_hand(pool: Pool) -> dict[str, Any]:
    """As one does in a spreadsheet: sorted by language, place and profession, departments dealt out in turn."""
    by_department: dict[str, list[dict[str, Any]]] = {}
    for person in pool["people"]:
        by_department.setdefault(person["department"], []).append(person)
    turns = {person["id"]: turn for own in by_department.values() for turn, person in enumerate(own)}
    ordered = sorted(
        pool["people"],
        key=lambda person: (
            person["languages"][0],
            person["modes"][-1],
            person["profession"],
            turns[person["id"]],
        ),
    )
    return _sevens([person["id"] for person in ordered])


def _sevens(ids: list[Any]) -> dict[str, Any]:
    circles = [ids[at : at + SEVEN] for at in range(0, len(ids), SEVEN)]
    rest = circles.pop() if circles and len(circles[-1]) < SEVEN - 1 else []
    return {"circles": [{"members": each} for each in circles], "waitlist": [{"id": one} for one in rest]}


PEERS: dict[str, Callable[[Pool], dict[str, Any]]] = {"groups by lot": by_lot, "groups by hand": by_hand}

if __name__ == "__main__":
    sys.exit(main())
