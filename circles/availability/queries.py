"""Reading when people can."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from circles.availability.free import Together, shifted, together
from circles.availability.models import WeeklyHours
from circles.extensions import db
from circles.people.models import Person

FEWEST = 3  # people: of two, each would see the other's hours
MOST_MISSING = 2  # people whom a time may not suit and still be shown


def hours_of(person_ids: Iterable[int]) -> dict[int, bytes]:
    """The weeks of those who said when they can, as bitmaps by person id."""
    rows = db.session.execute(
        sa.select(WeeklyHours.person_id, WeeklyHours.free).where(WeeklyHours.person_id.in_(list(person_ids)))
    )
    return dict(rows.all())


@dataclass(frozen=True)
class Shared:
    """When people can meet, on one wall clock: of how many we know the hours, and what suits most of them."""

    known: int
    best: Together | None  # None: too few are known, or nothing suits enough of them

    @property
    def is_known(self) -> bool:
        """Enough people said when they can."""
        return self.known >= FEWEST


def shared_hours(people: Sequence[Person], *, zone: str, half_hours: int, now: datetime) -> Shared:
    """When these people can meet for so long, on the wall clock of `zone` as it differs from theirs now. One query."""
    weeks = hours_of(person.id for person in people)
    known = [
        shifted(weeks[person.id], _ahead(zone, person.wall_zone, now))
        for person in people
        if person.id in weeks
    ]
    least = max(FEWEST, len(known) - MOST_MISSING)
    return Shared(len(known), together(known, half_hours=half_hours, least=least))


def _ahead(zone: str, of_zone: str, now: datetime) -> int:
    """Minutes by which the clocks of one zone are ahead of those of another."""
    ahead, base = (now.astimezone(ZoneInfo(name)).utcoffset() for name in (zone, of_zone))
    return round((ahead - base).total_seconds() / 60) if ahead is not None and base is not None else 0
