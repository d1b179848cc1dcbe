"""Sitting down, pausing, leaving, and who is trekker. The schema itself refuses a ninth seat."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from circles.extensions import db
from circles.membership.errors import AlreadySeated, CircleHasEnded, CircleIsFull, MovedOn, NotAllowedToJoin
from circles.membership.models import FULL_ENOUGH, SEATS, Circle, CircleChange, Seat
from circles.membership.services.changes import record_change, undoes
from circles.membership.services.waiting import note_full, stop_waiting
from circles.people.models import Person


def sit_down(circle: Circle, person: Person, now: datetime) -> Seat:
    """Takes the lowest free seat. Raises CircleIsFull, AlreadySeated, CircleHasEnded or NotAllowedToJoin."""
    circle = _locked(circle.id)
    if person.organisation_id != circle.organisation_id:
        raise NotAllowedToJoin
    if circle.has_ended:
        raise CircleHasEnded(circle.public_id)
    seated = circle.open_seats
    if any(seat.person_id == person.id for seat in seated):
        raise AlreadySeated
    free = sorted(set(range(1, SEATS + 1)) - {seat.number for seat in seated})
    if not free:
        raise CircleIsFull
    seat = Seat(circle_id=circle.id, person_id=person.id, number=free[0], sat_at=now, is_convener=not seated)
    seat.person = person
    try:
        with db.session.begin_nested():
            db.session.add(seat)
    except IntegrityError as error:
        raise CircleIsFull from error  # somebody was quicker
    stop_waiting(circle, person)
    db.session.refresh(circle, ["seats"])
    _count(circle)
    note_full(circle)
    return seat


def join(circle: Circle, person: Person, now: datetime, *, let_in_by: Person | None = None) -> Seat:
    """Sits down among others, who are told so. Raises what sitting down raises."""
    seat = sit_down(circle, person, now)
    knows = {"let_in_by": let_in_by.public_id} if let_in_by else None
    record_change(circle, person, "joined", now=now, subject=seat.public_id, after=knows)
    return seat


def leave(seat: Seat, now: datetime) -> CircleChange:
    """Ends a seat. The trekker's role passes to the longest seated who does not mind."""
    circle = _locked(seat.circle_id)
    was_convener = seat.is_convener
    seat.left_at, seat.is_convener, seat.paused_at, seat.paused_until = now, False, None, None
    db.session.flush()
    if was_convener:
        _pass_on(circle)
    return record_change(
        circle, seat.person, "left", now=now, subject=seat.public_id, before={"convener": was_convener}
    )


@undoes("left")
def undo_leave(change: CircleChange, now: datetime) -> None:
    """Sits down again on the same seat. Raises MovedOn when it was taken meanwhile."""
    seat = db.session.scalars(sa.select(Seat).where(Seat.public_id == change.subject)).one()
    circle = _locked(seat.circle_id)
    taken = {other.number for other in circle.open_seats}
    if circle.has_ended or any(other.person_id == seat.person_id for other in circle.open_seats):
        raise MovedOn
    free = [seat.number, *sorted(set(range(1, SEATS + 1)) - taken)]
    number = next((number for number in free if number not in taken), None)
    if number is None:
        raise MovedOn
    seat.left_at, seat.number = None, number
    seat.is_convener = not any(other.is_convener for other in circle.open_seats if other.id != seat.id)
    db.session.flush()
    stop_waiting(circle, seat.person)
    note_full(circle)


def pause(seat: Seat, now: datetime, *, until: datetime | None = None) -> None:
    """Keeps the seat, without invitations and turns. None: until the person comes back."""
    seat.paused_at, seat.paused_until = seat.paused_at or now, until
    record_change(seat.circle, seat.person, "paused", now=now, subject=seat.public_id)


@undoes("paused")
def undo_pause(change: CircleChange, now: datetime) -> None:
    """Takes part again."""
    come_back(db.session.scalars(sa.select(Seat).where(Seat.public_id == change.subject)).one())


def come_back(seat: Seat) -> None:
    """Ends a pause."""
    seat.paused_at = seat.paused_until = None


def pauses_that_end(now: datetime) -> list[int]:
    """Ids of seats whose pause is over."""
    return list(
        db.session.scalars(
            sa.select(Seat.id).where(Seat.paused_until <= now, Seat.left_at.is_(None)).order_by(Seat.id)
        )
    )


def end_pause(seat_id: int, _now: datetime) -> int:
    """Ends one pause that is over."""
    come_back(db.session.get_one(Seat, seat_id))
    return 1


def pass_on_convener(seat: Seat, to: Seat, now: datetime) -> None:
    """Hands the trekker's role to somebody who sits here. Raises MovedOn when it is not one's own to give."""
    circle = _locked(seat.circle_id)
    if not seat.is_convener or to.circle_id != circle.id or not to.is_open:
        raise MovedOn
    _hand_over(seat, to)
    states = {"before": {"seat": seat.public_id}, "after": {"seat": to.public_id}}
    record_change(circle, seat.person, "convener_passed", now=now, subject=to.public_id, **states)


@undoes("convener_passed")
def undo_pass_on(change: CircleChange, now: datetime) -> None:
    """Gives the role back."""
    circle = _locked(change.circle_id)
    seats = {seat.public_id: seat for seat in circle.open_seats}
    giver, holder = seats.get(change.before["seat"]), seats.get(change.after["seat"])
    if giver is None or holder is None or not holder.is_convener:
        raise MovedOn
    _hand_over(holder, giver)


def _locked(circle_id: int) -> Circle:
    """The circle and its seats as they are now; on PostgreSQL its row is held, on SQLite the whole database."""
    return db.session.scalars(
        sa.select(Circle)
        .where(Circle.id == circle_id)
        .options(selectinload(Circle.seats).joinedload(Seat.person))
        .with_for_update(of=Circle)
        .execution_options(populate_existing=True)
    ).one()


def _count(circle: Circle) -> None:
    if circle.stage == "forming" and len(circle.open_seats) >= FULL_ENOUGH:
        circle.stage = "active"


def _pass_on(circle: Circle) -> None:
    willing = [seat for seat in circle.open_seats if seat.convenes and not seat.is_paused]
    heirs = willing or circle.open_seats
    if heirs:
        heirs[0].is_convener = True
        db.session.flush()


def _hand_over(giver: Seat, to: Seat) -> None:
    giver.is_convener = False
    db.session.flush()  # the schema allows one trekker at a time
    to.is_convener = True
    db.session.flush()
