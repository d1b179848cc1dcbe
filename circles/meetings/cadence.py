"""On which days a circle meets: a rhythm on the wall clock of its zone, around holidays and quiet weeks."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, dropwhile
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

BARREN_YEARS = timedelta(days=3653)  # a rhythm that gives nothing for this long has ended
FURTHEST_SHIFT = timedelta(days=7)
SATURDAY = 5
YEARS = range(2000, 2200)  # an anchor elsewhere is a slip of the pen


class BadRhythm(ValueError):
    """A rhythm that no calendar can follow; the message says which part."""


class ClockChange(ValueError):
    """A time that the change of the clock makes impossible to say."""


class TimeDoesNotExist(ClockChange):
    """The clock skips this time on this day."""


class TimeIsAmbiguous(ClockChange):
    """The clock shows this time twice on this day."""


@dataclass(frozen=True)
class Rhythm:
    """Every `interval` weeks on a weekday, or the nth weekday of every `interval` months."""

    pattern: Literal["weekly", "monthly"]
    interval: int  # weeks or months
    weekday: int  # 0 is Monday
    nth: int | None  # monthly: 1 … 5, or -1 for the last
    starts_local: time
    length: timedelta
    zone: str
    anchor_on: date  # first possible day; a weekly interval is counted from its week
    on_day_off: Literal["skip", "shift"] = "skip"

    def __post_init__(self) -> None:
        """Raises BadRhythm."""
        if self.pattern not in {"weekly", "monthly"}:
            raise BadRhythm("pattern")
        if not 1 <= self.interval <= (26 if self.pattern == "weekly" else 6):
            raise BadRhythm("interval")
        if not 0 <= self.weekday <= 6:
            raise BadRhythm("weekday")
        if (self.nth in {1, 2, 3, 4, 5, -1}) != (self.pattern == "monthly"):
            raise BadRhythm("nth")
        if self.starts_local.tzinfo or self.starts_local.second or self.starts_local.microsecond:
            raise BadRhythm("starts_local")
        if not timedelta(0) < self.length <= timedelta(hours=12):
            raise BadRhythm("length")
        if self.anchor_on.year not in YEARS:
            raise BadRhythm("anchor_on")
        if self.on_day_off not in {"skip", "shift"}:
            raise BadRhythm("on_day_off")
        try:
            ZoneInfo(self.zone)
        except (
            ZoneInfoNotFoundError,
            ValueError,
            OSError,
        ) as error:  # OSError: a folder of zones, as in "Europe"
            raise BadRhythm("zone") from error


@dataclass(frozen=True)
class Occurrence:
    """One meeting that the rhythm gives: the day of the pattern, the day it lands on, and its instants in UTC."""

    planned_on: date
    on: date
    starts_at: datetime
    ends_at: datetime


def upcoming(rhythm: Rhythm, *, after: date, closed: Callable[[date], bool]) -> Iterator[Occurrence]:
    """Occurrences that land later than `after`, in order, no two on one day; ends after ten years without any.

    `closed` says which days are holidays or quiet. Such a day is skipped, or shifted to the next working day within a
    week, as the rhythm says. A day on which the clock change makes the time impossible counts as closed.
    The same day of the pattern lands on the same day, whatever `after` is.
    """
    fruitful = max(after, rhythm.anchor_on)
    for day in _pattern(rhythm):
        if day - fruitful > BARREN_YEARS:
            return
        # A day of the pattern before `after` may be shifted past it.
        if day + FURTHEST_SHIFT <= after:
            continue
        occurrence = _landed(rhythm, day, closed)
        if occurrence and occurrence.on > after:
            fruitful = occurrence.on
            yield occurrence


def instant(on: date, at: time, zone: str) -> datetime:
    """That time on that day on the wall clock of the zone, in UTC. Raises TimeDoesNotExist or TimeIsAmbiguous."""
    first = datetime.combine(on, at, ZoneInfo(zone)).replace(fold=0)
    second = first.replace(fold=1)
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    # The clock goes back: both readings are real. It goes forward: neither is.
    if first.astimezone(UTC) < second.astimezone(UTC):
        raise TimeIsAmbiguous(f"{on} {at} {zone}")
    raise TimeDoesNotExist(f"{on} {at} {zone}")


def _landed(rhythm: Rhythm, day: date, closed: Callable[[date], bool]) -> Occurrence | None:
    for on in _days_to_try(rhythm, day):
        if closed(on):
            continue
        try:
            starts_at = instant(on, rhythm.starts_local, rhythm.zone)
        except ClockChange:
            continue
        return Occurrence(planned_on=day, on=on, starts_at=starts_at, ends_at=starts_at + rhythm.length)
    return None


def _days_to_try(rhythm: Rhythm, day: date) -> Iterator[date]:
    yield day
    if rhythm.on_day_off == "skip":
        return
    weekly = rhythm.pattern == "weekly" and rhythm.interval == 1
    furthest = FURTHEST_SHIFT.days - weekly  # a week later is the next day of the pattern itself
    for later in range(1, furthest + 1):
        on = day + timedelta(days=later)
        if on.weekday() < SATURDAY:
            yield on


def _pattern(rhythm: Rhythm) -> Iterator[date]:
    days = _weekly(rhythm) if rhythm.pattern == "weekly" else _monthly(rhythm)
    return dropwhile(lambda day: day < rhythm.anchor_on, days)


def _weekly(rhythm: Rhythm) -> Iterator[date]:
    monday = rhythm.anchor_on - timedelta(days=rhythm.anchor_on.weekday())
    return (monday + timedelta(weeks=weeks, days=rhythm.weekday) for weeks in count(0, rhythm.interval))


def _monthly(rhythm: Rhythm) -> Iterator[date]:
    for month in count(rhythm.anchor_on.year * 12 + rhythm.anchor_on.month - 1, rhythm.interval):
        day = _nth_weekday(month // 12, month % 12 + 1, rhythm.weekday, rhythm.nth or 1)
        if day:
            yield day


def _nth_weekday(year: int, month: int, weekday: int, nth: int) -> date | None:
    first = date(year, month, 1)
    days = [
        first + timedelta(days=offset)
        for offset in range((weekday - first.weekday()) % 7, monthrange(year, month)[1], 7)
    ]
    if nth == -1:
        return days[-1]
    return days[nth - 1] if nth <= len(days) else None
