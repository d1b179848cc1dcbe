"""What this slice keeps of one person, to take along. Their row goes with them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from circles.availability.free import spans
from circles.availability.models import WeeklyHours
from circles.extensions import db
from circles.people.models import Person

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def own_data(person: Person) -> dict[str, Any]:
    """When this person said they can, on their own wall clock; empty while they did not say."""
    row = db.session.scalar(sa.select(WeeklyHours).where(WeeklyHours.person_id == person.id))
    free = spans(row.free) if row else []
    return {
        "weekly_hours": [
            {"day": DAYS[day], "from": _time(first), "until": _time(last)} for day, first, last in free
        ]
    }


def _time(half_hour: int) -> str:
    return f"{half_hour // 2:02d}:{half_hour % 2 * 30:02d}"
