"""Reading when people can."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from circles.availability.models import WeeklyHours
from circles.extensions import db


def hours_of(person_ids: Iterable[int]) -> dict[int, bytes]:
    """The weeks of those who said when they can, as bitmaps by person id."""
    rows = db.session.execute(
        sa.select(WeeklyHours.person_id, WeeklyHours.free).where(WeeklyHours.person_id.in_(list(person_ids)))
    )
    return dict(rows.all())
