"""Sitting down and getting up, and what a circle is worth: compiled.

Everything else is made of `replace`: it keeps what is known of a circle true. Arrays are handed over in few calls and
rows are read by index, for a call or a slice costs more than most of what is done here.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from circles.formation.matching.arrays import WAITING, Bits, Ints, Problem, Seating, Terms

NOBODY = -1
ONE = np.uint64(1)
NONE = np.uint64(0)
ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
TOO_LOW = -1e5  # a sum of pair scores with a FORBIDDEN one in it


@njit(cache=True, nogil=True, forceinline=True)
def worth(terms: Terms, people: int, pairs: float, met: float, shared: int, lone: bool) -> float:
    """people x phi(q) of a circle, less the price of a single common window; 0 of an empty one."""
    if people == 0:
        return 0.0
    quality = 100.0 * (2.0 * pairs / max(people * (people - 1), 1) + terms.theme_weight * shared / people)
    quality -= terms.repeat_cost * met
    if people != terms.preferred:
        quality -= terms.size_cost
    if quality < terms.floor:
        quality = 2.0 * quality - terms.floor
    if lone:
        quality -= terms.window_price
    return people * quality


@njit(cache=True, nogil=True, forceinline=True)
def overlap(some: Bits, i: int, others: Bits, j: int) -> int:
    """How many bits row i and row j have in common: 0, 1, or 2 for more."""
    found = 0
    for word in range(some.shape[1]):
        bits = some[i, word] & others[j, word]
        if bits != NONE:
            found += 1 if bits & (bits - ONE) == NONE else 2
    return min(found, 2)


@njit(cache=True, nogil=True)
def fits(problem: Problem, seating: Seating, terms: Terms, u: int, circle: int) -> bool:
    """Whether a unit may join a circle as it stands: seats, windows, rooms, nobody it is kept apart from."""
    if seating.people[circle] + problem.size[u] > terms.most:
        return False
    if overlap(seating.starts, circle, problem.starts, u) == 0:
        return False
    if overlap(seating.rooms, circle, problem.rooms, u) == 0:
        return False
    for i in range(seating.filled[circle]):
        if problem.score[u, seating.members[circle, i]] < TOO_LOW:
            return False
    return True


@njit(cache=True, nogil=True)
def sit(problem: Problem, seating: Seating, terms: Terms, u: int, circle: int) -> None:
    """A waiting unit takes its place in a circle. What may not be is the caller's to know."""
    leave_queue(seating, u)
    replace(problem, seating, terms, circle, NOBODY, u)


@njit(cache=True, nogil=True)
def rise(problem: Problem, seating: Seating, terms: Terms, u: int) -> None:
    """A unit leaves its circle and waits."""
    replace(problem, seating, terms, seating.circle_of[u], u, NOBODY)
    join_queue(seating, u)


@njit(cache=True, nogil=True, forceinline=True)
def join_queue(seating: Seating, u: int) -> None:
    seating.circle_of[u] = WAITING
    seating.place[u] = seating.length[0]
    seating.queue[seating.length[0]] = u
    seating.length[0] += 1


@njit(cache=True, nogil=True, forceinline=True)
def leave_queue(seating: Seating, u: int) -> None:
    seating.length[0] -= 1
    last = seating.queue[seating.length[0]]
    seating.queue[seating.place[u]] = last
    seating.place[last] = seating.place[u]


@njit(cache=True, nogil=True)
def replace(problem: Problem, seating: Seating, terms: Terms, circle: int, out: int, new: int) -> None:
    """In a circle one unit makes place for another; NOBODY for none. Where `out` goes is the caller's to say."""
    n = seating.filled[circle]
    at = n
    for i in range(n):
        other = seating.members[circle, i]
        if other == out:
            at = i
            continue
        if out != NOBODY:
            seating.bond[other] -= problem.score[out, other]
            seating.bond_met[other] -= problem.met[out, other]
    if new == NOBODY:
        n -= 1
        seating.members[circle, at] = seating.members[circle, n]
        seating.filled[circle] = n
    else:
        bond = bond_met = 0.0
        for i in range(n):
            if i != at:
                other = seating.members[circle, i]
                score, met = problem.score[new, other], problem.met[new, other]
                seating.bond[other] += score
                seating.bond_met[other] += met
                bond += score
                bond_met += met
        seating.bond[new], seating.bond_met[new] = bond, bond_met
        seating.members[circle, at] = new
        seating.circle_of[new] = circle
        if at == n:
            n += 1
            seating.filled[circle] = n
    _common(seating.members, circle, n, problem.starts, seating.other_starts, seating.starts)
    _common(seating.members, circle, n, problem.rooms, seating.other_rooms, seating.rooms)
    people = 0
    pairs = met = 0.0
    for i in range(n):
        u = seating.members[circle, i]
        people += problem.size[u]
        pairs += 0.5 * seating.bond[u] + problem.inner[u]
        met += 0.5 * seating.bond_met[u] + problem.inner_met[u]
    seating.people[circle], seating.pairs[circle], seating.met[circle] = people, pairs, met
    shared = 0
    for theme in range(problem.themes.shape[1]):
        held = 0
        for i in range(n):
            held += problem.themes[seating.members[circle, i], theme]
        seating.themes[circle, theme] = held
        shared = max(shared, held)
    lone = n > 0 and overlap(seating.starts, circle, seating.starts, circle) == 1
    seating.value[circle] = worth(terms, people, pairs, met, shared, lone)


@njit(cache=True, nogil=True, forceinline=True)
def _common(members: Ints, circle: int, n: int, own: Bits, others: Bits, common: Bits) -> None:
    """Of n members: the bits all have in common, and for each the bits of all the others."""
    for word in range(own.shape[1]):
        before = ALL
        for i in range(n):
            u = members[circle, i]
            others[u, word] = before
            before &= own[u, word]
        common[circle, word] = before
        after = ALL
        for i in range(n - 1, -1, -1):
            u = members[circle, i]
            others[u, word] &= after
            after &= own[u, word]
