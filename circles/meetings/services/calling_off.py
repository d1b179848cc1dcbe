"""What is planned for a circle, and calling it off."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from circles.extensions import db
from circles.formats import local
from circles.meetings.models import Meeting
from circles.meetings.services.rendering import render
from circles.membership.models import Circle


def planned_meetings(circle: Circle, now: datetime) -> list[Meeting]:
    """Planned and not begun, the soonest first, with their turns."""
    return list(
        db.session.scalars(
            sa.select(Meeting)
            .where(Meeting.circle_id == circle.id, Meeting.state == "planned", Meeting.starts_at > now)
            .options(selectinload(Meeting.turns))
            .order_by(Meeting.starts_at)
        )
    )


def meetings_after_today(circle: Circle, now: datetime) -> list[Meeting]:
    """What is called off when the circle rests: planned for a later day than today, where the circle is."""
    today = local(now, circle.zone).date()
    planned = planned_meetings(circle, now)
    return [meeting for meeting in planned if local(meeting.starts_at, circle.zone).date() > today]


def call_off(meeting: Meeting, now: datetime) -> int:
    """It does not go on, and everybody is told once the quiet minute is over. Yields one."""
    meeting.state, meeting.closed_at = "cancelled", now
    meeting.planned_on = None  # the day is free again, should the rhythm come back
    meeting.notice(now)
    render(meeting, now)
    return 1
