"""Weeks of half hours: packing them, and finding where they meet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time
from itertools import combinations

PER_DAY = 48
SLOTS = 7 * PER_DAY
BYTES = SLOTS // 8


class SlotOutOfRange(ValueError):
    """Not a half hour of the week."""


def slot(day: int, at: time) -> int:
    """Number of the half hour that begins then; day 0 is Monday. Raises SlotOutOfRange off the half hour."""
    if not 0 <= day < 7 or at.minute not in {0, 30} or at.second or at.microsecond:
        raise SlotOutOfRange(f"{day} {at}")
    return day * PER_DAY + at.hour * 2 + at.minute // 30


def pack(slots: Iterable[int]) -> bytes:
    """The half hours as a bitmap of 42 bytes. Raises SlotOutOfRange."""
    bits = 0
    for number in slots:
        if not 0 <= number < SLOTS:
            raise SlotOutOfRange(str(number))
        bits |= 1 << number
    return bits.to_bytes(BYTES, "little")


def unpack(week: bytes) -> list[int]:
    """The half hours of a bitmap, in order. Raises SlotOutOfRange on anything but 42 bytes."""
    bits = _bits(week)
    return [number for number in range(SLOTS) if bits >> number & 1]


def common_starts(weeks: Sequence[bytes], *, half_hours: int = 3) -> list[int]:
    """Half hours at which all can begin something of that length, never across midnight. Nobody: none."""
    if not weeks:
        return []
    bits = (1 << SLOTS) - 1
    for week in weeks:
        bits &= _bits(week)
    return _starts(bits, half_hours)


def free_counts(weeks: Sequence[bytes], *, half_hours: int = 3) -> dict[int, int]:
    """For each possible beginning how many can come; beginnings that suit nobody are left out."""
    counts: dict[int, int] = {}
    for week in weeks:
        for start in _starts(_bits(week), half_hours):
            counts[start] = counts.get(start, 0) + 1
    return dict(sorted(counts.items()))


@dataclass(frozen=True)
class Together:
    """When several people can, and how many; never who."""

    count: int
    spans: list[tuple[int, int, int]]  # day, first half hour, half hour after the last


def together(weeks: Sequence[bytes], *, half_hours: int = 3, least: int = 3) -> Together | None:
    """The stretches of at least that length in which all can; if there are none, all but one, and so on.

    None when no stretch suits at least `least` of them: fewer would show whose hours they are. In each stretch the
    same people can from beginning to end. For the eight of a circle: the number of groups doubles with each week.
    """
    bits = [_bits(week) for week in weeks]
    for count in range(len(bits), least - 1, -1):
        found = {span for group in combinations(bits, count) for span in _long_spans(group, half_hours)}
        if found:
            return Together(count, sorted(span for span in found if not _within_another(span, found)))
    return None


def shifted(week: bytes, minutes: int) -> bytes:
    """The same week on a clock that is so many minutes ahead. Half hours that are free in part only are left out."""
    steps, rest = divmod(minutes, 30)
    bits = _turned(_bits(week), steps)
    if rest:
        bits &= _turned(bits, 1)
    return bits.to_bytes(BYTES, "little")


def spans(week: bytes) -> list[tuple[int, int, int]]:
    """Runs of free half hours as (day, first half hour, half hour after the last), for showing in words."""
    runs: list[tuple[int, int, int]] = []
    for number in unpack(week):
        day, half = divmod(number, PER_DAY)
        if runs and runs[-1][0] == day and runs[-1][2] == half:
            runs[-1] = (day, runs[-1][1], half + 1)
        else:
            runs.append((day, half, half + 1))
    return runs


def _long_spans(group: Sequence[int], half_hours: int) -> list[tuple[int, int, int]]:
    shared = (1 << SLOTS) - 1
    for bits in group:
        shared &= bits
    return [span for span in spans(shared.to_bytes(BYTES, "little")) if span[2] - span[1] >= half_hours]


def _within_another(span: tuple[int, int, int], others: Iterable[tuple[int, int, int]]) -> bool:
    day, first, last = span
    return any(
        other != span and other[0] == day and other[1] <= first and last <= other[2] for other in others
    )


def _turned(bits: int, steps: int) -> int:
    """Each half hour so many later, from Sunday night on into Monday."""
    steps %= SLOTS
    return (bits << steps | bits >> (SLOTS - steps)) & ((1 << SLOTS) - 1)


def _bits(week: bytes) -> int:
    if len(week) != BYTES:
        raise SlotOutOfRange(f"{len(week)} bytes")
    return int.from_bytes(week, "little")


def _starts(bits: int, half_hours: int) -> list[int]:
    run = bits
    for step in range(1, half_hours):
        run &= bits >> step
    return [
        number for number in range(SLOTS) if run >> number & 1 and number % PER_DAY + half_hours <= PER_DAY
    ]
