"""Why somebody waits, and what would open a circle for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any

import numpy as np
from numba import njit

from circles.formation.matching.arrays import Bits, Ints
from circles.formation.matching.encoding import Encoded, bits_of
from circles.formation.matching.plan import Known
from circles.formation.pool import Pool

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
    most = most_in_common(units.starts, units.rooms, units.size)
    return set(np.flatnonzero(most < encoded.terms.least).tolist())


@dataclass(frozen=True)
class Offer:
    """A circle with free seats, and what all of it share: windows as bits, languages, ways of meeting."""

    members: frozenset[int]
    windows: int
    languages: frozenset[str]
    modes: frozenset[str]


class Advice:
    """What would open a circle to whom."""

    def __init__(self, known: Known, circles: Iterable[Sequence[int]]) -> None:
        pool = self.pool = known.pool
        self.starts = known.starts
        at = {person.id: number for number, person in enumerate(pool.people)}
        self.apart = {frozenset((at[a], at[b])) for a, b in pool.apart}
        self.offers = [
            Offer(frozenset(circle), *_shared(pool, circle, known.starts))
            for circle in circles
            if len(circle) < pool.rules.size_max
        ]

    def would_help(self, persons: Sequence[int]) -> list[dict[str, Any]]:
        """What, added to everybody in the unit, opens how many of the circles with a free seat; the most first.

        Single steps only: one half hour, one language or one way of meeting.
        """
        found: Counter[tuple[str, int | str]] = Counter()
        own = _shared(self.pool, persons, self.starts)
        free = reduce(and_, (self.pool.people[number].slots for number in persons))
        for offer in self.offers:
            if len(offer.members) + len(persons) > self.pool.rules.size_max:
                continue
            if any(frozenset((one, other)) in self.apart for one in persons for other in offer.members):
                continue
            found.update(_steps(offer, *own, free=free, meeting=(1 << self.pool.rules.meet_slots) - 1))
        ordered = sorted(found.items(), key=lambda item: (-item[1], item[0][0], str(item[0][1])))
        return [{kind: value, "circles": n} for (kind, value), n in ordered[:SHOWN]]


def _shared(
    pool: Pool, persons: Sequence[int], starts: Sequence[int]
) -> tuple[int, frozenset[str], frozenset[str]]:
    people = [pool.people[number] for number in persons]
    return (
        reduce(and_, (starts[number] for number in persons)),
        frozenset.intersection(*(person.languages for person in people)),
        frozenset.intersection(*(person.modes for person in people)),
    )


def _steps(
    offer: Offer, windows: int, languages: frozenset[str], modes: frozenset[str], *, free: int, meeting: int
) -> set[tuple[str, int | str]]:
    meets, speaks, gathers = windows & offer.windows, languages & offer.languages, modes & offer.modes
    if speaks and gathers and not meets:
        missing = [bits_of((meeting << start) & ~free) for start in bits_of(offer.windows)]
        return {("slot", slots[0]) for slots in missing if len(slots) == 1}
    if meets and gathers and not speaks:
        return {("language", each) for each in offer.languages}
    if meets and speaks and not gathers:
        return {("mode", each) for each in offer.modes}
    return set()
