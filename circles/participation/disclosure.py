"""From a snapshot of a closed quarter to the figures that may be shown. Pure: one function, `release`.

Everything that leaves this module obeys one rule: a group of people is shown when it, those in the same departments who
do not take part, and all others are each at least k. What is too small is merged, never only hidden, so that nothing
can be found by subtraction. What is shown is rounded to fives. Absent and too small are the same mark, None.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

STEP = 5  # figures are rounded to this
FLOOR = 5  # k is never lower
LARGE, LARGE_K = 500, 10  # people in the organisation; k from there on, unless it is higher already
HALF_YEAR, YEAR = 182, 365  # days
LIVES = (HALF_YEAR, YEAR, 2 * YEAR)  # borders between bins of how long circles live, in days
SPREAD = (2, 3, 4)  # borders between bins of departments in one circle


@dataclass(frozen=True)
class Department:
    """A department at the close of a quarter. `heads` is the number its administrator keeps, None when nobody did."""

    name: str
    heads: int | None


@dataclass(frozen=True)
class Met:
    """A circle that met in the quarter: its members as places in `Snapshot.people`, and its age in days."""

    members: tuple[int, ...]
    days: int


@dataclass(frozen=True)
class Snapshot:
    """A closed quarter, frozen. `people` holds each participant's place in `departments`, None without one."""

    quarter: str
    departments: tuple[Department, ...]
    people: tuple[int | None, ...]
    circles: tuple[Met, ...]
    open_circles: int = 0  # that want to be found and have a free seat
    people_in_open_circles: int = 0
    free_seats: int = 0
    waiting: int = 0  # distinct people who wait for a seat


@dataclass(frozen=True)
class Group:
    """A department, or with `name` None the other departments together. `share` is a percentage of `heads`."""

    name: str | None
    heads: int
    people: int
    share: int


@dataclass(frozen=True)
class Pair:
    """People of either of two groups who share a circle with somebody of the other; None where not shown."""

    one: str | None
    other: str | None
    people: int | None


@dataclass(frozen=True)
class Bin:
    """Circles from `low` up to and including `high` (None: and more); `circles` None where not shown."""

    low: int
    high: int | None
    circles: int | None


@dataclass(frozen=True)
class Figures:
    """All that an organisation sees of one quarter. Rounded to fives; None is the one mark for what is not shown."""

    quarter: str
    k: int
    people: int | None
    circles: int | None
    groups: tuple[Group, ...]
    merged: tuple[str, ...]  # departments that are together in the group without a name
    pairs: tuple[Pair, ...]
    spread: tuple[Bin, ...]  # by number of departments
    lives: tuple[Bin, ...]  # by age in days
    free_seats: int | None
    waiting: int | None


def release(snapshot: Snapshot, k: int) -> Figures:
    """The figures of a snapshot at threshold `k`, which is raised to 5, and to 10 above 500 people."""
    sizes = _sizes(snapshot)
    everybody = sum(heads for heads, _ in sizes)
    k = max(k, FLOOR, LARGE_K if everybody > LARGE else FLOOR)
    participants = len(snapshot.people)
    shown = _shown(participants, everybody, k)
    parts = _parts(sizes, snapshot, k) if shown else []
    circles = _circles_shown(snapshot.circles, k)
    return Figures(
        quarter=snapshot.quarter,
        k=k,
        people=rounded(participants) if shown else None,
        circles=rounded(len(snapshot.circles)) if circles else None,
        groups=tuple(_group(part, sizes, snapshot) for part in parts),
        merged=tuple(sorted(snapshot.departments[i].name for part in parts if len(part) > 1 for i in part
                            if i < len(snapshot.departments))),
        pairs=tuple(_pairs(parts, snapshot, k)),
        spread=_bins(snapshot.circles, [_departments(met, snapshot) for met in snapshot.circles], SPREAD, 1, k),
        lives=_bins(snapshot.circles, [met.days for met in snapshot.circles], LIVES, 0, k),
        free_seats=rounded(snapshot.free_seats)
        if snapshot.open_circles >= k and snapshot.people_in_open_circles >= k else None,
        waiting=rounded(snapshot.waiting) if _shown(snapshot.waiting, everybody, k) else None,
    )  # fmt: skip


def rounded(number: int) -> int:
    """To the nearest five."""
    return STEP * ((number + STEP // 2) // STEP)


def _sizes(snapshot: Snapshot) -> list[tuple[int, int]]:
    """(heads, participants) of each department, and last of the people who named none. No fewer heads than people."""
    counts = [0] * (len(snapshot.departments) + 1)
    for place in snapshot.people:
        counts[len(snapshot.departments) if place is None else place] += 1
    heads = [department.heads or 0 for department in snapshot.departments] + [0]
    return [(max(head, count), count) for head, count in zip(heads, counts, strict=True)]


def _shown(participants: int, heads: int, k: int) -> bool:
    return participants >= k and heads - participants >= k


def _parts(sizes: Sequence[tuple[int, int]], snapshot: Snapshot, k: int) -> list[list[int]]:
    """Departments that may stand alone, by name, and last those that are merged; nothing where too little is left."""
    places = [place for place, (heads, _) in enumerate(sizes) if heads]
    alone = [
        place
        for place in places
        if place < len(snapshot.departments) and _shown(sizes[place][1], sizes[place][0], k)
    ]
    rest = [place for place in places if place not in alone]
    by_size = sorted(alone, key=lambda place: (sizes[place][1], snapshot.departments[place].name))
    while rest and by_size and not _shown(sum(sizes[i][1] for i in rest), sum(sizes[i][0] for i in rest), k):
        rest.append(by_size.pop(0))
    if not by_size:
        return []  # one group of everybody says what the total says
    parts = [[place] for place in sorted(by_size, key=lambda place: snapshot.departments[place].name)]
    if len(parts) + bool(rest) < 2:
        return []
    return [*parts, rest] if rest else parts


def _group(part: Sequence[int], sizes: Sequence[tuple[int, int]], snapshot: Snapshot) -> Group:
    heads, people = sum(sizes[i][0] for i in part), rounded(sum(sizes[i][1] for i in part))
    # Of the rounded number: a share of the exact one would give it away in a small department.
    share = min(95, rounded(round(100 * people / heads)))
    return Group(_name(part, snapshot), heads, people, share)


def _name(part: Sequence[int], snapshot: Snapshot) -> str | None:
    alone = len(part) == 1 and part[0] < len(snapshot.departments)
    return snapshot.departments[part[0]].name if alone else None


def _pairs(parts: Sequence[Sequence[int]], snapshot: Snapshot, k: int) -> list[Pair]:
    """Shown where at least k people of each side meet somebody of the other."""
    none = len(snapshot.departments)
    part_of = {place: number for number, part in enumerate(parts) for place in part}
    groups = [part_of.get(none if place is None else place) for place in snapshot.people]
    meets: dict[tuple[int, int], set[int]] = {}
    for met in snapshot.circles:
        present = {groups[person] for person in met.members}
        for person in met.members:
            mine = groups[person]
            for other in present - {mine}:
                if mine is not None and other is not None:
                    meets.setdefault((mine, other), set()).add(person)
    pairs = []
    for one, other in combinations(range(len(parts)), 2):
        here, there = meets.get((one, other), set()), meets.get((other, one), set())
        people = rounded(len(here | there)) if min(len(here), len(there)) >= k else None
        pairs.append(Pair(_name(parts[one], snapshot), _name(parts[other], snapshot), people))
    return pairs


def _departments(met: Met, snapshot: Snapshot) -> int:
    return max(1, len({snapshot.people[person] for person in met.members} - {None}))


def _bins(
    circles: Sequence[Met], values: Sequence[int], borders: Sequence[int], lowest: int, k: int
) -> tuple[Bin, ...]:
    """Circles by value, in bins that are merged with a neighbour until each holds k circles and k people."""
    edges = [lowest, *borders]
    held: list[list[Met]] = [[] for _ in edges]
    for met, value in zip(circles, values, strict=True):
        held[max(number for number, edge in enumerate(edges) if value >= edge or number == 0)].append(met)
    bins = [(number, number, kept) for number, kept in enumerate(held)]
    while (
        len(bins) > 1
        and (small := next((i for i, b in enumerate(bins) if not _circles_shown(b[2], k)), None)) is not None
    ):
        neighbours = [i for i in (small - 1, small + 1) if 0 <= i < len(bins)]
        with_ = min(neighbours, key=lambda i: len(bins[i][2]))
        first, last = sorted((small, with_))
        bins[first : last + 1] = [(bins[first][0], bins[last][1], bins[first][2] + bins[last][2])]
    return tuple(
        Bin(edges[low], edges[high + 1] - 1 if high + 1 < len(edges) else None,
            rounded(len(kept)) if _circles_shown(kept, k) else None)
        for low, high, kept in bins
    )  # fmt: skip


def _circles_shown(circles: Sequence[Met], k: int) -> bool:
    return len(circles) >= k and len({person for met in circles for person in met.members}) >= k
