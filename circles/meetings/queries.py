"""Reading meetings: what is coming, what was, who comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from circles.availability.queries import Shared, shared_hours
from circles.extensions import db
from circles.mail.queries import undelivered_about
from circles.meetings.models import Attendance, Cadence, Meeting, Preparation, Reply, Turn
from circles.membership.models import Circle
from circles.people.models import Person

_SHOWN = (
    joinedload(Meeting.theme),
    joinedload(Meeting.theme_version),
    joinedload(Meeting.turns).joinedload(Turn.person),
)


def open_meetings(circle_ids: Sequence[int]) -> list[Meeting]:
    """Planned or going on, also those whose end has passed and of which nobody said yet whether they were held."""
    return list(
        db.session.scalars(
            sa.select(Meeting)
            .where(Meeting.circle_id.in_(circle_ids), Meeting.state.in_(("planned", "begun")))
            .options(*_SHOWN)
            .order_by(Meeting.starts_at, Meeting.id)
        ).unique()
    )


def coming_meetings(circle_ids: Sequence[int], now: datetime) -> list[Meeting]:
    """Planned or going on, not over yet, the soonest first."""
    return [meeting for meeting in open_meetings(circle_ids) if meeting.ends_at > now]


def held_meetings(circle_id: int, *, limit: int = 5) -> list[Meeting]:
    """The last meetings that were held, the latest first."""
    return list(
        db.session.scalars(
            sa.select(Meeting)
            .where(Meeting.circle_id == circle_id, Meeting.state == "held")
            .options(joinedload(Meeting.theme_version))
            .order_by(Meeting.starts_at.desc())
            .limit(limit)
        )
    )


def next_meeting(circle_id: int, after: datetime) -> Meeting | None:
    """The first planned meeting that begins later."""
    return (
        db.session.scalars(
            sa.select(Meeting)
            .where(Meeting.circle_id == circle_id, Meeting.state == "planned", Meeting.starts_at > after)
            .options(*_SHOWN)
            .order_by(Meeting.starts_at)
            .limit(1)
        )
        .unique()
        .one_or_none()
    )


def cadence_of(circle_id: int) -> Cadence | None:
    """The circle's rhythm, None when it plans one date at a time."""
    return db.session.scalar(sa.select(Cadence).where(Cadence.circle_id == circle_id))


def cadences_of(circle_ids: Sequence[int]) -> dict[int, Cadence]:
    """Rhythms by circle id; who plans one date at a time has none."""
    rows = db.session.scalars(sa.select(Cadence).where(Cadence.circle_id.in_(circle_ids)))
    return {cadence.circle_id: cadence for cadence in rows}


def next_starts(circle_ids: Sequence[int], after: datetime) -> dict[int, datetime]:
    """When the first planned meeting of each circle begins, by circle id."""
    rows = db.session.execute(
        sa.select(Meeting.circle_id, sa.func.min(Meeting.starts_at))
        .where(Meeting.circle_id.in_(circle_ids), Meeting.state == "planned", Meeting.starts_at > after)
        .group_by(Meeting.circle_id)
    )
    return dict(rows.all())


@dataclass(frozen=True)
class Answers:
    """Who said what about one meeting, for the time it has now."""

    by_person: dict[int, Reply]

    def of(self, person: Person) -> str | None:
        """`yes`, `maybe`, `no`, or None while unanswered."""
        reply = self.by_person.get(person.id)
        return reply.answer if reply else None

    def note_of(self, person: Person) -> str:
        """The short note that went with it; empty when there is none."""
        reply = self.by_person.get(person.id)
        return reply.note if reply else ""

    def count(self, answer: str) -> int:
        """How many said so."""
        return sum(reply.answer == answer for reply in self.by_person.values())


def answers_to(meetings: Sequence[Meeting]) -> dict[int, Answers]:
    """Answers by meeting id. An answer given for another time does not count any more. One query."""
    starts = {meeting.id: meeting.starts_at for meeting in meetings}
    found: dict[int, dict[int, Reply]] = {meeting_id: {} for meeting_id in starts}
    for reply in db.session.scalars(sa.select(Reply).where(Reply.meeting_id.in_(starts))):
        if reply.for_starts_at == starts[reply.meeting_id]:
            found[reply.meeting_id][reply.person_id] = reply
    return {meeting_id: Answers(replies) for meeting_id, replies in found.items()}


def attendance_at(meeting: Meeting) -> dict[int, bool]:
    """Who was there as far as anybody noted it, by person id."""
    rows = sa.select(Attendance.person_id, Attendance.present).where(Attendance.meeting_id == meeting.id)
    return dict(db.session.execute(rows).all())


def preparations_for(meeting: Meeting) -> list[Preparation]:
    """What people prepared. The note is for its author alone; `brings` is for all."""
    return list(
        db.session.scalars(
            sa.select(Preparation)
            .where(Preparation.meeting_id == meeting.id)
            .options(joinedload(Preparation.person))
        )
    )


def last_held_of(circle: Circle) -> Meeting | None:
    """The latest meeting that was held."""
    meetings = held_meetings(circle.id, limit=1)
    return meetings[0] if meetings else None


UNDELIVERED_FOR = timedelta(days=14)


@dataclass(frozen=True)
class Undelivered:
    """Somebody in a circle whom mail about it does not reach, and which mail it was; never what it said."""

    circle: Circle
    person: Person
    kind: str


def undelivered_in(circles: Sequence[Circle], now: datetime) -> list[Undelivered]:
    """Members whom mail about these circles did not reach lately, each once with the latest mail. One query."""
    seats = {(circle.public_id, seat.person_id): seat for circle in circles for seat in circle.open_seats}
    of_circle = {circle.public_id: circle for circle in circles}
    found: dict[tuple[str, int], Undelivered] = {}
    for mail in undelivered_about(list(of_circle), now - UNDELIVERED_FOR) if circles else []:
        where = (mail.circle or "", mail.person_id or 0)
        seat = seats.get(where)
        if seat and seat.person.email.lower() == mail.to_address.lower():  # else it was corrected since
            found.setdefault(where, Undelivered(of_circle[where[0]], seat.person, mail.kind))
    return list(found.values())


def when_together(circle: Circle, minutes: str | None, now: datetime) -> Shared:
    """When those who take part can meet for that long (as a form says it), on the circle's wall clock. One query."""
    people = [seat.person for seat in circle.open_seats if not seat.is_paused]
    half_hours = -(-int(minutes) // 30) if minutes and minutes.isdecimal() else 3
    return shared_hours(people, zone=circle.zone, half_hours=half_hours, now=now)
