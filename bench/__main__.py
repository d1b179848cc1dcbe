"""`python -m bench [pages search readers mails lists demo start] [--quick]`: a table, exit 1 where a claim fails.

Everything happens on this machine, in a temporary folder and a database that are gone afterwards.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from bench import lists, mails, pages, serving, starting
from bench.places import DATABASES, Place, place, say
from bench.scale import QUICK, Scale
from bench.table import Row, shown

Measure = Callable[[Place, Scale], Iterator[Row]]
ON_EACH_DATABASE: dict[str, Measure] = {
    "pages": pages.rows,
    "readers": serving.rows,
    "search": pages.search,
    "lists": lists.rows,
}
ONCE: dict[str, Measure] = {"start": starting.rows}
# In the one every circle plans at once, in the other there must be no organisation yet: each has a place of its own.
ON_A_FRESH_ONE: dict[str, Measure] = {"mails": mails.rows, "demo": starting.demo}


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status: 0 when every claim that was measured holds. In a quick run no claim about time is judged."""
    asked = _asked(arguments)
    scale = QUICK if asked.quick else Scale()
    scale = replace(scale, seconds=asked.seconds or scale.seconds)
    rows: list[Row] = []
    for kind in [asked.database] if asked.database else list(DATABASES):
        for measures in (ON_EACH_DATABASE, ON_A_FRESH_ONE, ONCE if kind == "sqlite" else {}):
            wanted = [measures[name] for name in measures if name in asked.groups]
            apart = [[measure] for measure in wanted] if measures is ON_A_FRESH_ONE else [wanted]
            for together in apart:
                rows += _measure(kind, together, scale)
    print(shown(rows))
    if asked.quick:
        print("Quick: too small to say anything about time.")
    return 0 if all(row.right if asked.quick else row.holds for row in rows) else 1


def _measure(kind: str, measures: Sequence[Measure], scale: Scale) -> list[Row]:
    if not measures:
        return []
    with place(kind) as found:
        if found is None:
            say(f"{DATABASES[kind]} is not on this machine; skipped")
            return [Row(DATABASES[kind], "skipped: it is not on this machine", "")]
        return [row for measure in measures for row in measure(found, scale)]


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    groups = [*ON_EACH_DATABASE, *ON_A_FRESH_ONE, *ONCE]
    parser = argparse.ArgumentParser(prog="bench", description="Measures what is claimed about speed.")
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"{', '.join(groups)}; all unless given")
    parser.add_argument("--quick", action="store_true", help="just enough to see that everything still runs")
    parser.add_argument("--seconds", type=float, help="how long readers and writers go on")
    parser.add_argument("--database", choices=DATABASES, help="one of them; both unless given")
    asked = parser.parse_args(arguments)
    asked.groups = asked.groups or groups
    unknown = sorted(set(asked.groups) - set(groups))
    if unknown:
        parser.error(f"no group {', '.join(unknown)}; there are {', '.join(groups)}")
    return asked


if __name__ == "__main__":
    sys.exit(main())
