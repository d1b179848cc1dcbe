"""Asking to join a circle that wants to be found. One member's yes lets in."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from circles.extensions import db
from circles.membership import mails, queries
from circles.membership.errors import AlreadySeated, AskClosed, CircleIsFull, NotAllowedToJoin
from circles.membership.models import Ask, Circle, Seat
from circles.membership.services.seats import join
from circles.membership.services.waiting import wait_for_seat
from circles.people.models import Person

LIVES = timedelta(days=14)


def ask(circle: Circle, person: Person, *, now: datetime, note: str = "") -> Ask:
    """Asks to sit down; the trekker gets a mail. Twice is once. Raises NotAllowedToJoin, AlreadySeated.

    Who found the circle may ask, and who stands in line for a seat, however they heard of it.
    """
    found = (
        circle.findable
        and circle.plans
        and circle.kind != "team"
        and circle.organisation_id == person.organisation_id
    )
    if not found and not queries.waits_for(person, circle):
        raise NotAllowedToJoin
    if any(seat.person_id == person.id for seat in circle.open_seats):
        raise AlreadySeated
    known = db.session.scalar(
        sa.select(Ask).where(Ask.circle_id == circle.id, Ask.person_id == person.id, Ask.closed_at.is_(None))
    )
    if known:
        return known
    row = Ask(
        circle_id=circle.id, person_id=person.id, note=note.strip(), asked_at=now, expires_at=now + LIVES
    )
    row.circle, row.person = circle, person
    db.session.add(row)
    db.session.flush()
    mails.ask_to_join(row, now)
    return row


def admit(row: Ask, by: Person, now: datetime) -> Seat | None:
    """Lets in; who asked and the others hear so. None when all seats are taken: then they stand in line.

    Raises AskClosed, or what else sitting down raises; then the ask stays open.
    """
    _open(row, now)
    try:
        seat, outcome = join(row.circle, row.person, now, let_in_by=by), "admitted"
    except CircleIsFull:
        wait_for_seat(row.circle, row.person, now)
        seat, outcome = None, "waits"
    _close(row, outcome, now, by)
    mails.ask_answered(row, now)
    return seat


def decline_ask(row: Ask, by: Person, now: datetime) -> None:
    """Not now, without a reason. Raises AskClosed."""
    _open(row, now)
    _close(row, "declined", now, by)
    mails.ask_answered(row, now)


def withdraw_ask(row: Ask, now: datetime) -> None:
    """Takes one's own ask back."""
    if row.closed_at is None:
        _close(row, "withdrawn", now, row.person)


def asks_that_end(now: datetime) -> list[int]:
    """Ids of asks that nobody answered in time."""
    return list(db.session.scalars(sa.select(Ask.id).where(Ask.closed_at.is_(None), Ask.expires_at <= now)))


def expire_ask(ask_id: int, now: datetime) -> int:
    """Lets one unanswered ask go, and says so to who asked."""
    row = db.session.get_one(Ask, ask_id, with_for_update=True)
    if row.closed_at is not None:
        return 0
    row.outcome, row.closed_at = "expired", now
    mails.ask_answered(row, now)
    return 1


def _open(row: Ask, now: datetime) -> None:
    if row.closed_at is not None or row.expires_at <= now:
        raise AskClosed


def _close(row: Ask, outcome: str, now: datetime, by: Person) -> None:
    row.outcome, row.closed_at, row.closed_by_id = outcome, now, by.id
