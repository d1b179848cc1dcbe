"""What this slice keeps of one person: to take along, and to erase."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from circles.extensions import db
from circles.membership.models import (
    Ask,
    CharterVersion,
    Circle,
    CircleChange,
    CircleInvitation,
    Seat,
    WaitingPlace,
)
from circles.membership.services.seats import leave
from circles.people.models import Person


def own_data(person: Person) -> dict[str, Any]:
    """Seats, asks and what the person wrote or changed for a circle. Of others only the names of circles."""
    return {
        "circles": [_seat(seat) for seat in _seats(person)],
        "asks_to_join": [
            {"circle": row.circle.name, "note": row.note, "at": _at(row.asked_at), "outcome": row.outcome}
            for row in _rows(Ask, Ask.person_id == person.id)
        ],
        "waiting_for": [
            {"circle": row.circle.name, "since": _at(row.since_at), "told_of_a_seat": _at(row.told_at)}
            for row in _rows(WaitingPlace, WaitingPlace.person_id == person.id)
        ],
        "invitations_received": [
            {"circle": row.circle.name, "at": _at(row.sent_at), "outcome": row.outcome}
            for row in _rows(CircleInvitation, *_addressed_to(person))
        ],
        "invitations_sent": [
            {"circle": row.circle.name, "note": row.note, "at": _at(row.sent_at), "outcome": row.outcome}
            for row in _rows(CircleInvitation, CircleInvitation.inviter_id == person.id)
        ],
        "spelregels_written": _charters(person),
        "changes_made": [
            {"circle": row.circle.name, "what": row.kind, "at": _at(row.made_at)}
            for row in _rows(CircleChange, CircleChange.person_id == person.id)
        ],
    }


def erase(person: Person, now: datetime) -> list[Circle]:
    """Leaves every circle, and takes back what bears the person's address or words. Yields the circles left.

    Seats, asks and places in line go when the person's row does.
    """
    seats = [seat for seat in _seats(person) if seat.is_open]
    for seat in seats:
        leave(seat, now)
    db.session.execute(sa.delete(CircleInvitation).where(CircleInvitation.id.in_(_addressed_ids(person))))
    db.session.execute(
        sa.update(CircleInvitation).where(CircleInvitation.inviter_id == person.id).values(note="")
    )
    return [seat.circle for seat in seats]


def _seats(person: Person) -> list[Seat]:
    return list(
        db.session.scalars(
            sa.select(Seat)
            .where(Seat.person_id == person.id)
            .options(joinedload(Seat.circle))
            .order_by(Seat.id)
        )
    )


def _rows(model: Any, *which: sa.ColumnElement[bool]) -> list[Any]:
    return list(
        db.session.scalars(
            sa.select(model).where(*which).options(joinedload(model.circle)).order_by(model.id)
        )
    )


def _addressed_to(person: Person) -> tuple[sa.ColumnElement[bool], ...]:
    circles = sa.select(Circle.id).where(Circle.organisation_id == person.organisation_id)
    return (
        CircleInvitation.email_normalised == person.email_normalised,
        CircleInvitation.circle_id.in_(circles),
    )


def _addressed_ids(person: Person) -> list[int]:
    return list(db.session.scalars(sa.select(CircleInvitation.id).where(*_addressed_to(person))))


def _charters(person: Person) -> list[dict[str, Any]]:
    rows = db.session.execute(
        sa.select(CharterVersion, Circle.name)
        .join(Circle, Circle.id == CharterVersion.circle_id)
        .where(CharterVersion.author_id == person.id)
        .order_by(CharterVersion.id)
    )
    return [{"circle": name, "text": row.text, "at": _at(row.written_at)} for row, name in rows]


def _seat(seat: Seat) -> dict[str, Any]:
    return {
        "circle": seat.circle.name,
        "from": _at(seat.sat_at),
        "until": _at(seat.left_at),
        "paused_since": _at(seat.paused_at),
        "trekker": seat.is_convener,
        "would_be_trekker": seat.convenes,
        "leads_the_conversation": seat.hosts,
        "records": seat.scribes,
    }


def _at(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
