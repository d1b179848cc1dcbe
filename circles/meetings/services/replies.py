"""Whether somebody comes. One answer a person and meeting; the newest counts."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from circles.extensions import db
from circles.ids import new_public_id
from circles.meetings.errors import MeetingIsOver, MeetingMoved
from circles.meetings.models import Meeting, Reply
from circles.meetings.services.planning import arrange
from circles.people.models import Person


def answer(
    meeting: Meeting,
    person: Person,
    *,
    answer: str,
    way: str,
    now: datetime,
    note: str | None = None,
    for_starts_at: datetime | None = None,
) -> Reply:
    """Notes `yes`, `maybe` or `no` for the time the meeting has now. Raises MeetingIsOver or MeetingMoved.

    Saying the same again without a `note` keeps the one that was there. `for_starts_at` is the time that the person
    saw; None where that isn't known.
    Who has a turn and cannot come gives it up; the next is suggested.
    """
    if not meeting.is_open or now >= meeting.ends_at:
        raise MeetingIsOver
    if for_starts_at is not None and for_starts_at != meeting.starts_at:
        raise MeetingMoved
    reply = db.session.scalar(
        sa.select(Reply).where(Reply.meeting_id == meeting.id, Reply.person_id == person.id).with_for_update()
    )
    if reply is None:
        reply = Reply(
            organisation_id=meeting.organisation_id,
            public_id=new_public_id(),
            meeting_id=meeting.id,
            person_id=person.id,
        )
        db.session.add(reply)
    if note is not None or reply.answer != answer:
        reply.note = (note or "").strip()
    reply.answer, reply.way, reply.answered_at, reply.for_starts_at = answer, way, now, meeting.starts_at
    reply.sequence = reply.stamped_at = None
    db.session.flush()
    if answer == "no" and any(turn.person_id == person.id for turn in meeting.turns):
        arrange(meeting.circle, now)
    return reply
