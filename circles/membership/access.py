"""Reaching a circle: through an open seat, or not at all."""

from __future__ import annotations

import sqlalchemy as sa
from flask import abort
from sqlalchemy.orm import joinedload, selectinload, with_expression

from circles.extensions import db
from circles.membership.models import MAY_BE_JOINED, Ask, Circle, CircleChange, Seat, WaitingPlace
from circles.people.models import Person


def circle_for(person: Person, public_id: str) -> Circle:
    """A circle in which this person sits now, with its seats, people and how many wait, or 404. One query."""
    waiting = sa.select(sa.func.count(WaitingPlace.id)).where(WaitingPlace.circle_id == Circle.id)
    circle = db.session.scalars(
        sa.select(Circle)
        .join(Seat, sa.and_(Seat.circle_id == Circle.id, Seat.person_id == person.id, Seat.left_at.is_(None)))
        .where(Circle.public_id == public_id)
        .options(
            joinedload(Circle.profession),
            with_expression(Circle.n_waiting, waiting.correlate(Circle).scalar_subquery()),
            joinedload(Circle.seats).joinedload(Seat.person).options(
                joinedload(Person.department), joinedload(Person.profession)
            ),
        )
    ).unique().one_or_none()  # fmt: skip
    return circle or abort(404)


def seat_of(circle: Circle, person: Person) -> Seat:
    """The open seat of somebody who sits here, or 404."""
    return next((seat for seat in circle.open_seats if seat.person_id == person.id), None) or abort(404)


def findable_circle_for(person: Person, public_id: str) -> Circle:
    """A circle of the person's organisation that wants to be found or that the person waits for, or 404."""
    awaited = sa.select(WaitingPlace.circle_id).where(WaitingPlace.person_id == person.id)
    return db.session.scalar(
        sa.select(Circle)
        .where(
            Circle.public_id == public_id,
            Circle.organisation_id == person.organisation_id,
            sa.or_(Circle.findable, Circle.id.in_(awaited)),
            Circle.stage.in_(MAY_BE_JOINED),
        )
        .options(selectinload(Circle.seats).joinedload(Seat.person))
    ) or abort(404)


def ask_in(circle: Circle, public_id: str) -> Ask:
    """An ask to join this circle, or 404."""
    found = db.session.scalar(
        sa.select(Ask)
        .where(Ask.circle_id == circle.id, Ask.public_id == public_id)
        .options(joinedload(Ask.person))
    )
    return found or abort(404)


def change_in(circle: Circle, public_id: str) -> CircleChange:
    """Something that was changed in this circle, or 404."""
    found = db.session.scalar(
        sa.select(CircleChange).where(
            CircleChange.circle_id == circle.id, CircleChange.public_id == public_id
        )
    )
    return found or abort(404)
