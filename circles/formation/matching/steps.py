"""Steps that take several people along at once, done first and undone when they are not accepted: compiled.

They let the number of circles float, and place who cannot be placed by a move or a swap.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from circles.formation.matching.arrays import WAITING, Bits, Ints, Problem, Seating, Terms
from circles.formation.matching.luck import accept, neighbour, one_of
from circles.formation.matching.moves import NOBODY, fits, rise, sit

JOURNAL = 64  # steps that opening or dissolving may take
TRIES = 30  # units looked at to find a seat beside
SEEN = 4  # of those that fit, from which the best is taken


@njit(cache=True, nogil=True)
def open_circle(
    problem: Problem,
    seating: Seating,
    terms: Terms,
    w: int,
    heat: float,
    random: Bits,
    who: Ints,
    whence: Ints,
) -> float:
    """Build a circle around a waiting unit, of others who wait and of members of circles that can spare one.

    Yields what it brought; 0 when it was not done. `who` and `whence` (JOURNAL,) are room to work in.
    """
    circle = empty_circle(seating, random)
    if circle == NOBODY:
        return 0.0
    start, room = _any_bit(problem.starts, w, random), _any_bit(problem.rooms, w, random)
    who[0], whence[0] = w, WAITING
    n = 1
    sit(problem, seating, terms, w, circle)
    gain = problem.size[w] * terms.waiting_price
    waiting = seating.queue[: seating.length[0]].copy()
    first = one_of(random, max(waiting.shape[0], 1))
    for i in range(waiting.shape[0]):
        if seating.people[circle] >= terms.least:
            break
        u = waiting[(first + i) % waiting.shape[0]]
        if not _holds(problem.starts, u, start) or not _holds(problem.rooms, u, room):
            continue
        if fits(problem, seating, terms, u, circle):
            who[n], whence[n] = u, WAITING
            n += 1
            sit(problem, seating, terms, u, circle)
            gain += problem.size[u] * terms.waiting_price
    while seating.people[circle] < terms.least and n < JOURNAL:
        u = _spared(problem, seating, terms, circle, w, start, room, random)
        if u == NOBODY:
            break
        donor = seating.circle_of[u]
        who[n], whence[n] = u, donor
        n += 1
        gain -= seating.value[donor]
        rise(problem, seating, terms, u)
        gain += seating.value[donor]
        sit(problem, seating, terms, u, circle)
    gain += seating.value[circle]
    if seating.people[circle] >= terms.least and accept(gain, heat, random):
        return gain
    _undo(problem, seating, terms, who, whence, n)
    return 0.0


@njit(cache=True, nogil=True)
def pass_on(problem: Problem, seating: Seating, terms: Terms, w: int, heat: float, random: Bits) -> float:
    """A waiting unit takes the place of somebody who finds a free seat elsewhere. Yields what it brought."""
    v = neighbour(problem, w, random)
    b = seating.circle_of[v]
    if b == WAITING or seating.people[b] - problem.size[v] + problem.size[w] < terms.least:
        return 0.0
    gain = -seating.value[b] + problem.size[w] * terms.waiting_price
    rise(problem, seating, terms, v)
    if fits(problem, seating, terms, w, b):
        sit(problem, seating, terms, w, b)
        c = _free_seat(problem, seating, terms, v, b, random)
        if c != NOBODY:
            gain += seating.value[b] - seating.value[c]
            sit(problem, seating, terms, v, c)
            gain += seating.value[c]
            if accept(gain, heat, random):
                return gain
            rise(problem, seating, terms, v)
        rise(problem, seating, terms, w)
    sit(problem, seating, terms, v, b)
    return 0.0


@njit(cache=True, nogil=True)
def dissolve(
    problem: Problem,
    seating: Seating,
    terms: Terms,
    circle: int,
    heat: float,
    random: Bits,
    who: Ints,
    whence: Ints,
) -> float:
    """Spread the members of a circle over circles with a free seat; who finds none waits. Yields what it brought."""
    gain = -seating.value[circle]
    n = seating.filled[circle]
    for i in range(n):
        who[i], whence[i] = seating.members[circle, i], circle
    for i in range(n):
        rise(problem, seating, terms, who[i])
    for i in range(n):
        home = _free_seat(problem, seating, terms, who[i], circle, random)
        if home == NOBODY:
            gain -= problem.size[who[i]] * terms.waiting_price
            continue
        gain -= seating.value[home]
        sit(problem, seating, terms, who[i], home)
        gain += seating.value[home]
    if accept(gain, heat, random):
        return gain
    _undo(problem, seating, terms, who, whence, n)
    return 0.0


@njit(cache=True, nogil=True)
def _spared(
    problem: Problem, seating: Seating, terms: Terms, circle: int, w: int, start: int, room: int, random: Bits
) -> int:
    """Of a few members of larger circles who would fit: the one with the best pair score; NOBODY of none."""
    best, best_score, seen = NOBODY, 0.0, 0
    n = problem.size.shape[0]
    u = neighbour(problem, w, random)
    for _ in range(n):
        u = u + 1 if u + 1 < n else 0
        donor = seating.circle_of[u]
        if donor == WAITING or donor == circle or seating.people[donor] - problem.size[u] < terms.least:
            continue
        if not _holds(problem.starts, u, start) or not _holds(problem.rooms, u, room):
            continue
        if not fits(problem, seating, terms, u, circle):
            continue
        score = likeness(problem, seating, circle, u)
        if best == NOBODY or score > best_score:
            best, best_score = u, score
        seen += 1
        if seen == SEEN:
            break
    return best


@njit(cache=True, nogil=True)
def _free_seat(problem: Problem, seating: Seating, terms: Terms, u: int, but: int, random: Bits) -> int:
    """Of a few circles that u may join: the one with the best pair score. NOBODY when none is met."""
    best, best_score, seen = NOBODY, 0.0, 0
    for _ in range(TRIES):
        home = seating.circle_of[neighbour(problem, u, random)]
        if home == WAITING or home == but or seating.people[home] + problem.size[u] > terms.most:
            continue
        if not fits(problem, seating, terms, u, home):
            continue
        score = likeness(problem, seating, home, u)
        if best == NOBODY or score > best_score:
            best, best_score = home, score
        seen += 1
        if seen == SEEN:
            break
    return best


@njit(cache=True, nogil=True)
def likeness(problem: Problem, seating: Seating, circle: int, u: int) -> float:
    """Mean pair score of a person of u with a member of the circle."""
    score = 0.0
    for i in range(seating.filled[circle]):
        score += problem.score[u, seating.members[circle, i]]
    return score / max(seating.people[circle] * problem.size[u], 1)


@njit(cache=True, nogil=True)
def _undo(problem: Problem, seating: Seating, terms: Terms, who: Ints, whence: Ints, n: int) -> None:
    """Everybody back to where they were: first all up, then down, so that no circle is over full in between."""
    for i in range(n):
        if seating.circle_of[who[i]] != WAITING:
            rise(problem, seating, terms, who[i])
    for i in range(n):
        if whence[i] != WAITING:
            sit(problem, seating, terms, who[i], whence[i])


@njit(cache=True, nogil=True)
def empty_circle(seating: Seating, random: Bits) -> int:
    """A circle without members, or NOBODY."""
    n = seating.filled.shape[0]
    first = one_of(random, n)
    for i in range(n):
        circle = (first + i) % n
        if seating.filled[circle] == 0:
            return circle
    return NOBODY


@njit(cache=True, nogil=True)
def _any_bit(some: Bits, row: int, random: Bits) -> int:
    """A member of a set that is not empty."""
    n = 0
    for bit in range(some.shape[1] * 64):
        n += _holds(some, row, bit)
    wanted = one_of(random, n)
    for bit in range(some.shape[1] * 64):
        if _holds(some, row, bit):
            if wanted == 0:
                return bit
            wanted -= 1
    return NOBODY


@njit(cache=True, nogil=True, forceinline=True)
def _holds(some: Bits, row: int, bit: int) -> bool:
    return (some[row, bit // 64] >> np.uint64(bit % 64)) & np.uint64(1) != np.uint64(0)
