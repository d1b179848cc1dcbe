"""Reminders at nine in the morning on the reader's own clock; none to who was invited in the twelve hours before."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from circles.extensions import db
from circles.meetings import mails
from circles.meetings.models import Invitation, Meeting, Turn
from circles.meetings.queries import answers_to
from circles.membership.models import Circle, Seat
from circles.people.models import Person

NINE = time(9, 0)
AFTER_INVITATION = timedelta(hours=12)
LONGEST_AHEAD = timedelta(days=4, hours=12)
RECORD_WITHIN = timedelta(days=3)


def meetings_to_remind_of(now: datetime) -> list[int]:
    """Ids of meetings in the coming days, and of those just held."""
    ahead = sa.and_(
        Meeting.state.in_(("planned", "begun")),
        Meeting.starts_at > now,
        Meeting.starts_at < now + LONGEST_AHEAD,
    )
    behind = sa.and_(Meeting.state == "held", Meeting.ends_at > now - RECORD_WITHIN, Meeting.ends_at <= now)
    return list(
        db.session.scalars(
            sa.select(Meeting.id)
            .where(sa.or_(ahead, behind), Meeting.settles_at.is_(None))
            .order_by(Meeting.starts_at, Meeting.id)
        )
    )


def remind(meeting_id: int, now: datetime) -> int:
    """Queues the reminders of one meeting that are due and were not queued before. Yields how many."""
    meeting = _loaded(meeting_id)
    if meeting.state == "held":
        return _remind_to_record(meeting, now)
    if not meeting.is_open or meeting.settles_at is not None:
        return 0  # called off or moved since it was found due
    told = {
        row.person_id: row
        for row in db.session.scalars(sa.select(Invitation).where(Invitation.meeting_id == meeting_id))
    }
    answers = answers_to([meeting])[meeting.id]
    queued = 0
    for seat in meeting.circle.open_seats:
        row = told.get(seat.person_id)
        if seat.is_paused or row is None or row.method != "REQUEST":
            continue
        queued += _remind_one(meeting, seat.person, row.queued_at, answers.of(seat.person), now)
    return queued


def nine_o_clock(starts_at: datetime, zone: str, days_before: int) -> datetime:
    """Nine in the morning, that many days before, on the wall clock of the zone."""
    day = starts_at.astimezone(ZoneInfo(zone)).date() - timedelta(days=days_before)
    return datetime.combine(day, NINE, ZoneInfo(zone))


def _remind_one(
    meeting: Meeting, person: Person, told_at: datetime, answer: str | None, now: datetime
) -> int:
    turns = [turn.role for turn in meeting.turns if turn.person_id == person.id]
    if answer == "no":
        return 0
    if _is_due(meeting, person, told_at, 1, now):
        return int(mails.reminder(meeting, person, when="day_before", answer=answer, turns=turns, now=now))
    if (answer is None or turns) and _is_due(meeting, person, told_at, 3, now):
        return int(mails.reminder(meeting, person, when="three_days", answer=answer, turns=turns, now=now))
    return 0


def _is_due(meeting: Meeting, person: Person, told_at: datetime, days_before: int, now: datetime) -> bool:
    """From nine until the day is over: a round that was missed is made up for, while "tomorrow" is true."""
    zone = ZoneInfo(person.wall_zone)
    nine = nine_o_clock(meeting.starts_at, person.wall_zone, days_before)
    if told_at > nine.astimezone(UTC) - AFTER_INVITATION:
        return False
    return nine <= now and now.astimezone(zone).date() == nine.date()


def _remind_to_record(meeting: Meeting, now: datetime) -> int:
    turn = meeting.turn_of("scribe")
    seated = {seat.person_id for seat in meeting.circle.open_seats}
    if turn is None or turn.person_id not in seated:
        return 0
    if now < nine_o_clock(meeting.ends_at, turn.person.wall_zone, -1):
        return 0
    return int(mails.record_reminder(meeting, turn.person, now))


def _loaded(meeting_id: int) -> Meeting:
    person = (joinedload(Person.organisation, innerjoin=True), selectinload(Person.muted))
    return db.session.scalars(
        sa.select(Meeting)
        .where(Meeting.id == meeting_id)
        .options(
            joinedload(Meeting.circle, innerjoin=True).options(
                joinedload(Circle.organisation, innerjoin=True),
                selectinload(Circle.seats).joinedload(Seat.person, innerjoin=True).options(*person),
            ),
            selectinload(Meeting.turns).joinedload(Turn.person, innerjoin=True),
            joinedload(Meeting.theme_version),
        )
    ).one()
