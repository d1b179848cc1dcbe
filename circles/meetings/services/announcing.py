"""Telling each person what they have not been told yet: one UID, one counter, one recipient a mail."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from circles.extensions import db
from circles.mail.outbox import Batch
from circles.meetings import mails
from circles.meetings.models import Invitation, Meeting
from circles.meetings.queries import answers_to
from circles.meetings.services.rendering import refresh_feeds_of
from circles.membership.models import Circle, Seat
from circles.people.models import Person

LIVE = ("planned", "begun")


def meetings_to_announce(now: datetime) -> list[int]:
    """Ids of coming meetings of which somebody is to be told something, and whose quiet minute is over."""
    takes_part = sa.and_(Seat.left_at.is_(None), Seat.paused_at.is_(None))
    told = sa.and_(Invitation.meeting_id == Meeting.id, Invitation.person_id == Seat.person_id)
    up_to_date = (
        sa.select(Invitation.id)
        .where(told, Invitation.method == "REQUEST", Invitation.sequence >= Meeting.announced_sequence)
        .correlate(Meeting, Seat)
        .exists()
    )
    somebody_new = (
        sa.exists().where(Seat.circle_id == Meeting.circle_id, takes_part, ~up_to_date).correlate(Meeting)
    )
    still_there = (
        sa.select(Seat.id)
        .where(Seat.circle_id == Meeting.circle_id, Seat.person_id == Invitation.person_id, takes_part)
        .correlate(Meeting, Invitation)
        .exists()
    )
    invited = sa.and_(Invitation.meeting_id == Meeting.id, Invitation.method == "REQUEST")
    live = Meeting.state.in_(LIVE)
    somebody_gone = sa.exists().where(invited, sa.or_(~live, ~still_there)).correlate(Meeting)
    return list(
        db.session.scalars(
            sa.select(Meeting.id)
            .where(
                Meeting.ends_at > now,
                sa.or_(Meeting.settles_at.is_(None), Meeting.settles_at <= now),
                sa.or_(sa.and_(live, somebody_new), somebody_gone, Meeting.settles_at.is_not(None)),
            )
            .order_by(Meeting.starts_at, Meeting.id)
        )
    )


def announce(meeting_id: int, now: datetime) -> int:
    """Queues what is due for one meeting. Yields the number of mails.

    Who joins or leaves raises the counter for themselves alone; nobody else becomes due by it.
    """
    meeting = _loaded(meeting_id)
    if meeting.settles_at and meeting.settles_at > now:
        return 0
    live = meeting.state in LIVE
    people = {s.person_id: s.person for s in meeting.circle.open_seats if not s.is_paused} if live else {}
    told = {row.person_id: row for row in _told(meeting_id)}
    to_invite = [person for person in people.values() if _is_behind(told.get(person.id), meeting)]
    to_cancel = [row for row in told.values() if row.method == "REQUEST" and row.person_id not in people]
    came_or_went = [*_newcomers(told, to_invite), *(row.person_id for row in to_cancel if live)]
    if came_or_went:
        refresh_feeds_of(came_or_went, now)
    if came_or_went and max((row.sequence for row in told.values()), default=-1) >= meeting.sequence:
        meeting.count_on(now)  # a change for all has raised the counter itself
    answers = answers_to([meeting])[meeting.id]
    again = {row.person_id for row in told.values() if row.method == "REQUEST"}
    # All rows first: they go to the database together then, not one before each mail.
    rows = [_note(meeting, person, told.get(person.id), "REQUEST", now) for person in to_invite]
    batch = Batch()
    for person, row in zip(to_invite, rows, strict=True):
        kind = "meeting_update" if person.id in again else "meeting_invitation"
        first, answer = person.id not in told, answers.of(person)
        mails.tell(meeting, person, row, kind=kind, answer=answer, first=first, batch=batch, now=now)
    for row in to_cancel:
        _note(meeting, row.person, row, "CANCEL", now)
        mails.tell(meeting, row.person, row, kind="meeting_cancel", answer=None, batch=batch, now=now)
    batch.queue(now)
    meeting.settles_at = None
    return len(to_invite) + len(to_cancel)


def take_out(person: Person, now: datetime) -> int:
    """Queues a cancellation of each coming meeting in this person's calendar, at once. Yields the number of meetings.

    For who is about to be erased: nobody can be told anything afterwards, so no quiet minute is waited for.
    """
    meeting_ids = db.session.scalars(
        sa.select(Invitation.meeting_id)
        .join(Meeting)
        .where(Invitation.person_id == person.id, Invitation.method == "REQUEST", Meeting.ends_at > now)
        .order_by(Meeting.starts_at, Meeting.id)
    ).all()
    for meeting_id in meeting_ids:
        meeting = _loaded(meeting_id)
        told = {row.person_id: row for row in _told(meeting_id)}
        row = told[person.id]
        if max(other.sequence for other in told.values()) >= meeting.sequence:
            meeting.count_on(now)
        _note(meeting, row.person, row, "CANCEL", now)
        mails.tell(meeting, row.person, row, kind="meeting_cancel", answer=None, now=now)
    return len(meeting_ids)


def _loaded(meeting_id: int) -> Meeting:
    found = db.session.scalars(
        sa.select(Meeting)
        .where(Meeting.id == meeting_id)
        .options(
            joinedload(Meeting.circle, innerjoin=True).options(
                joinedload(Circle.organisation, innerjoin=True),
                joinedload(Circle.seats)
                .joinedload(Seat.person)
                .options(joinedload(Person.organisation), selectinload(Person.muted)),
            ),
            joinedload(Meeting.theme_version),
        )
        .with_for_update(of=Meeting)
        .execution_options(populate_existing=True)
    )
    return found.unique().one()


def _told(meeting_id: int) -> list[Invitation]:
    return list(
        db.session.scalars(
            sa.select(Invitation)
            .where(Invitation.meeting_id == meeting_id)
            .options(joinedload(Invitation.person, innerjoin=True))
            .execution_options(populate_existing=True)
        )
    )


def _is_behind(row: Invitation | None, meeting: Meeting) -> bool:
    return row is None or row.method == "CANCEL" or row.sequence < meeting.announced_sequence


def _newcomers(told: dict[int, Invitation], to_invite: list[Person]) -> list[int]:
    """Who joins after others were told, or comes back."""
    return [p.id for p in to_invite if p.id not in told or told[p.id].method == "CANCEL"]


def _note(meeting: Meeting, person: Person, row: Invitation | None, method: str, now: datetime) -> Invitation:
    if row is None:
        organizer = mails.organizer_for(meeting, person)
        row = Invitation(meeting_id=meeting.id, person_id=person.id, uid=meeting.uid, organizer=organizer)
        db.session.add(row)
    row.sequence, row.method, row.stamped_at = meeting.sequence, method, meeting.stamped_at
    row.starts_at, row.queued_at = meeting.starts_at, now
    return row
