"""The first circles, hardest people first: compiled."""

from __future__ import annotations

import numpy as np
from numba import njit

from circles.formation.matching.arrays import WAITING, Bits, Ints, Problem, Seating, Terms
from circles.formation.matching.luck import one_of
from circles.formation.matching.moves import NOBODY, fits, rise, sit
from circles.formation.matching.steps import empty_circle, likeness

ENOUGH = 40  # candidates looked at for a seat
FAR_ENOUGH = 400  # units gone by to find them


@njit(cache=True, nogil=True)
def seat_greedily(problem: Problem, seating: Seating, terms: Terms, order: Ints, random: Bits) -> None:
    """Fill circle after circle, each around the first in `order` that still waits. Who finds none goes on waiting."""
    for u in order:
        if seating.circle_of[u] != WAITING:
            continue
        circle = empty_circle(seating, random)
        if circle == NOBODY:
            return
        sit(problem, seating, terms, u, circle)
        while seating.people[circle] < terms.preferred:
            best = _best(problem, seating, terms, circle, u, random)
            if best == NOBODY:
                break
            sit(problem, seating, terms, best, circle)
        if seating.people[circle] < terms.least:
            while seating.filled[circle] > 0:
                rise(problem, seating, terms, seating.members[circle, 0])


@njit(cache=True, nogil=True)
def _best(problem: Problem, seating: Seating, terms: Terms, circle: int, around: int, random: Bits) -> int:
    """The best of some who wait and fit: of the same profession, or when these are few of any."""
    best, best_score, seen = NOBODY, 0.0, 0
    for wider in range(2):
        if wider and seen >= ENOUGH // 4:
            break
        first, n = 0, problem.size.shape[0]
        if not wider:
            first, n = problem.craft_first[around], problem.craft_till[around] - problem.craft_first[around]
        at = one_of(random, n)
        for _ in range(min(n, FAR_ENOUGH)):
            at = at + 1 if at + 1 < n else 0
            v = first + at
            if seating.circle_of[v] != WAITING or not fits(problem, seating, terms, v, circle):
                continue
            score = _score(problem, seating, terms, circle, v)
            if best == NOBODY or score > best_score:
                best, best_score = v, score
            seen += 1
            if seen >= ENOUGH:
                break
    return best


@njit(cache=True, nogil=True)
def _score(problem: Problem, seating: Seating, terms: Terms, circle: int, v: int) -> float:
    """Pair score with the members, themes in common, and some room left for who comes after."""
    score = likeness(problem, seating, circle, v)
    shared = 0
    for theme in range(problem.themes.shape[1]):
        shared = max(shared, seating.themes[circle, theme] + problem.themes[v, theme])
    score += terms.theme_weight * shared / (seating.people[circle] + problem.size[v])
    common = 0
    for word in range(problem.starts.shape[1]):
        bits = seating.starts[circle, word] & problem.starts[v, word]
        while bits != np.uint64(0):
            bits &= bits - np.uint64(1)
            common += 1
    return score + 0.1 * np.log(1.0 * common)
