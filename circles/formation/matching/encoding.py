"""A pool of people turned into arrays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import combinations
from operator import and_

import numpy as np

from circles.formation.matching.arrays import Bits, Floats, Ints, Terms, Units
from circles.formation.pool import Person, Pool, Rules

PLACED_FIRST = (
    400.0  # what a person who waits costs, in points of quality: more than any circle can lose by one person
)
FADING = (1.0, 0.66, 0.33)  # weight of the latest, the second and the third last round, and of all before it


@dataclass(frozen=True)
class Encoded:
    """The arrays, and what their columns mean."""

    units: Units
    terms: Terms
    people: list[Person]  # person i of the arrays
    members: list[list[int]]  # persons of each unit
    languages: list[str]
    modes: list[str]
    themes: list[str]


def encode(pool: Pool, groups: Sequence[Sequence[int]], *, window_price: float) -> Encoded:
    """`groups`: the persons of each unit, by their place in `pool.people`."""
    people = pool.people
    rules = pool.rules
    languages = sorted({each for person in people for each in person.languages})
    modes = sorted({each for person in people for each in person.modes})
    themes = sorted({each for person in people for each in person.themes})
    departments, professions = (
        _numbered(p.department for p in people),
        _numbered(p.profession for p in people),
    )
    unit_of = {person: unit for unit, group in enumerate(groups) for person in group}
    at = {person.id: number for number, person in enumerate(people)}
    apart = {(at[a], at[b]) for a, b in pool.apart if at[a] in unit_of and at[b] in unit_of}
    direct = {frozenset((at[a], at[b])) for a, b in pool.together}
    met = {
        pair: weight
        for pair, weight in repeats(pool).items()
        if pair not in direct and pair <= unit_of.keys()
    }
    between = [[unit_of[one] for one in pair] + [weight] for pair, weight in met.items()]
    apart_first, apart_with, _ = _adjacent(len(groups), [(unit_of[a], unit_of[b], 1.0) for a, b in apart])
    met_first, met_with, met_weight = _adjacent(
        len(groups), [(int(a), int(b), w) for a, b, w in between if a != b]
    )
    inner_met = np.zeros(len(groups))
    for a, b, weight in between:
        if a == b:
            inner_met[int(a)] += weight
    affinity = _affinity(professions, pool.related)
    units = Units(
        first=np.cumsum([0, *map(len, groups)]).astype(np.int32),
        people=np.array([person for group in groups for person in group], np.int32),
        size=np.array([len(group) for group in groups], np.int32),
        department=np.array([departments[p.department] for p in people], np.int32),
        profession=np.array([professions[p.profession] for p in people], np.int32),
        seniority=np.array([p.seniority for p in people], np.int32),
        affinity=affinity,
        themes=_held(people, groups, themes),
        starts=_packed(
            [[starts_of(people[i], rules) for i in group] for group in groups], rules.days * rules.per_day
        ),
        rooms=_packed(
            [[rooms_of(people[i], languages, modes) for i in group] for group in groups],
            len(languages) * len(modes),
        ),
        apart_first=apart_first,
        apart=apart_with,
        met_first=met_first,
        met=met_with,
        met_weight=met_weight,
        inner=np.array([_inner(group, people, affinity, professions, rules) for group in groups]),
        inner_met=inner_met,
    )
    terms = Terms(
        least=rules.size_min,
        preferred=rules.size_pref,
        most=rules.size_max,
        department_weight=rules.weights.department,
        affinity_weight=rules.weights.profession,
        seniority_weight=rules.weights.seniority,
        theme_weight=rules.weights.theme,
        repeat_cost=4.0,
        size_cost=2.0,
        floor=70.0,
        window_price=window_price,
        waiting_price=PLACED_FIRST,
    )
    return Encoded(units, terms, people, [list(group) for group in groups], languages, modes, themes)


def repeats(pool: Pool) -> dict[frozenset[int], float]:
    """How much each pair of persons has sat together; history beyond three rounds weighs as the third."""
    at = {person.id: number for number, person in enumerate(pool.people)}
    met: dict[frozenset[int], float] = {}
    for age, circles in enumerate(reversed(pool.history)):
        for circle in circles:
            known = [at[one] for one in circle if one in at]
            for a, b in combinations(known, 2):
                pair = frozenset((a, b))
                met[pair] = met.get(pair, 0.0) + FADING[min(age, len(FADING) - 1)]
    return met


def _numbered(names: Iterable[str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(sorted(set(names)))}


def _affinity(professions: dict[str, int], related: Iterable[tuple[str, str]]) -> Floats:
    affinity = np.eye(len(professions))
    for one, other in related:
        if one in professions and other in professions and one != other:
            affinity[professions[one], professions[other]] = affinity[
                professions[other], professions[one]
            ] = 0.5
    return affinity


def _held(people: Sequence[Person], groups: Sequence[Sequence[int]], themes: Sequence[str]) -> np.ndarray:
    column = {theme: number for number, theme in enumerate(themes)}
    held = np.zeros((len(groups), len(themes)), np.uint8)
    for unit, group in enumerate(groups):
        for person in group:
            for theme in people[person].themes:
                held[unit, column[theme]] += 1
    return held


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


def rooms_of(person: Person, languages: Sequence[str], modes: Sequence[str]) -> int:
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


def _adjacent(n: int, edges: Iterable[tuple[int, int, float]]) -> tuple[Ints, Ints, Floats]:
    """Neighbours of each unit, one after the other; both ways."""
    lists: list[dict[int, float]] = [{} for _ in range(n)]
    for a, b, weight in edges:
        lists[a][b] = lists[a].get(b, 0.0) + weight
        lists[b][a] = lists[b].get(a, 0.0) + weight
    first = np.cumsum([0, *map(len, lists)]).astype(np.int32)
    ordered = [sorted(each.items()) for each in lists]
    with_ = np.array([other for each in ordered for other, _ in each], np.int32)
    weights = np.array([weight for each in ordered for _, weight in each], np.float64)
    return first, with_, weights


def _inner(
    group: Sequence[int],
    people: Sequence[Person],
    affinity: Floats,
    professions: dict[str, int],
    rules: Rules,
) -> float:
    total = 0.0
    for i, j in combinations(group, 2):
        one, other = people[i], people[j]
        total += (
            rules.weights.profession * affinity[professions[one.profession], professions[other.profession]]
        )
        total += rules.weights.department * (one.department != other.department)
        total += rules.weights.seniority * (one.seniority != other.seniority)
    return float(total)
