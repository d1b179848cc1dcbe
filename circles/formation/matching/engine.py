"""From a pool to a plan: group, encode, anneal from several starts or in parts, and say what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from circles.formation.matching import stop_sign
from circles.formation.matching.annealing import anneal
from circles.formation.matching.arrays import Bits, Ints, Problem, Seating, Terms, Units, everybody_waits
from circles.formation.matching.between import problem_of
from circles.formation.matching.bound import upper_bound
from circles.formation.matching.encoding import Encoded, encode
from circles.formation.matching.greedy import seat_greedily
from circles.formation.matching.grouping import Group, group
from circles.formation.matching.moves import sit
from circles.formation.matching.plan import Known, Plan, Waiting, describe, utility
from circles.formation.matching.waiting import NO_PLACE, TOO_FEW, Advice, impossible
from circles.formation.pool import Pool

LONG = 1_500  # units; above it one run in parts instead of several whole ones
PART = 1_250  # units in a part, about
ROUNDS = 5  # times that the circles are dealt over parts anew
LAST_CHANCE = (
    1_200  # units at most, in circles and waiting, in the part where who still waits is tried once more
)
LAST_PROPOSALS = 3_000_000

Progress = Callable[[int, int], None]  # proposals made, proposals to make
Deal = list[list[Ints]]  # for each part: circles, and single units that wait
Part = tuple[list[Ints], Ints]  # circles, and who waits


@dataclass(frozen=True)
class Effort:
    """How much is tried: proposals in all, over a number of starts, cooling from hot to cold.

    Heat is in points of quality x people: what a step may lose and still be taken once in e times.
    """

    proposals: int
    starts: int
    hot: float
    cold: float


def usual_effort(people: int) -> Effort:
    """What a pool of this size needs for a plan that more trying hardly betters.

    Small pools have few good plans, far from each other: they want many hot starts. In large ones the first circles are
    good already.
    """
    if people <= 150:
        return Effort(40_000_000, 20, 80.0, 6.0)
    if people <= 500:
        return Effort(20_000_000, 4, 15.0, 2.0)
    if people <= LONG:
        return Effort(60_000_000, 2, 10.0, 1.0)
    return Effort(50_000_000, 1, 12.0, 0.4)


def form_circles(
    pool: Pool,
    *,
    seed: int = 1,
    effort: int | None = None,
    threads: int = 2,
    window_price: float = 6.0,
    progress: Progress | None = None,
    stop: Ints | None = None,
) -> Plan:
    """Circles for a pool. The same pool, seed and effort give the same plan on any number of threads.

    `effort` counts proposals. `stop` (1,) is set to 1 from elsewhere to end early with the best so far.
    """
    known = Known.of(pool)
    stop = stop_sign() if stop is None else stop
    groups = group(pool)
    possible = [each for each in groups if each.refused is None]
    encoded = encode(pool, [each.persons for each in possible], window_price=window_price)
    never = impossible(encoded)
    usual = usual_effort(len(pool.people))
    wanted = replace(usual, proposals=effort or usual.proposals)
    seated = _seated(encoded, never, seed, wanted, threads, progress, stop)
    return _told(known, encoded, seated, never, groups, seed, interrupted=bool(stop[0]))


def _seated(
    encoded: Encoded,
    never: set[int],
    seed: int,
    effort: Effort,
    threads: int,
    progress: Progress | None,
    stop: Ints,
) -> list[Ints]:
    """Circles as arrays of units."""
    units, terms = encoded.units, encoded.terms
    free = np.array([unit for unit in range(len(units.size)) if unit not in never], np.int32)
    if units.size[free].sum() < terms.least:
        return []
    count = _counter(progress, effort.proposals)
    with ThreadPoolExecutor(max(1, threads)) as pool:
        if len(free) > LONG:
            return _in_parts(units, terms, free, seed, effort, pool, count, stop)
        problem, mine = problem_of(units, terms, free)
        each = effort.proposals // effort.starts

        def run(start: int) -> Seating:
            seating = everybody_waits(problem, int(problem.size.sum()) // terms.least)
            random = _random(seed, start)
            seat_greedily(problem, seating, terms, _hardest_first(problem), random)
            anneal(problem, seating, terms, each, effort.hot, effort.cold, random, stop)
            count(each)
            return seating

        best = max(pool.map(run, range(effort.starts)), key=_standing)
    return [mine[circle] for circle in _circles(best)]


def _in_parts(
    units: Units,
    terms: Terms,
    free: Ints,
    seed: int,
    effort: Effort,
    pool: ThreadPoolExecutor,
    count: Callable[[int], None],
    stop: Ints,
) -> list[Ints]:
    """One long run: in each round circles and who waits are dealt over parts anew, and parts are annealed apart."""
    circles: list[Ints] = []
    waiting = free
    n_parts = round(len(free) / PART)
    each = effort.proposals // (ROUNDS * n_parts)
    for turn in range(ROUNDS):
        hot, cold = (effort.hot * (effort.cold / effort.hot) ** (at / ROUNDS) for at in (turn, turn + 1))
        dealt = _dealt(units, circles, waiting, n_parts, np.random.default_rng([seed, turn]))

        def run(
            number: int, turn: int = turn, hot: float = hot, cold: float = cold, dealt: Deal = dealt
        ) -> Part:
            part = _part(
                units, terms, dealt[number], each, hot, cold, _random(seed, turn * n_parts + number), stop
            )
            count(each)
            return part

        parts = list(pool.map(run, range(n_parts)))
        circles = [circle for found, _left in parts for circle in found]
        waiting = np.concatenate([left for _found, left in parts])
    return _rescued(units, terms, circles, waiting, effort, _random(seed, ROUNDS * n_parts), stop)


def _part(
    units: Units,
    terms: Terms,
    blocks: Sequence[Ints],
    proposals: int,
    hot: float,
    cold: float,
    random: Bits,
    stop: Ints,
) -> Part:
    """Anneal some circles and single units that wait; first seat who can be. Yields circles, and who waits then."""
    problem, mine = problem_of(units, terms, np.concatenate(blocks))
    seating = everybody_waits(problem, int(problem.size.sum()) // terms.least)
    where = {unit: at for at, unit in enumerate(mine.tolist())}
    for circle, block in enumerate(each for each in blocks if len(each) > 1):
        for unit in block.tolist():
            sit(problem, seating, terms, where[unit], circle)
    seat_greedily(problem, seating, terms, _hardest_first(problem), random)
    anneal(problem, seating, terms, proposals, hot, cold, random, stop)
    return [mine[circle] for circle in _circles(seating)], mine[seating.queue[: seating.length[0]]]


def _rescued(
    units: Units, terms: Terms, circles: list[Ints], waiting: Ints, effort: Effort, random: Bits, stop: Ints
) -> list[Ints]:
    """At last, who waits meets those circles of all parts that have most people with a window and a room of theirs."""
    if not len(waiting):
        return circles
    asked = waiting[:LAST_CHANCE]
    near = np.zeros(len(units.size), bool)
    for unit in asked:
        near |= (units.starts & units.starts[unit]).any(axis=1) & (units.rooms & units.rooms[unit]).any(
            axis=1
        )
    promise = [-int(near[circle].sum()) for circle in circles]
    order = np.argsort(promise, kind="stable")
    most = LAST_CHANCE // terms.least
    taken = order[:most]
    found, _left = _part(
        units,
        terms,
        [*(circles[at] for at in taken), *(asked[at : at + 1] for at in range(len(asked)))],
        LAST_PROPOSALS,
        effort.hot,
        effort.cold,
        random,
        stop,
    )
    return [*(circles[at] for at in order[most:]), *found]


def _dealt(
    units: Units, circles: Sequence[Ints], waiting: Ints, n_parts: int, random: np.random.Generator
) -> Deal:
    """Circles and single units that wait, in parts of about as many people, those of one profession mostly together."""
    blocks = [*circles, *(waiting[at : at + 1] for at in range(len(waiting)))]
    craft = units.profession[units.people[units.first[[block[0] for block in blocks]]]]
    order = np.lexsort((random.random(len(blocks)), craft))
    order = np.roll(order, random.integers(len(order)))
    filled = np.cumsum([len(blocks[at]) for at in order])
    parts: list[list[Ints]] = [[] for _ in range(n_parts)]
    for at, so_far in zip(order, filled, strict=True):
        parts[min((so_far - 1) * n_parts // filled[-1], n_parts - 1)].append(blocks[at])
    return parts


def _circles(seating: Seating) -> list[Ints]:
    return [seating.members[c, : seating.filled[c]] for c in np.flatnonzero(seating.filled)]


def _hardest_first(problem: Problem) -> Ints:
    """Few hours and few rooms first, large units before small ones."""
    options = np.bitwise_count(problem.starts).sum(axis=1) * np.bitwise_count(problem.rooms).sum(axis=1)
    return np.lexsort((options, -problem.size)).astype(np.int32)


def _random(seed: int, stream: int) -> Bits:
    """State of a generator of its own for each start and part."""
    return np.random.SeedSequence([seed, stream]).generate_state(1, np.uint64) | np.uint64(1)


def _standing(seating: Seating) -> tuple[int, float]:
    """What a plan is judged by: people placed, then what their circles are worth."""
    return int(seating.people.sum()), float(seating.value.sum())


def _counter(progress: Progress | None, total: int) -> Callable[[int], None]:
    made = 0

    def count(proposals: int) -> None:
        nonlocal made
        made += proposals
        if progress is not None:
            progress(made, total)

    return count


def _told(
    known: Known,
    encoded: Encoded,
    seated_units: Sequence[Ints],
    never: set[int],
    groups: Sequence[Group],
    seed: int,
    *,
    interrupted: bool,
) -> Plan:
    seated = sorted(
        sorted(person for unit in units for person in encoded.members[unit]) for units in seated_units
    )
    circles = [describe(known, members) for members in seated]
    placed = sum(map(len, seated))
    quality = sum(len(circle.members) * utility(circle.score) for circle in circles) / max(placed, 1)
    bound = upper_bound(encoded.units, encoded.terms, placed)
    return Plan(
        circles=circles,
        waitlist=list(_waiting(known, encoded, never, groups, seated)),
        seed=seed,
        placed=placed,
        J=round(quality, 3),
        bound=round(bound, 3),
        gap=round(bound - quality, 3),
        interrupted=interrupted,
    )


def _waiting(
    known: Known, encoded: Encoded, never: set[int], groups: Sequence[Group], seated: Sequence[Sequence[int]]
) -> Iterable[Waiting]:
    pool, advice = known.pool, Advice(known, seated)
    placed = {person for members in seated for person in members}
    left = {tuple(persons): unit for unit, persons in enumerate(encoded.members) if persons[0] not in placed}
    for each in groups:
        if each.refused is None and each.persons not in left:
            continue
        proved = each.refused is not None or left[each.persons] in never
        reason = each.refused or (TOO_FEW if proved else NO_PLACE)
        helpful = advice.would_help(each.persons)
        for person in each.persons:
            yield Waiting(
                id=pool.people[person].id,
                proved=proved,
                reason=reason,
                together=[pool.people[other].id for other in each.persons if other != person],
                would_help=helpful,
            )
