"""Why somebody waits, and what would open a circle for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import reduce
from operator import and_
from typing import Any

import numpy as np
from numba import njit

from circles.formation.matching.arrays import Bits, Ints
from circles.formation.matching.encoding import Encoded, bits_of
from circles.formation.pool import Person, Pool

NO_PLACE = "no-place-found"
TOO_FEW = "too-few-share-a-window-and-room"
SHOWN = 5  # of what would help


@njit(cache=True, nogil=True)
def most_in_common(starts: Bits, rooms: Bits, size: Ints) -> Ints:
    """(U,): the largest number of persons, itself included, who share one (window, room) with the unit."""
    n, words, room_words = starts.shape[0], starts.shape[1], rooms.shape[1]
    counts = np.zeros((words * 64, room_words * 64), np.int32)
    most = np.zeros(n, np.int32)
    for turn in range(2):
        for u in range(n):
            for start in range(words * 64):
                if starts[u, start // 64] >> np.uint64(start % 64) & np.uint64(1) == np.uint64(0):
                    continue
                for word in range(room_words):
                    bits = rooms[u, word]
                    room = word * 64
                    while bits != np.uint64(0):
                        if bits & np.uint64(1) != np.uint64(0):
                            if turn == 0:
                                counts[start, room] += size[u]
                            else:
                                most[u] = max(most[u], counts[start, room])
                        bits >>= np.uint64(1)
                        room += 1
    return most


def impossible(encoded: Encoded) -> set[int]:
    """Units for which no circle is possible: too few people share any one window and room with them."""
    units = encoded.units
    if len(units.size) == 0:
        return set()
    most = most_in_common(units.starts, units.rooms, units.size)
    return set(np.flatnonzero(most < encoded.terms.least).tolist())


def would_help(
    pool: Pool, persons: Sequence[int], circles: Iterable[Sequence[int]], starts: Sequence[int]
) -> list[dict[str, Any]]:
    """What, added to everybody in the unit, opens how many of the circles with a free seat; the most first.

    `starts`: of each person in the pool. Single steps only: one half hour, one language or one way of meeting.
    """
    found: Counter[tuple[str, int | str]] = Counter()
    own = [pool.people[number] for number in persons]
    own_starts = reduce(and_, (starts[number] for number in persons))
    languages = frozenset.intersection(*(person.languages for person in own))
    modes = frozenset.intersection(*(person.modes for person in own))
    apart = {frozenset(pair) for pair in pool.apart}
    for circle in circles:
        if len(circle) + len(persons) > pool.rules.size_max:
            continue
        members = [pool.people[number] for number in circle]
        if any(frozenset((one.id, other.id)) in apart for one in own for other in members):
            continue
        windows = reduce(and_, (starts[number] for number in circle))
        found.update(_steps(pool, own, members, own_starts, windows, languages, modes))
    ordered = sorted(found.items(), key=lambda item: (-item[1], item[0][0], str(item[0][1])))
    return [{kind: value, "circles": n} for (kind, value), n in ordered[:SHOWN]]


def _steps(
    pool: Pool,
    own: Sequence[Person],
    members: Sequence[Person],
    own_starts: int,
    windows: int,
    languages: frozenset[str],
    modes: frozenset[str],
) -> set[tuple[str, int | str]]:
    spoken = frozenset.intersection(*(person.languages for person in members))
    places = frozenset.intersection(*(person.modes for person in members))
    meets, speaks, gathers = own_starts & windows, languages & spoken, modes & places
    if speaks and gathers and not meets:
        free, meeting = reduce(and_, (person.slots for person in own)), (1 << pool.rules.meet_slots) - 1
        missing = [bits_of((meeting << start) & ~free) for start in bits_of(windows)]
        return {("slot", slots[0]) for slots in missing if len(slots) == 1}
    if meets and gathers and not speaks:
        return {("language", each) for each in spoken}
    if meets and speaks and not gathers:
        return {("mode", each) for each in places}
    return set()
