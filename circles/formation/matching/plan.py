"""What forming yields: circles with what they share, who waits and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import reduce
from itertools import combinations
from operator import and_
from typing import Any

from circles.formation.matching.arrays import FLOOR, REPEAT_COST, SIZE_COST
from circles.formation.matching.encoding import bits_of, repeats, starts_of
from circles.formation.pool import Id, Pool

FORMAT = "vakcirkel-plan/1"


@dataclass(frozen=True)
class Parts:
    """Of a circle: shares of pairs that differ in department and in seniority, mean affinity of pairs in profession,
    share of members who hold the theme most shared; repeats, weighted."""

    department: float
    profession: float
    seniority: float
    theme: float
    repeats: float


@dataclass(frozen=True)
class PlannedCircle:
    """`windows` are the half hours at which all of it could begin; `score` is its quality, at most 100."""

    members: list[Id]
    windows: list[int]
    score: float
    parts: Parts


@dataclass(frozen=True)
class Waiting:
    """`proved`: no circle is possible for this person in this pool, as `reason` says: the rule that stands in the way.
    `together`: who waits with them. `would_help`: what would open a circle, and how many; the most first."""

    id: Id
    proved: bool
    reason: str
    together: list[Id]
    would_help: list[dict[str, Any]]


@dataclass(frozen=True)
class Plan:
    """`J` is the mean over placed people of the quality of their circle, below 70 counted double; no plan that places
    as many has more than `bound`."""

    circles: list[PlannedCircle]
    waitlist: list[Waiting]
    seed: int
    placed: int
    J: float
    bound: float
    gap: float
    interrupted: bool

    def document(self) -> dict[str, Any]:
        return {"format": FORMAT, **asdict(self)}


@dataclass(frozen=True)
class Known:
    """What is looked up of people time and again, by their places in the pool."""

    pool: Pool
    starts: list[int]  # when each could begin, as bits
    related: frozenset[frozenset[str]]
    asked: frozenset[frozenset[int]]  # pairs that asked to be together
    met: Mapping[tuple[int, int], float]  # see `encoding.repeats`

    @classmethod
    def of(cls, pool: Pool) -> Known:
        at = {person.id: number for number, person in enumerate(pool.people)}
        return cls(
            pool=pool,
            starts=[starts_of(person, pool.rules) for person in pool.people],
            related=frozenset(frozenset(pair) for pair in pool.related),
            asked=frozenset(frozenset((at[a], at[b])) for a, b in pool.together),
            met=repeats(pool),
        )


def describe(known: Known, members: Sequence[int]) -> PlannedCircle:
    """A circle of persons, given by their places in the pool."""
    parts = parts_of(known, members)
    return PlannedCircle(
        members=[known.pool.people[number].id for number in members],
        windows=bits_of(reduce(and_, (known.starts[number] for number in members))),
        score=round(score(known.pool, len(members), parts), 3),
        parts=parts,
    )


def parts_of(known: Known, members: Sequence[int]) -> Parts:
    people = known.pool.people
    department = seniority = affinity = again = 0.0
    pairs = list(combinations(members, 2))
    for i, j in pairs:
        one, other = people[i], people[j]
        department += one.department != other.department
        seniority += one.seniority != other.seniority
        if one.profession == other.profession:
            affinity += 1.0
        elif frozenset((one.profession, other.profession)) in known.related:
            affinity += 0.5
        if frozenset((i, j)) not in known.asked:
            again += known.met.get((min(i, j), max(i, j)), 0.0)
    held = Counter(theme for number in members for theme in people[number].themes)
    n = max(len(pairs), 1)
    shared = max(held.values(), default=0) / len(members)
    return Parts(department / n, affinity / n, seniority / n, shared, again)


def score(pool: Pool, size: int, parts: Parts) -> float:
    """q of formation: at most 100 under weights that sum to 1."""
    weights = pool.rules.weights
    wished = (
        weights.department * parts.department
        + weights.profession * parts.profession
        + weights.seniority * parts.seniority
        + weights.theme * parts.theme
    )
    return 100.0 * wished - REPEAT_COST * parts.repeats - SIZE_COST * (size != pool.rules.size_pref)


def utility(quality: float) -> float:
    """phi: below 70 a point weighs double, so that no circle is sacrificed for the others."""
    return quality if quality >= FLOOR else 2.0 * quality - FLOOR
