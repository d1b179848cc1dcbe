"""Standing in line for a seat. Who waits hears of a free one, in order of waiting, 72 hours each."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from circles.database import lock
from circles.extensions import db
from circles.membership import mails, queries
from circles.membership.models import MAY_BE_JOINED, SEATS, Circle, Seat, WaitingPlace
from circles.people.models import Person

OFFERED_FOR = timedelta(hours=72)  # before the next in line hears of the same seat


def wait_for_seat(circle: Circle, person: Person, now: datetime) -> None:
    """A place in line for the next free seat. Asking twice is asking once."""
    if not queries.waits_for(person, circle):
        db.session.add(WaitingPlace(circle_id=circle.id, person_id=person.id, since_at=now))


def stop_waiting(circle: Circle, person: Person) -> None:
    """Out of the line."""
    db.session.execute(
        sa.delete(WaitingPlace).where(
            WaitingPlace.circle_id == circle.id, WaitingPlace.person_id == person.id
        )
    )


def note_full(circle: Circle) -> None:
    """When all seats are taken, the next that falls free is told of anew, beginning with who waits longest."""
    if len(circle.open_seats) == SEATS:
        db.session.execute(
            sa.update(WaitingPlace).where(WaitingPlace.circle_id == circle.id).values(told_at=None)
        )


def circles_with_a_seat_to_offer(now: datetime) -> list[int]:
    """Ids of circles with more free seats than people who heard of one in the past 72 hours, and others in line."""
    taken = _number(Seat, Seat.left_at.is_(None))
    asked = _number(WaitingPlace, WaitingPlace.told_at > now - OFFERED_FOR)
    untold = (
        sa.select(WaitingPlace.circle_id)
        .join(WaitingPlace.person)
        .where(WaitingPlace.told_at.is_(None), Person.disabled_at.is_(None))
    )
    return list(
        db.session.scalars(
            sa.select(Circle.id)
            .where(Circle.stage.in_(MAY_BE_JOINED), Circle.id.in_(untold), taken + asked < SEATS)
            .order_by(Circle.id)
        )
    )


def offer_seats(circle_id: int, now: datetime) -> int:
    """Tells as many people as there are seats free, the longest waiting first. Yields how many mails were queued."""
    circle = db.session.get_one(Circle, circle_id)
    lock(circle)
    db.session.refresh(circle, ["seats"])
    line = _line(circle)
    asked = [place for place in line if place.told_at and place.told_at > now - OFFERED_FOR]
    free = SEATS - len(circle.open_seats) - len(asked)
    queued = 0
    for place in [place for place in line if place.told_at is None][: max(free, 0)]:
        place.told_at = now
        queued += mails.seat_free(place, queries.open_invitation_to(circle, place.person, now), now)
    return queued


def _line(circle: Circle) -> list[WaitingPlace]:
    return list(
        db.session.scalars(
            sa.select(WaitingPlace)
            .join(WaitingPlace.person)
            .where(WaitingPlace.circle_id == circle.id, Person.disabled_at.is_(None))
            .options(joinedload(WaitingPlace.person), joinedload(WaitingPlace.circle))
            .order_by(WaitingPlace.since_at, WaitingPlace.id)
            .execution_options(populate_existing=True)
        )
    )


def _number(model: type[Seat | WaitingPlace], which: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.count(model.id))
        .where(model.circle_id == Circle.id, which)
        .correlate(Circle)
        .scalar_subquery()
    )
