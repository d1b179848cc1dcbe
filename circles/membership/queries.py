"""Reading circles and who sits in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from circles.extensions import db
from circles.membership.models import (
    MAY_BE_JOINED,
    SEATS,
    Ask,
    CharterVersion,
    Circle,
    CircleChange,
    CircleInvitation,
    Seat,
    WaitingPlace,
)
from circles.people.models import Department, Person


def circles_of(person: Person) -> list[Circle]:
    """Circles in which the person sits now, with seats and people, the oldest seat first."""
    return list(
        db.session.scalars(
            sa.select(Circle)
            .join(
                Seat,
                sa.and_(Seat.circle_id == Circle.id, Seat.person_id == person.id, Seat.left_at.is_(None)),
            )
            .order_by(Seat.sat_at, Circle.id)
            .options(joinedload(Circle.seats).joinedload(Seat.person))
        ).unique()
    )


def open_invitations_for(person: Person, now: datetime) -> list[CircleInvitation]:
    """Invitations to a circle that wait for this person's answer."""
    return list(
        db.session.scalars(
            sa.select(CircleInvitation)
            .join(CircleInvitation.circle)
            .where(
                CircleInvitation.email_normalised == person.email_normalised,
                CircleInvitation.closed_at.is_(None),
                CircleInvitation.expires_at > now,
                Circle.organisation_id == person.organisation_id,
            )
            .options(contains_eager(CircleInvitation.circle), joinedload(CircleInvitation.inviter))
            .order_by(CircleInvitation.id)
        )
    )


def open_invitation_to(circle: Circle, person: Person, now: datetime) -> CircleInvitation | None:
    """The invitation to this circle that waits for this person's answer."""
    mine = open_invitations_for(person, now)
    return next((invitation for invitation in mine if invitation.circle_id == circle.id), None)


def open_invitations_of(circle: Circle) -> list[CircleInvitation]:
    """Invitations of a circle that nobody answered yet."""
    return list(
        db.session.scalars(
            sa.select(CircleInvitation)
            .where(CircleInvitation.circle_id == circle.id, CircleInvitation.closed_at.is_(None))
            .order_by(CircleInvitation.id)
        )
    )


def open_asks_of(circle: Circle) -> list[Ask]:
    """People who ask to join, the first first."""
    return list(
        db.session.scalars(
            sa.select(Ask)
            .where(Ask.circle_id == circle.id, Ask.closed_at.is_(None))
            .options(
                joinedload(Ask.person).options(joinedload(Person.department), joinedload(Person.profession))
            )
            .order_by(Ask.id)
        )
    )


def asks_for_convener(person: Person) -> list[Ask]:
    """Asks to join the circles of which this person is trekker."""
    return list(
        db.session.scalars(
            sa.select(Ask)
            .join(Ask.circle)
            .join(Seat, Seat.circle_id == Circle.id)
            .where(
                Seat.person_id == person.id, Seat.left_at.is_(None), Seat.is_convener, Ask.closed_at.is_(None)
            )
            .options(contains_eager(Ask.circle), joinedload(Ask.person))
            .order_by(Ask.id)
        )
    )


def asks_of(person: Person) -> list[Ask]:
    """What this person asked and nobody answered yet."""
    return list(
        db.session.scalars(
            sa.select(Ask)
            .where(Ask.person_id == person.id, Ask.closed_at.is_(None))
            .options(joinedload(Ask.circle))
            .order_by(Ask.id)
        )
    )


def waiting_of(person: Person) -> list[WaitingPlace]:
    """Circles this person waits for, as long as there is something to wait for."""
    return list(
        db.session.scalars(
            sa.select(WaitingPlace)
            .join(WaitingPlace.circle)
            .where(WaitingPlace.person_id == person.id, Circle.stage != "ended")
            .options(contains_eager(WaitingPlace.circle))
            .order_by(WaitingPlace.id)
        )
    )


def waits_for(person: Person, circle: Circle) -> bool:
    """Whether the person stands in line for a seat here."""
    mine = WaitingPlace.circle_id == circle.id, WaitingPlace.person_id == person.id
    return bool(db.session.scalar(sa.select(sa.exists().where(*mine))))


@dataclass(frozen=True)
class Findable:
    """A circle that wants to be found, without anybody's name."""

    circle: Circle
    free: int
    waits: bool  # the person stands in line here
    departments: list[str]  # each once, by name; who sits there is not told
    missing: list[str]  # of which nobody sits here, the person's own first


def findable_circles(person: Person) -> list[Findable]:
    """Circles of the organisation that want to be found and in which the person does not sit, most free seats first.

    Before them circles for which the person waits and that have a free seat. One that the person waits for and that
    does not want to be found is here too, without its departments.
    """
    departments = _departments(person)
    waiting = set(
        db.session.scalars(sa.select(WaitingPlace.circle_id).where(WaitingPlace.person_id == person.id))
    )
    mine = sa.select(Seat.circle_id).where(Seat.person_id == person.id, Seat.left_at.is_(None))
    circles = db.session.scalars(
        sa.select(Circle)
        .where(
            Circle.organisation_id == person.organisation_id,
            sa.or_(Circle.findable, Circle.id.in_(waiting)),
            Circle.stage.in_(MAY_BE_JOINED),
            Circle.id.not_in(mine),
        )
        .options(
            joinedload(Circle.profession),
            selectinload(Circle.seats).joinedload(Seat.person).joinedload(Person.department),
        )
        .order_by(Circle.id)
    )
    found = [_findable(circle, departments, waits=circle.id in waiting) for circle in circles]
    return sorted(
        found, key=lambda item: (not (item.waits and item.free), -item.free, item.circle.name.casefold())
    )


def standing_charter(circle: Circle) -> CharterVersion | None:
    """The spelregels as they stand; None while nobody wrote any, or when that was undone."""
    latest = latest_charter(circle)
    return latest if latest and latest.text else None


def latest_charter(circle: Circle) -> CharterVersion | None:
    """The newest version, which has no text when the first was undone; None while nobody wrote any."""
    return db.session.scalar(
        sa.select(CharterVersion)
        .where(CharterVersion.circle_id == circle.id)
        .options(joinedload(CharterVersion.author))
        .order_by(CharterVersion.number.desc())
        .limit(1)
    )


def charter_versions(circle: Circle) -> list[CharterVersion]:
    """All versions of the spelregels, the newest first."""
    return list(
        db.session.scalars(
            sa.select(CharterVersion)
            .where(CharterVersion.circle_id == circle.id)
            .options(joinedload(CharterVersion.author))
            .order_by(CharterVersion.number.desc())
        )
    )


def recent_changes(circle: Circle, now: datetime, *, days: int = 14) -> list[CircleChange]:
    """What members changed lately, the newest first."""
    return list(
        db.session.scalars(
            sa.select(CircleChange)
            .where(CircleChange.circle_id == circle.id, CircleChange.made_at > now - timedelta(days=days))
            .options(joinedload(CircleChange.person))
            .order_by(CircleChange.id.desc())
            .limit(10)
        )
    )


def _departments(person: Person) -> list[str]:
    """Names of the organisation's departments, the person's own first."""
    rows = sa.select(Department).where(Department.organisation_id == person.organisation_id)
    found = sorted(
        db.session.scalars(rows), key=lambda row: (row.id != person.department_id, row.name.casefold())
    )
    return [department.name for department in found]


def _findable(circle: Circle, departments: list[str], *, waits: bool) -> Findable:
    seated = circle.open_seats
    here = {seat.person.department.name for seat in seated if seat.person.department}
    told = departments if circle.findable else []
    return Findable(
        circle,
        free=SEATS - len(seated),
        waits=waits,
        departments=sorted(here & set(told)),
        missing=[name for name in told if name not in here],
    )
