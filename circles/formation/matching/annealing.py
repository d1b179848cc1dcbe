"""Simulated annealing over moves and swaps, compiled; now and then a larger step of `steps`.

A seating that breaks a hard rule is never entered. Waiting costs so much that a person more in a circle outweighs what
the circles lose by it.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from circles.formation.matching.arrays import WAITING, Bits, Ints, Problem, Seating, Terms
from circles.formation.matching.luck import accept, chance, neighbour, one_of
from circles.formation.matching.moves import NOBODY, TOO_LOW, join_queue, leave_queue, overlap, replace, worth
from circles.formation.matching.steps import JOURNAL, dissolve, open_circle, pass_on

STRIDE = 1024  # proposals between two looks at the heat and at `stop`


@njit(cache=True, nogil=True)
def anneal(
    problem: Problem,
    seating: Seating,
    terms: Terms,
    proposals: int,
    hot: float,
    cold: float,
    random: Bits,
    stop: Ints,
) -> int:
    """Improve a seating in place by a number of proposals, from hot to cold. Yields how many were made.

    `random` (1,) is the state of the generator; `stop` (1,) is set to 1 from elsewhere to end early.
    """
    n = problem.size.shape[0]
    who, whence = np.empty(JOURNAL, np.int32), np.empty(JOURNAL, np.int32)
    heat = hot
    for step in range(proposals):
        if step % STRIDE == 0:
            if stop[0] != 0:
                return step
            heat = hot * (cold / hot) ** (step / proposals)
        kind = chance(random)
        alone = kind > 0.85  # u moves and nobody comes in its place
        if kind < 0.08 and seating.length[0] > 0:
            u = seating.queue[one_of(random, seating.length[0])]
            if kind < 0.001:
                open_circle(problem, seating, terms, u, heat, random, who, whence)
                continue
            if kind < 0.003:
                pass_on(problem, seating, terms, u, heat, random)
                continue
            alone = kind < 0.03
        elif kind > 0.9998:
            dissolve(
                problem, seating, terms, one_of(random, seating.filled.shape[0]), heat, random, who, whence
            )
            continue
        else:
            u = one_of(random, n)
        v = neighbour(problem, u, random)
        a, b = seating.circle_of[u], seating.circle_of[v]
        if a == b or (alone and b == WAITING):
            continue
        if alone:
            v = NOBODY
        # Judged right here, for a call that hands over all these arrays takes five times as long as what it finds.
        gain = 0.0
        may = True
        for side in range(2):
            circle, out, new = (a, u, v) if side == 0 else (b, v, u)
            people = 0
            windows = 2
            if circle != WAITING and new == NOBODY:
                people = seating.people[circle] - problem.size[out]
                may = people >= terms.least
                if terms.window_price > 0.0:
                    windows = overlap(seating.other_starts, out, seating.other_starts, out)
            elif circle != WAITING and out == NOBODY:
                people = seating.people[circle] + problem.size[new]
                windows = overlap(seating.starts, circle, problem.starts, new)
                may = (
                    people <= terms.most
                    and windows > 0
                    and overlap(seating.rooms, circle, problem.rooms, new) > 0
                )
            elif circle != WAITING:
                people = seating.people[circle] - problem.size[out] + problem.size[new]
                windows = overlap(seating.other_starts, out, problem.starts, new)
                may = terms.least <= people <= terms.most and windows > 0
                may = may and overlap(seating.other_rooms, out, problem.rooms, new) > 0
            if not may:
                break
            if circle == WAITING:
                gain += problem.size[out] * terms.waiting_price
                if new != NOBODY:
                    gain -= problem.size[new] * terms.waiting_price
                continue
            pairs, met = seating.pairs[circle], seating.met[circle]
            if out != NOBODY:
                pairs -= seating.bond[out] + problem.inner[out]
                met -= seating.bond_met[out] + problem.inner_met[out]
            if new != NOBODY:
                pairs += problem.inner[new]
                met += problem.inner_met[new]
                for i in range(seating.filled[circle]):
                    other = seating.members[circle, i]
                    if other != out:
                        pairs += problem.score[new, other]
                        met += problem.met[new, other]
                if pairs < TOO_LOW:
                    may = False
                    break
            shared = 0
            for theme in range(problem.themes.shape[1]):
                held = np.int64(seating.themes[circle, theme])
                if out != NOBODY:
                    held -= problem.themes[out, theme]
                if new != NOBODY:
                    held += problem.themes[new, theme]
                shared = max(shared, int(held))
            gain += worth(terms, people, pairs, met, shared, windows == 1) - seating.value[circle]
        if not may or not accept(gain, heat, random):
            continue
        if a != WAITING:
            replace(problem, seating, terms, a, u, v)
        else:
            leave_queue(seating, u)
            if v != NOBODY:
                join_queue(seating, v)
        if b != WAITING:
            replace(problem, seating, terms, b, v, u)
        else:
            leave_queue(seating, v)
            join_queue(seating, u)
    return proposals
