"""Gathering a quarter for its snapshot, and reading what was released."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from circles.extensions import db
from circles.meetings.models import Meeting
from circles.membership.models import SEATS, Circle, Seat, WaitingPlace
from circles.participation import disclosure, quarters
from circles.participation.models import ParticipationRelease
from circles.people.models import Department, HeadCount, Organisation, Person

A_DAY = timedelta(days=1)


def snapshot_of(organisation: Organisation, quarter: str) -> disclosure.Snapshot:
    """The quarter as the tables tell it now. Taken once, fourteen days after its close, and then kept."""
    starts_at, ends_at = quarters.bounds(quarter, organisation.zone)
    departments = db.session.execute(
        sa.select(Department.id, Department.name)
        .where(Department.organisation_id == organisation.id)
        .order_by(Department.name)
    ).all()
    places = {department_id: place for place, (department_id, _) in enumerate(departments)}
    heads = _heads(organisation.id, quarter)
    circles = _circles_that_met(organisation.id, starts_at, ends_at)
    seats = _seats_in(circles, starts_at, ends_at)
    people, index = _people(seats, places)
    open_circles = _open_circles(organisation.id, ends_at)
    return disclosure.Snapshot(
        quarter=quarter,
        departments=tuple(disclosure.Department(name, heads.get(id_)) for id_, name in departments),
        people=people,
        circles=tuple(
            disclosure.Met(tuple(sorted(index[person] for person in seats[circle.id])), _age(circle, ends_at))
            for circle in circles
            if seats.get(circle.id)
        ),
        open_circles=len(open_circles),
        people_in_open_circles=len({person for seated in open_circles for person in seated}),
        free_seats=sum(SEATS - len(seated) for seated in open_circles),
        waiting=_waiting(organisation.id, ends_at),
    )


def releases_of(organisation_id: int) -> list[ParticipationRelease]:
    """What was released for an organisation, the latest quarter first."""
    return list(
        db.session.scalars(
            sa.select(ParticipationRelease)
            .where(ParticipationRelease.organisation_id == organisation_id)
            .order_by(ParticipationRelease.quarter.desc())
        )
    )


def _heads(organisation_id: int, quarter: str) -> dict[int, int]:
    """Head-counts by department id: of the quarter, else the latest before it."""
    rows = db.session.execute(
        sa.select(HeadCount.department_id, HeadCount.people)
        .join(Department, Department.id == HeadCount.department_id)
        .where(Department.organisation_id == organisation_id, HeadCount.quarter <= quarter)
        .order_by(HeadCount.quarter)
    )
    return {department_id: people for department_id, people in rows}  # noqa: C416  the latest of each stays


def _circles_that_met(organisation_id: int, starts_at: datetime, ends_at: datetime) -> list[Circle]:
    met = sa.exists().where(
        Meeting.circle_id == Circle.id,
        Meeting.state == "held",
        Meeting.starts_at >= starts_at,
        Meeting.starts_at < ends_at,
    )
    return list(
        db.session.scalars(
            sa.select(Circle).where(Circle.organisation_id == organisation_id, met).order_by(Circle.id)
        )
    )


def _seats_in(circles: list[Circle], starts_at: datetime, ends_at: datetime) -> dict[int, set[int]]:
    """Person ids by circle id of who sat there for a day or more of the quarter."""
    seats: dict[int, set[int]] = {}
    rows = db.session.execute(
        sa.select(Seat.circle_id, Seat.person_id, Seat.sat_at, Seat.left_at).where(
            Seat.circle_id.in_([circle.id for circle in circles]), Seat.sat_at < ends_at
        )
    )
    for circle_id, person_id, sat_at, left_at in rows:
        if min(left_at or ends_at, ends_at) - max(sat_at, starts_at) >= A_DAY:
            seats.setdefault(circle_id, set()).add(person_id)
    return seats


def _people(
    seats: dict[int, set[int]], places: dict[int, int]
) -> tuple[tuple[int | None, ...], dict[int, int]]:
    """Each participant's department, and their place in that list by person id. Their order tells nothing."""
    wanted = {person for seated in seats.values() for person in seated}
    rows = db.session.execute(
        sa.select(Person.id, Person.department_id).where(Person.id.in_(wanted)).order_by(Person.public_id)
    ).all()
    people = tuple(None if department_id is None else places.get(department_id) for _, department_id in rows)
    return people, {person_id: place for place, (person_id, _) in enumerate(rows)}


def _open_circles(organisation_id: int, at: datetime) -> list[set[int]]:
    """Who sat in each circle that wanted to be found and had a seat free at that instant."""
    rows = db.session.execute(
        sa.select(Circle.id, Seat.person_id)
        .outerjoin(Seat, sa.and_(Seat.circle_id == Circle.id, Seat.sat_at < at,
                                 sa.or_(Seat.left_at.is_(None), Seat.left_at >= at)))
        .where(Circle.organisation_id == organisation_id, Circle.findable, Circle.begun_at < at,
               sa.or_(Circle.ended_at.is_(None), Circle.ended_at >= at))
    )  # fmt: skip
    seated: dict[int, set[int]] = {}
    for circle_id, person_id in rows:
        seated.setdefault(circle_id, set()).update({person_id} - {None})
    return [people for people in seated.values() if len(people) < SEATS]


def _waiting(organisation_id: int, at: datetime) -> int:
    """Distinct people who were waiting for a seat at that instant."""
    found = db.session.scalar(
        sa.select(sa.func.count(WaitingPlace.person_id.distinct()))
        .join(Circle, Circle.id == WaitingPlace.circle_id)
        .where(Circle.organisation_id == organisation_id, WaitingPlace.since_at < at)
    )
    return int(found or 0)


def _age(circle: Circle, at: datetime) -> int:
    return max(0, (min(circle.ended_at or at, at) - circle.begun_at).days)
