"""What is between each two units of a part of a pool: compiled, for it is asked for every pair."""

from __future__ import annotations

import numpy as np
from numba import njit

from circles.formation.matching.arrays import FORBIDDEN, Floats, Ints, Problem, Singles, Terms, Units


def problem_of(units: Units, terms: Terms, mine: Ints) -> tuple[Problem, Ints]:
    """These units as a problem of its own, and which they are: those of one profession in a row."""
    craft = units.profession[units.people[units.first[mine]]]
    order = np.lexsort((mine, craft))
    mine, craft = mine[order].astype(np.int32), craft[order]
    score, met = pair_tables(units, terms, mine)
    return Problem(
        size=units.size[mine],
        score=score,
        met=met,
        inner=np.array([inner_score(units, terms, unit) for unit in mine]),
        inner_met=units.inner_met[mine],
        themes=units.themes[mine],
        starts=units.starts[mine],
        rooms=units.rooms[mine],
        craft_first=np.searchsorted(craft, craft, "left").astype(np.int32),
        craft_till=np.searchsorted(craft, craft, "right").astype(np.int32),
    ), mine


@njit(cache=True, nogil=True)
def pair_score(units: Units, terms: Terms, u: int, v: int) -> float:
    """Wished-for difference and likeness of each person of u with each of v, together."""
    total = 0.0
    for i in range(units.first[u], units.first[u + 1]):
        one = units.people[i]
        for j in range(units.first[v], units.first[v + 1]):
            other = units.people[j]
            total += terms.affinity_weight * units.affinity[units.profession[one], units.profession[other]]
            if units.department[one] != units.department[other]:
                total += terms.department_weight
            if units.seniority[one] != units.seniority[other]:
                total += terms.seniority_weight
    return total


@njit(cache=True, nogil=True)
def inner_score(units: Units, terms: Terms, u: int) -> float:
    """Pair score within a unit."""
    # Against itself each pair counts twice, and each person once with themselves: of one profession and no difference.
    return 0.5 * (pair_score(units, terms, u, u) - terms.affinity_weight * units.size[u])


@njit(cache=True, nogil=True)
def pair_tables(units: Units, terms: Terms, mine: Ints) -> tuple[Singles, Singles]:
    """(n, n) scores, FORBIDDEN where two are kept apart; and (n, n) repeats."""
    n = mine.shape[0]
    score, met = np.zeros((n, n), np.float32), np.zeros((n, n), np.float32)
    where = np.full(units.size.shape[0], -1, np.int32)
    for a in range(n):
        where[mine[a]] = a
    for a in range(n):
        for b in range(a):
            score[a, b] = pair_score(units, terms, mine[a], mine[b])
            score[b, a] = score[a, b]
    for a in range(n):
        u = mine[a]
        for i in range(units.apart_first[u], units.apart_first[u + 1]):
            if where[units.apart[i]] >= 0:
                score[a, where[units.apart[i]]] = FORBIDDEN
        for i in range(units.met_first[u], units.met_first[u + 1]):
            if where[units.met[i]] >= 0:
                met[a, where[units.met[i]]] = units.met_weight[i]
    return score, met


@njit(cache=True, nogil=True)
def best_company(units: Units, terms: Terms) -> Floats:
    """(U,): the most quality a unit can find in others with a window and a room of its own, in any size of circle."""
    n = units.size.shape[0]
    wanted = terms.most - 1
    best = np.zeros(n)
    for u in range(n):
        top = np.zeros(wanted)  # pair scores per person of u and of the other, best first
        for v in range(n):
            if u == v or not _meet(units, u, v):
                continue
            score = pair_score(units, terms, u, v) / (units.size[u] * units.size[v])
            for _ in range(units.size[v]):
                at = wanted - 1
                if score <= top[at]:
                    break
                while at > 0 and top[at - 1] < score:
                    top[at] = top[at - 1]
                    at -= 1
                top[at] = score
        for m in range(terms.least, terms.most + 1):
            own = 2.0 * inner_score(units, terms, u) / units.size[u]
            mean = (own + top[: m - units.size[u]].sum()) / (m - 1)
            quality = 100.0 * (mean + terms.theme_weight)
            if m != terms.preferred:
                quality -= terms.size_cost
            best[u] = max(best[u], quality)
    return best


@njit(cache=True, nogil=True)
def _meet(units: Units, u: int, v: int) -> bool:
    starts = rooms = False
    for word in range(units.starts.shape[1]):
        starts |= units.starts[u, word] & units.starts[v, word] != np.uint64(0)
    for word in range(units.rooms.shape[1]):
        rooms |= units.rooms[u, word] & units.rooms[v, word] != np.uint64(0)
    return starts and rooms
