"""Quarters of a year on the wall clock of a zone: the only periods there are figures for. Pure."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

SETTLES_IN = timedelta(days=14)  # after its close a quarter may still be put right: "did you meet?"
_NAME = re.compile(r"([0-9]{4})-Q([1-4])")


class NotAQuarter(ValueError):
    """Not written as 2027-Q1."""


def read(quarter: str) -> tuple[int, int]:
    """Year and number of a quarter written as `2027-Q1`. Raises NotAQuarter."""
    found = _NAME.fullmatch(quarter)
    if found is None:
        raise NotAQuarter(quarter)
    return int(found[1]), int(found[2])


def bounds(quarter: str, zone: str) -> tuple[datetime, datetime]:
    """The instant a quarter begins and the one after its last. Raises NotAQuarter."""
    year, number = read(quarter)
    tz = ZoneInfo(zone)
    starts_at = datetime(year, 3 * number - 2, 1, tzinfo=tz)
    ends_at = datetime(year + number // 4, 3 * (number % 4) + 1, 1, tzinfo=tz)
    return starts_at, ends_at


def at(instant: datetime, zone: str) -> str:
    """The quarter an instant falls in."""
    local = instant.astimezone(ZoneInfo(zone))
    return f"{local.year}-Q{(local.month - 1) // 3 + 1}"


def before(quarter: str) -> str:
    """The quarter that came before. Raises NotAQuarter."""
    year, number = read(quarter)
    return f"{year}-Q{number - 1}" if number > 1 else f"{year - 1}-Q4"


def last_settled(now: datetime, zone: str) -> str:
    """The latest quarter that closed at least fourteen days ago."""
    return before(at(now - SETTLES_IN, zone))


def settles_at(quarter: str, zone: str) -> datetime:
    """The instant fourteen days after a quarter closed, from which there may be figures of it. Raises NotAQuarter."""
    return bounds(quarter, zone)[1] + SETTLES_IN


def is_settled(quarter: str, now: datetime, zone: str) -> bool:
    """Whether fourteen days have passed since the quarter closed. Raises NotAQuarter."""
    return settles_at(quarter, zone) <= now
