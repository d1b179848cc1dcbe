"""What people note around a meeting: their own preparation, and who was there."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from circles.extensions import db
from circles.ids import new_public_id
from circles.meetings.models import Attendance, Meeting, Preparation
from circles.people.models import Person


def prepare(meeting: Meeting, person: Person, *, note: str, brings: bool, now: datetime) -> Preparation:
    """One's own note, which nobody else reads, and whether one would like to bring something in."""
    row = db.session.scalar(
        sa.select(Preparation).where(Preparation.meeting_id == meeting.id, Preparation.person_id == person.id)
    )
    if row is None:
        row = Preparation(
            organisation_id=meeting.organisation_id,
            public_id=new_public_id(),
            meeting_id=meeting.id,
            person_id=person.id,
        )
        db.session.add(row)
    row.brings, row.written_at, row.note = brings, now, note.strip()
    return row


def note_attendance(meeting: Meeting, present: dict[int, bool], by: Person, now: datetime) -> None:
    """Who was there, by person id, as the circle or the person says; never derived."""
    known = {
        row.person_id: row
        for row in db.session.scalars(sa.select(Attendance).where(Attendance.meeting_id == meeting.id))
    }
    for person_id, was_there in present.items():
        row = known.get(person_id)
        if row is None:
            row = Attendance(meeting_id=meeting.id, person_id=person_id)
            db.session.add(row)
        elif row.present == was_there:
            continue
        row.present, row.noted_by_id, row.noted_at = was_there, by.id, now
