"""What this slice keeps of one person: to take along, and to erase."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from circles.extensions import db
from circles.meetings.models import Attendance, FeedToken, Invitation, Meeting, Preparation, Reply, Turn
from circles.meetings.services.announcing import take_out
from circles.meetings.services.planning import arrange
from circles.membership.models import Circle
from circles.people.models import Person


def own_data(person: Person) -> dict[str, Any]:
    """For each meeting what this person answered, prepared, did and was told; and their calendar links."""
    found: dict[int, dict[str, Any]] = {}
    for row in _of(person, Invitation):
        found.setdefault(row.meeting_id, {})["invited"] = row.queued_at.isoformat()
    for row in _of(person, Reply):
        answer = {"answer": row.answer, "note": row.note, "at": row.answered_at.isoformat(), "by": row.way}
        found.setdefault(row.meeting_id, {})["reply"] = answer
    for row in _of(person, Preparation):
        found.setdefault(row.meeting_id, {})["preparation"] = {"note": row.note, "brings": row.brings}
    for row in _of(person, Turn):
        found.setdefault(row.meeting_id, {}).setdefault("turns", []).append(row.role)
    for row in _of(person, Attendance):
        found.setdefault(row.meeting_id, {})["present"] = row.present
    feeds = db.session.scalars(
        sa.select(FeedToken).where(FeedToken.person_id == person.id).order_by(FeedToken.id)
    )
    return {
        "meetings": [_about(meeting) | found[meeting.id] for meeting in _meetings(found)],
        "calendar_links": [
            {
                "made": feed.made_at.isoformat(),
                "last_used": feed.used_on.isoformat() if feed.used_on else None,
                "works": feed.revoked_at is None,
            }
            for feed in feeds
        ],
    }


def erase(person: Person, circles: Sequence[Circle], now: datetime) -> None:
    """Queues the cancellations of what stands in the person's calendar, and passes on their turns in these circles.

    Answers, notes, turns, attendance and calendar links go when the person's row does.
    """
    take_out(person, now)
    db.session.flush()
    for circle in circles:
        db.session.refresh(circle, ["seats"])
        arrange(circle, now)


def _of(person: Person, model: Any) -> list[Any]:
    return list(db.session.scalars(sa.select(model).where(model.person_id == person.id).order_by(model.id)))


def _meetings(found: dict[int, dict[str, Any]]) -> list[Meeting]:
    return list(
        db.session.scalars(
            sa.select(Meeting)
            .where(Meeting.id.in_(found))
            .options(joinedload(Meeting.circle))
            .order_by(Meeting.starts_at, Meeting.id)
        )
    )


def _about(meeting: Meeting) -> dict[str, Any]:
    return {
        "circle": meeting.circle.name,
        "starts": meeting.starts_at.isoformat(),
        "ends": meeting.ends_at.isoformat(),
        "state": meeting.state,
    }
