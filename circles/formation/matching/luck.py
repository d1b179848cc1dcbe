"""Chance, from a state of one's own so that a run can be repeated: compiled."""

from __future__ import annotations

import numpy as np
from numba import njit

from circles.formation.matching.arrays import Bits, Problem

SAME_CRAFT = 0.8  # share of proposals that stay within the profession


@njit(cache=True, nogil=True, forceinline=True)
def chance(random: Bits) -> float:
    """The next number in [0, 1): xorshift64*, Vigna 2016."""
    x = random[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    random[0] = x
    return ((x * np.uint64(0x2545F4914F6CDD1D)) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@njit(cache=True, nogil=True, forceinline=True)
def one_of(random: Bits, n: int) -> int:
    """A whole number below n."""
    return int(chance(random) * n)


@njit(cache=True, nogil=True, forceinline=True)
def accept(gain: float, heat: float, random: Bits) -> bool:
    """Metropolis: always what is better, sometimes what is worse."""
    return gain >= 0.0 or (gain > -12.0 * heat and chance(random) < np.exp(gain / heat))


@njit(cache=True, nogil=True, forceinline=True)
def neighbour(problem: Problem, u: int, random: Bits) -> int:
    """Another unit to consider with u, mostly of its profession."""
    if chance(random) < SAME_CRAFT:
        first = problem.craft_first[u]
        return first + one_of(random, problem.craft_till[u] - first)
    return one_of(random, problem.size.shape[0])
