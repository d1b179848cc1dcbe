"""Reaching a meeting: through an open seat in its circle, or not at all."""

from __future__ import annotations

import sqlalchemy as sa
from flask import abort
from sqlalchemy.orm import contains_eager, joinedload

from circles.extensions import db
from circles.meetings.models import Meeting, Turn
from circles.membership.models import Circle, Seat
from circles.people.models import Person


def meeting_for(person: Person, public_id: str) -> Meeting:
    """A meeting of a circle in which this person sits now, with its circle, theme and turns, or 404. One query."""
    meeting = db.session.scalars(
        sa.select(Meeting)
        .join(Meeting.circle)
        .join(Seat, sa.and_(Seat.circle_id == Circle.id, Seat.person_id == person.id, Seat.left_at.is_(None)))
        .where(Meeting.public_id == public_id)
        .options(
            contains_eager(Meeting.circle),
            joinedload(Meeting.theme),
            joinedload(Meeting.theme_version),
            joinedload(Meeting.turns).joinedload(Turn.person),
        )
    ).unique().one_or_none()  # fmt: skip
    return meeting or abort(404)
