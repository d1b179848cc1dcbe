"""People who asked to be together, gathered; and what makes such a unit impossible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_

from circles.formation.matching.encoding import starts_of
from circles.formation.pool import Pool


@dataclass(frozen=True)
class Group:
    """Persons by their place in the pool; `refused` says which rule this unit breaks by itself, None when it may be."""

    persons: tuple[int, ...]
    refused: str | None


def group(pool: Pool) -> list[Group]:
    """Everybody once, in the order of their first person: transitively together, or alone."""
    at = {person.id: number for number, person in enumerate(pool.people)}
    leader = list(range(len(pool.people)))

    def find(one: int) -> int:
        while leader[one] != one:
            leader[one] = leader[leader[one]]
            one = leader[one]
        return one

    for a, b in pool.together:
        one, other = sorted((find(at[a]), find(at[b])))
        leader[other] = one
    found: dict[int, list[int]] = {}
    for number in range(len(pool.people)):
        found.setdefault(find(number), []).append(number)
    apart = {frozenset((at[a], at[b])) for a, b in pool.apart}
    inside = {find(min(pair)): pair for pair in apart if len({find(one) for one in pair}) == 1}
    return [
        Group(tuple(persons), _refusal(pool, persons, inside.get(first))) for first, persons in found.items()
    ]


def _refusal(pool: Pool, persons: Sequence[int], pair: frozenset[int] | None) -> str | None:
    """The name of the first rule that these people break together, or alone."""
    people = [pool.people[number] for number in persons]
    if pair is not None:
        return "together-and-apart"
    if len(people) > pool.rules.size_max:
        return "together-too-many"
    if not reduce(and_, (starts_of(person, pool.rules) for person in people)):
        return "no-window" if len(people) == 1 else "together-no-window"
    if not frozenset.intersection(*(person.languages for person in people)):
        return "together-no-language"
    if not frozenset.intersection(*(person.modes for person in people)):
        return "no-mode" if len(people) == 1 else "together-no-mode"
    return None
