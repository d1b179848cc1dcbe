"""What a release owes to the snapshot it came from: each figure counted anew, shown when it may be and else not."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import combinations

from circles.participation import disclosure
from circles.participation.disclosure import Bin, Department, Figures, Group, Met, Snapshot


def organisation(
    chance: random.Random, departments: int, heads: tuple[int, int], taking_part: tuple[float, float]
) -> Snapshot:
    """A random organisation with circles of four to eight, drawn with a preference for one's own department."""
    sizes = [chance.randint(*heads) for _ in range(departments)]
    people = [
        place for place, size in enumerate(sizes) for _ in range(round(size * chance.uniform(*taking_part)))
    ]
    order = sorted(range(len(people)), key=lambda person: people[person] + chance.uniform(0, 4))
    circles, start = [], 0
    while len(order) - start >= 4:
        size = chance.randint(4, 8)
        circles.append(Met(tuple(order[start : start + size]), chance.randint(30, 900)))
        start += size
    return Snapshot(
        quarter="2027-Q1",
        departments=tuple(Department(f"Afdeling {place}", size) for place, size in enumerate(sizes)),
        people=tuple(people),
        circles=tuple(circles),
        waiting=chance.randint(0, 12),
        open_circles=chance.randint(0, 12),
        people_in_open_circles=chance.randint(0, 60),
        free_seats=chance.randint(0, 20),
    )


def exact(snapshot: Snapshot, group: Group, merged: tuple[str, ...]) -> tuple[int, int]:
    """(heads, people) behind a group, counted anew from the snapshot."""
    inside = {
        place
        for place, department in enumerate(snapshot.departments)
        if department.name == group.name or (group.name is None and department.name in merged)
    }
    people = [place for place in snapshot.people if place in inside or (place is None and group.name is None)]
    heads = sum(max(snapshot.departments[place].heads or 0, people.count(place)) for place in inside)
    return heads + people.count(None), len(people)


def meeting(snapshot: Snapshot, here: set[int | None], there: set[int | None]) -> tuple[set[int], set[int]]:
    """Who of either side shares a circle with somebody of the other, counted anew."""
    sides: tuple[set[int], set[int]] = (set(), set())
    for met in snapshot.circles:
        ours = [person for person in met.members if snapshot.people[person] in here]
        theirs = [person for person in met.members if snapshot.people[person] in there]
        if ours and theirs:
            sides[0].update(ours)
            sides[1].update(theirs)
    return sides


def obeys(snapshot: Snapshot, k: int) -> Figures:
    """Releases, and checks each figure against the snapshot it came from."""
    figures = disclosure.release(snapshot, k)
    everybody = people_of_the_house(snapshot)
    assert figures.k == max(k, 10 if everybody > 500 else 5)
    assert figures.quarter == snapshot.quarter
    assert figures.people == either(len(snapshot.people), everybody - len(snapshot.people), k=figures.k)
    assert figures.circles == either(len(snapshot.circles), len(seated_in(snapshot.circles)), k=figures.k)
    assert figures.waiting == either(snapshot.waiting, everybody - snapshot.waiting, k=figures.k)
    findable = min(snapshot.open_circles, snapshot.people_in_open_circles) >= figures.k
    assert figures.free_seats == (disclosure.rounded(snapshot.free_seats) if findable else None)
    groups_obey(figures, snapshot)
    pairs_obey(figures, snapshot)
    spread = [max(1, len({snapshot.people[one] for one in met.members} - {None})) for met in snapshot.circles]
    bins_obey(figures.spread, snapshot.circles, spread, lowest=1, k=figures.k)
    bins_obey(figures.lives, snapshot.circles, [met.days for met in snapshot.circles], lowest=0, k=figures.k)
    return figures


def either(participants: int, others: int, *, k: int) -> int | None:
    """The one number to show where both groups are at least k, else the one mark for what is not shown."""
    return nearest_five(participants) if min(participants, others) >= k else None


def nearest_five(number: int) -> int:
    """Rounded as on paper: 12 is 10, 13 is 15."""
    return 5 * round(number / 5)


def people_of_the_house(snapshot: Snapshot) -> int:
    """Everybody who works there: head-counts, at least as many as take part, and who named no department."""
    known = sum(
        max(department.heads or 0, snapshot.people.count(place))
        for place, department in enumerate(snapshot.departments)
    )
    return known + snapshot.people.count(None)


def seated_in(circles: Sequence[Met]) -> set[int]:
    """Distinct people in these circles."""
    return {person for met in circles for person in met.members}


def groups_obey(figures: Figures, snapshot: Snapshot) -> None:
    """Each group at least k, its others and the remainder too; together everybody, so nothing can be subtracted."""
    counted = {group.name: exact(snapshot, group, figures.merged) for group in figures.groups}
    for group in figures.groups:
        heads, people = counted[group.name]
        rest = sum(others for name, (_, others) in counted.items() if name != group.name)
        assert min(people, heads - people, rest) >= figures.k, group
        assert (group.heads, group.people) == (heads, nearest_five(people))
        assert group.share % 5 == 0
        assert group.share <= 95
        assert abs(group.share - 100 * nearest_five(people) / heads) <= 3 or group.share == 95
    names = [group.name for group in figures.groups if group.name is not None]
    assert not set(names) & set(figures.merged)
    if not figures.groups:
        assert figures.merged == ()
        return
    assert figures.people is not None
    assert sum(people for _, people in counted.values()) == len(snapshot.people)
    assert sum(heads for heads, _ in counted.values()) == people_of_the_house(snapshot)


def pairs_obey(figures: Figures, snapshot: Snapshot) -> None:
    """Each two groups once, shown where at least k of each side meet somebody of the other."""
    names = [group.name for group in figures.groups]
    assert [(pair.one, pair.other) for pair in figures.pairs] == list(combinations(names, 2))
    places = {department.name: place for place, department in enumerate(snapshot.departments)}
    merged: set[int | None] = {*(places[name] for name in figures.merged), None}
    for pair in figures.pairs:
        sides = [merged if name is None else {places[name]} for name in (pair.one, pair.other)]
        here, there = meeting(snapshot, *sides)
        wide_enough = min(len(here), len(there)) >= figures.k
        assert pair.people == (nearest_five(len(here | there)) if wide_enough else None), pair


def bins_obey(
    bins: Sequence[Bin], circles: Sequence[Met], values: Sequence[int], *, lowest: int, k: int
) -> None:
    """Bins that leave no gap, each of k circles and k people; where that cannot be, one that shows nothing."""
    assert [bins[0].low, bins[-1].high] == [lowest, None]
    assert [part.high for part in bins[:-1]] == [part.low - 1 for part in bins[1:]]
    for part in bins:
        held = [
            met
            for met, value in zip(circles, values, strict=True)
            if value >= part.low and (part.high is None or value <= part.high)
        ]
        assert part.circles == either(len(held), len(seated_in(held)), k=k), part
    assert None not in [part.circles for part in bins] or len(bins) == 1, "a hidden bin beside shown ones"
