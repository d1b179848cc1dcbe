"""A meeting as feeds show it: rendered when it changes, stored, and joined later."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from circles import links
from circles.extensions import db
from circles.meetings import ics, mails
from circles.meetings.models import FeedToken, Meeting
from circles.membership.models import Seat


def render(meeting: Meeting, now: datetime) -> None:
    """Stores the event anew and lets the feeds of those who sit there know. Its UID is not that of mail."""
    circle = meeting.circle
    event = ics.Event(
        uid=f"feed-{meeting.uid}",
        sequence=meeting.sequence,
        stamped_at=now,
        changed_at=now,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        summary=mails.title_of(meeting, circle.organisation.locale),
        location=meeting.place,
        description=mails.description_of(meeting, circle.organisation.locale),
        url=links.address("conclusions.meeting", meeting_id=meeting.public_id),
        categories=("Vakcirkel",),
        cancelled=not meeting.is_open and meeting.state != "held",
    )
    meeting.vevent = ics.feed_event(event)
    refresh_feeds(meeting.circle_id, now)


def refresh_feeds(circle_id: int, now: datetime) -> None:
    """Raises the edition of the calendar links of everybody who sits in the circle. One statement."""
    seated = sa.select(Seat.person_id).where(Seat.circle_id == circle_id, Seat.left_at.is_(None))
    _next_edition(FeedToken.person_id.in_(seated), now)


def refresh_feeds_of(person_ids: Collection[int], now: datetime) -> None:
    """The same for these people: they came, or went. One statement."""
    _next_edition(FeedToken.person_id.in_(person_ids), now)


def _next_edition(whose: sa.ColumnElement[bool], now: datetime) -> None:
    db.session.execute(
        sa.update(FeedToken)
        .where(whose, FeedToken.revoked_at.is_(None))
        .values(edition=FeedToken.edition + 1, changed_at=now)
        .execution_options(synchronize_session=False)
    )
