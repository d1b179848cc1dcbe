"""A pool and its circles as plain arrays: the shape in which compiled code reads them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Bits = NDArray[np.uint64]
Counts = NDArray[np.uint8]

WAITING = -1
MOST = 8  # seats of a circle, whatever the rules of a pool say below that
REPEAT_COST = 4.0  # quality that sitting with somebody again costs a circle
SIZE_COST = 2.0  # and not being of the preferred size
FLOOR = 70.0  # quality below which a point weighs double
FORBIDDEN = np.float32(-1e6)  # score of a pair that may not be in one circle


class Units(NamedTuple):
    """A whole pool. People who must sit together are one unit; most units are one person.

    U units, n people, K themes, P professions, W words of start windows, R words of rooms (language x way of meeting).
    """

    first: Ints  # (U + 1,): the people of unit u are people[first[u]:first[u + 1]]
    people: Ints  # (n,)
    size: Ints  # (U,)
    department: Ints  # (n,)
    profession: Ints  # (n,)
    seniority: Ints  # (n,)
    affinity: Floats  # (P, P): 1 the same profession, 0.5 a related one
    themes: Counts  # (U, K): how many of the unit hold the theme
    starts: Bits  # (U, W): when all of the unit could begin a meeting
    rooms: Bits  # (U, R): how all of the unit could meet
    apart_first: Ints  # (U + 1,)
    apart: Ints  # units that may not be in one circle with u
    met_first: Ints  # (U + 1,)
    met: Ints  # units that sat with u in an earlier round
    met_weight: Floats
    inner_met: Floats  # (U,): repeats within the unit, of pairs that did not ask for each other themselves


class Terms(NamedTuple):
    """What a circle is worth."""

    least: int
    preferred: int
    most: int
    department_weight: float
    affinity_weight: float
    seniority_weight: float
    theme_weight: float
    repeat_cost: float
    size_cost: float
    floor: float  # below it a point of quality weighs double
    window_price: float  # for each member of a circle with a single common window
    waiting_price: float  # for each person who waits


class Problem(NamedTuple):
    """Some units of a pool with everything between each two of them: n units, those of one profession in a row."""

    size: Ints  # (n,)
    score: Singles  # (n, n): wished-for difference and likeness between the people of two units; or FORBIDDEN
    met: Singles  # (n, n): how much they sat together before
    inner: Floats  # (n,): pair score within the unit
    inner_met: Floats  # (n,)
    themes: Counts  # (n, K)
    starts: Bits  # (n, W)
    rooms: Bits  # (n, R)
    craft_first: Ints  # (n,): those of the profession of u are craft_first[u] up to craft_till[u]
    craft_till: Ints  # (n,)


class Seating(NamedTuple):
    """Who sits where, and what is known of each circle. C circles, some of them empty."""

    circle_of: Ints  # (n,): WAITING for who waits
    place: Ints  # (n,): where the unit stands among the members of its circle, or in the queue
    members: Ints  # (C, MOST)
    filled: Ints  # (C,): units
    people: Ints  # (C,): persons
    pairs: Floats  # (C,): pair score
    met: Floats  # (C,): repeats
    themes: Counts  # (C, K): members that hold the theme
    starts: Bits  # (C, W)
    rooms: Bits  # (C, R)
    value: Floats  # (C,): people x phi(quality), less the price of a single window
    bond: Floats  # (n,): pair score with the others of its circle
    bond_met: Floats  # (n,)
    other_starts: Bits  # (n, W): common to the others of its circle
    other_rooms: Bits  # (n, R)
    queue: Ints  # (n,): who waits, queue[:length[0]]
    length: Ints  # (1,)


def everybody_waits(problem: Problem, circles: int) -> Seating:
    """Room for as many circles as given, and nobody in them."""
    n, n_themes = problem.themes.shape
    n_starts, n_rooms = problem.starts.shape[1], problem.rooms.shape[1]
    every = np.iinfo(np.uint64).max
    return Seating(
        circle_of=np.full(n, WAITING, np.int32),
        place=np.arange(n, dtype=np.int32),
        members=np.zeros((circles, MOST), np.int32),
        filled=np.zeros(circles, np.int32),
        people=np.zeros(circles, np.int32),
        pairs=np.zeros(circles),
        met=np.zeros(circles),
        themes=np.zeros((circles, n_themes), np.uint8),
        starts=np.full((circles, n_starts), every, np.uint64),
        rooms=np.full((circles, n_rooms), every, np.uint64),
        value=np.zeros(circles),
        bond=np.zeros(n),
        bond_met=np.zeros(n),
        other_starts=np.full((n, n_starts), every, np.uint64),
        other_rooms=np.full((n, n_rooms), every, np.uint64),
        queue=np.arange(n, dtype=np.int32),
        length=np.array([n], np.int32),
    )
