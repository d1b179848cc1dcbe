"""Circles that ended long ago go, with their log and everything else."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from circles.extensions import db
from circles.membership.models import TERMS, Circle


def circles_to_forget(now: datetime) -> list[int]:
    """Ids of circles that ended longer ago than they chose to be kept."""
    over = [
        sa.and_(Circle.kept_months == months, Circle.ended_at < now - term) for months, term in TERMS.items()
    ]
    return list(db.session.scalars(sa.select(Circle.id).where(sa.or_(*over)).order_by(Circle.id)))


def forget_circle(circle_id: int, _now: datetime) -> int:
    """Deletes one ended circle; by the schema also its seats, meetings, answers, spelregels and log."""
    db.session.execute(sa.delete(Circle).where(Circle.id == circle_id))
    return 1
