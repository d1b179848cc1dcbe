"""What calendars hold follows the circle's settings: its usual place, and whether the theme shows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from circles.extensions import db
from circles.meetings.models import Meeting
from circles.meetings.services.feeds import PAST
from circles.meetings.services.rendering import render
from circles.membership.models import Circle
from circles.membership.services.circles import follows_settings


@follows_settings
def follow_settings(circle: Circle, before: dict[str, Any], now: datetime) -> None:
    """Planned meetings at the usual place move along; where a title shows its theme or no longer does, it changes.

    Everybody is told of what lies ahead once the quiet minute is over. What was before is set right in calendar links.
    """
    place, title = circle.place != before["place"], circle.shows_theme != before["shows_theme"]
    for meeting in _in_calendars(circle, now) if place or title else []:
        ahead = meeting.state == "planned" and meeting.starts_at > now
        moves = place and ahead and meeting.place == before["place"]
        if moves:
            meeting.place = circle.place
        if not moves and not (title and meeting.theme_version_id):
            continue
        if ahead:
            meeting.version += 1
            meeting.notice(now)
        render(meeting, now)


def _in_calendars(circle: Circle, now: datetime) -> list[Meeting]:
    return list(
        db.session.scalars(
            sa.select(Meeting)
            .where(Meeting.circle_id == circle.id, Meeting.ends_at > now - PAST)
            .options(sa.orm.selectinload(Meeting.theme_version))
            .order_by(Meeting.starts_at, Meeting.id)
            .with_for_update(of=Meeting)
        )
    )
