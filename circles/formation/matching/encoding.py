"""A pool of people turned into arrays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import combinations
from operator import and_
from typing import NamedTuple

import numpy as np

from circles.formation.matching.arrays import (
    FLOOR,
    REPEAT_COST,
    SIZE_COST,
    Bits,
    Counts,
    Floats,
    Ints,
    Terms,
    Units,
)
from circles.formation.pool import Person, Pool, Rules

# What a person who waits costs, in points of quality: more than any circle can lose by one person.
PLACED_FIRST = 400.0
FADING = (1.0, 0.66, 0.33)  # weight of the latest, the second and the third last round, and of all before it


@dataclass(frozen=True)
class Encoded:
    """The arrays, and the persons of each unit by their places in the pool."""

    units: Units
    terms: Terms
    members: list[list[int]]


def encode(pool: Pool, groups: Sequence[Sequence[int]], *, window_price: float) -> Encoded:
    """`groups`: the persons of each unit, by their place in `pool.people`."""
    terms = _terms(pool.rules, window_price)
    return Encoded(_units(pool, groups), terms, [list(group) for group in groups])


def _terms(rules: Rules, window_price: float) -> Terms:
    return Terms(
        least=rules.size_min,
        preferred=rules.size_pref,
        most=rules.size_max,
        department_weight=rules.weights.department,
        affinity_weight=rules.weights.profession,
        seniority_weight=rules.weights.seniority,
        theme_weight=rules.weights.theme,
        repeat_cost=REPEAT_COST,
        size_cost=SIZE_COST,
        floor=FLOOR,
        window_price=window_price,
        waiting_price=PLACED_FIRST,
    )


def _units(pool: Pool, groups: Sequence[Sequence[int]]) -> Units:
    people = pool.people
    departments = _numbered(person.department for person in people)
    professions = _numbered(person.profession for person in people)
    apart, met, inner_met = _between(pool, groups)
    return Units(
        first=np.cumsum([0, *map(len, groups)]).astype(np.int32),
        people=np.array([person for group in groups for person in group], np.int32),
        size=np.array([len(group) for group in groups], np.int32),
        department=np.array([departments[person.department] for person in people], np.int32),
        profession=np.array([professions[person.profession] for person in people], np.int32),
        seniority=np.array([person.seniority for person in people], np.int32),
        affinity=_affinity(professions, pool.related),
        themes=_held(people, groups),
        starts=_starts(people, groups, pool.rules),
        rooms=_rooms(people, groups),
        apart_first=apart.first,
        apart=apart.others,
        met_first=met.first,
        met=met.others,
        met_weight=met.weights,
        inner_met=inner_met,
    )


def _between(pool: Pool, groups: Sequence[Sequence[int]]) -> tuple[Adjacent, Adjacent, Floats]:
    """Units apart, units that sat together, and (U,) repeats within each unit."""
    at = {person.id: number for number, person in enumerate(pool.people)}
    unit_of = {person: unit for unit, group in enumerate(groups) for person in group}
    apart = {(at[a], at[b]) for a, b in pool.apart}
    asked = {frozenset((at[a], at[b])) for a, b in pool.together}
    met = [
        (unit_of[a], unit_of[b], weight)
        for (a, b), weight in repeats(pool).items()
        if frozenset((a, b)) not in asked and a in unit_of and b in unit_of
    ]
    inner_met = np.zeros(len(groups))
    for a, b, weight in met:
        if a == b:
            inner_met[a] += weight
    known = [(unit_of[a], unit_of[b], 1.0) for a, b in apart if a in unit_of and b in unit_of]
    others = [pair for pair in met if pair[0] != pair[1]]
    return _adjacent(len(groups), known), _adjacent(len(groups), others), inner_met


def repeats(pool: Pool) -> dict[tuple[int, int], float]:
    """How much each pair of persons, lower place first, sat together; beyond three rounds weighs as the third."""
    at = {person.id: number for number, person in enumerate(pool.people)}
    met: dict[tuple[int, int], float] = {}
    for age, circles in enumerate(reversed(pool.history)):
        for circle in circles:
            known = sorted(at[one] for one in circle if one in at)
            for pair in combinations(known, 2):
                met[pair] = met.get(pair, 0.0) + FADING[min(age, len(FADING) - 1)]
    return met


def _numbered(names: Iterable[str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(sorted(set(names)))}


def _affinity(professions: dict[str, int], related: Iterable[tuple[str, str]]) -> Floats:
    affinity = np.eye(len(professions))
    for one, other in related:
        if one in professions and other in professions and one != other:
            a, b = professions[one], professions[other]
            affinity[a, b] = affinity[b, a] = 0.5
    return affinity


def _held(people: Sequence[Person], groups: Sequence[Sequence[int]]) -> Counts:
    column = _numbered(theme for person in people for theme in person.themes)
    held = np.zeros((len(groups), len(column)), np.uint8)
    for unit, group in enumerate(groups):
        for person in group:
            for theme in people[person].themes:
                held[unit, column[theme]] += 1
    return held


def _starts(people: Sequence[Person], groups: Sequence[Sequence[int]], rules: Rules) -> Bits:
    starts = [[starts_of(people[number], rules) for number in group] for group in groups]
    return _packed(starts, rules.days * rules.per_day)


def _rooms(people: Sequence[Person], groups: Sequence[Sequence[int]]) -> Bits:
    languages = sorted({each for person in people for each in person.languages})
    modes = sorted({each for person in people for each in person.modes})
    rooms = [[_rooms_of(people[number], languages, modes) for number in group] for group in groups]
    return _packed(rooms, len(languages) * len(modes))


def starts_of(person: Person, rules: Rules) -> int:
    """Half hours at which the person could begin, as bits: the next ones are free too, on the same day."""
    starts = person.slots & _early_enough(rules)
    for later in range(1, rules.meet_slots):
        starts &= person.slots >> later
    return starts


@lru_cache(maxsize=64)
def _early_enough(rules: Rules) -> int:
    """Half hours from which a meeting ends on the same day, as bits."""
    day = (1 << rules.per_day - rules.meet_slots + 1) - 1
    return sum(day << number * rules.per_day for number in range(rules.days))


def _rooms_of(person: Person, languages: Sequence[str], modes: Sequence[str]) -> int:
    """Pairs of a language and a way of meeting, as bits."""
    places = sum(1 << room for room, mode in enumerate(modes) if mode in person.modes)
    return sum(
        places << at * len(modes) for at, language in enumerate(languages) if language in person.languages
    )


def bits_of(some: int) -> list[int]:
    """The numbers of the bits that are set, lowest first."""
    return [bit for bit in range(some.bit_length()) if some >> bit & 1]


def _packed(groups: Sequence[Sequence[int]], n: int) -> Bits:
    """(U, W) words: for each unit the bits that all its persons have, of n."""
    words = max(1, -(-n // 64))
    common = (reduce(and_, group) for group in groups)
    joined = b"".join(bits.to_bytes(words * 8, "little") for bits in common)
    return np.frombuffer(joined, "<u8").astype(np.uint64).reshape(len(groups), words)


class Adjacent(NamedTuple):
    """Neighbours of each unit, one after the other: those of u are others[first[u]:first[u + 1]]."""

    first: Ints
    others: Ints
    weights: Floats


def _adjacent(n: int, edges: Iterable[tuple[int, int, float]]) -> Adjacent:
    """Both ways; the weights of a pair that comes more than once are added up."""
    lists: list[dict[int, float]] = [{} for _ in range(n)]
    for a, b, weight in edges:
        lists[a][b] = lists[a].get(b, 0.0) + weight
        lists[b][a] = lists[b].get(a, 0.0) + weight
    first = np.cumsum([0, *map(len, lists)]).astype(np.int32)
    ordered = [sorted(each.items()) for each in lists]
    others = np.array([other for each in ordered for other, _ in each], np.int32)
    weights = np.array([weight for each in ordered for _, weight in each], np.float64)
    return Adjacent(first, others, weights)
