"""Saying when one can."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from circles.availability.free import pack
from circles.availability.models import WeeklyHours
from circles.extensions import db
from circles.people.models import Person


def say_hours(person: Person, slots: Iterable[int], now: datetime) -> None:
    """The half hours of a usual week in which this person can meet. Raises SlotOutOfRange."""
    free = pack(slots)
    row = db.session.scalar(sa.select(WeeklyHours).where(WeeklyHours.person_id == person.id))
    if row is None:
        row = WeeklyHours(person_id=person.id)
        db.session.add(row)
    row.free, row.changed_at = free, now
