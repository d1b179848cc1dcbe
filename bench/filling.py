# ruff: noqa: E501  rows of a table read better on one line
"""A filled organisation of any size, written straight into the tables: for measuring, never for showing."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import sqlalchemy as sa

from circles.conclusions.models import Conclusion
from circles.database import fingerprint
from circles.extensions import db
from circles.ids import new_public_id, new_token
from circles.meetings.models import Attendance, Cadence, FeedToken, Invitation, Meeting, Reply, Turn
from circles.membership.models import Circle, Seat
from circles.people.models import Department, Organisation, Person, Profession, SignIn
from circles.sealing import keyring
from circles.themes.models import Theme, ThemeVersion
from circles.themes.services import load_library

EVERY = timedelta(weeks=4)
SIZE = 8
SENTENCE = "Als we vooraf zeggen dat we van de regel afwijken, wordt afwijken een vakgesprek."


@dataclass(frozen=True)
class Visitor:
    """Somebody signed in, with the addresses of their own circle, its last meeting and its next."""

    person_id: int
    token: str
    circle: str
    held: str
    coming: str


@dataclass(frozen=True)
class Filled:
    """Who can look around in what was made, and the calendar link of the first of them."""

    visitors: list[Visitor]
    feed: str


@dataclass(frozen=True)
class _House:
    organisation_id: int
    persons: list[int]
    circles: list[int]
    seated: dict[int, list[int]]


def fill(*, people: int, now: datetime, years: float = 2.0, visitors: int = 70) -> Filled:
    """An organisation with that many people in circles of eight, that met every four weeks for that long."""
    house = _house(people, now, ahead=3)
    meetings = _meetings(house.organisation_id, house.circles, now, max(round(years * 13), 1))
    _around_meetings(house.organisation_id, meetings, house.seated, now)
    feed = new_token()
    _insert(
        FeedToken,
        [{"person_id": house.persons[0], "token_hash": fingerprint(feed), "made_at": now, "changed_at": now}],
    )
    filled = Filled([_visitor(house, n, now) for n in range(min(visitors, len(house.circles)))], feed)
    db.session.commit()
    _settle()
    return filled


def fill_unplanned(*, people: int, now: datetime) -> None:
    """An organisation of that many people in circles of eight, that plan one meeting ahead and planned none yet."""
    _house(people, now, ahead=1)
    db.session.commit()
    _settle()


def fill_log(*, conclusions: int, now: datetime) -> Visitor:
    """One circle that met for long and kept that many conclusions. Yields somebody who may read them."""
    house = _house(SIZE, now, ahead=3)
    _meetings(house.organisation_id, house.circles, now, 250)
    [circle] = house.circles
    held = db.session.execute(
        sa.select(Meeting.id, Meeting.starts_at)
        .where(Meeting.circle_id == circle, Meeting.state == "held")
        .order_by(Meeting.starts_at)
    ).all()
    rows = (held[n % len(held)] for n in range(conclusions))
    _insert(Conclusion, (
        _conclusion(house.organisation_id, meeting, circle, at, "insight", house.persons[0]) for meeting, at in rows
    ))  # fmt: skip
    visitor = _visitor(house, 0, now)
    db.session.commit()
    _settle()
    return visitor


def _house(people: int, now: datetime, *, ahead: int) -> _House:
    slug = f"bench-{secrets.token_hex(4)}"
    organisation = Organisation(slug=slug, name=f"Bench {people}", created_at=now)
    db.session.add(organisation)
    db.session.flush()
    load_library(organisation, now)
    db.session.flush()
    departments = _insert(
        Department, ({"organisation_id": organisation.id, "name": f"Afdeling {n}"} for n in range(9))
    )
    crafts = _insert(Profession, ({"organisation_id": organisation.id, "name": f"Vak {n}"} for n in range(6)))
    persons = _insert(
        Person, (_person(organisation.id, slug, n, departments, crafts, now) for n in range(people))
    )
    circles = _insert(
        Circle, (_circle(organisation.id, n, crafts, ahead, now) for n in range(people // SIZE))
    )
    seated = {circle: persons[n * SIZE : (n + 1) * SIZE] for n, circle in enumerate(circles)}
    _insert(Seat, (
        _seat(circle, person, n, now) for circle, members in seated.items() for n, person in enumerate(members)
    ))  # fmt: skip
    _insert(Cadence, (_cadence(circle, now) for circle in circles))
    return _House(organisation.id, persons, circles, seated)


def _visitor(house: _House, n: int, now: datetime) -> Visitor:
    circle, token = db.session.get_one(Circle, house.circles[n]), new_token()
    person_id = house.seated[circle.id][0]
    _insert(SignIn, [_sign_in(person_id, token, now)])
    of_circle = sa.select(Meeting.public_id).where(Meeting.circle_id == circle.id).limit(1)
    held = db.session.scalars(
        of_circle.where(Meeting.state == "held").order_by(Meeting.starts_at.desc())
    ).one()
    coming = db.session.scalars(of_circle.where(Meeting.state == "planned").order_by(Meeting.starts_at)).one()
    return Visitor(person_id, token, circle.public_id, held, coming)


def _settle() -> None:
    """Lets PostgreSQL know what it holds, as it soon finds out by itself; nobody tells SQLite in real life either."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(sa.text("ANALYZE"))
        db.session.commit()


def _person(
    organisation_id: int, slug: str, n: int, departments: list[int], crafts: list[int], now: datetime
) -> dict[str, Any]:
    address = f"persoon{n}@{slug}.example"
    return {
        "organisation_id": organisation_id, "email": address, "email_normalised": address, "name": f"Persoon Nummer{n}",
        "department_id": departments[n % 9], "profession_id": crafts[n // 8 % 6], "joined_at": now,
    }  # fmt: skip


def _circle(organisation_id: int, n: int, crafts: list[int], ahead: int, now: datetime) -> dict[str, Any]:
    return {
        "organisation_id": organisation_id, "name": f"Vakcirkel {n}", "stage": "active", "zone": "Europe/Amsterdam",
        "region": "NL", "place": "Wijkhuis De Ark", "profession_id": crafts[n % 6], "begun_at": now - timedelta(days=730),
        "findable": n % 4 == 0, "planned_ahead": ahead,
    }  # fmt: skip


def _seat(circle: int, person: int, n: int, now: datetime) -> dict[str, Any]:
    return {
        "circle_id": circle, "person_id": person, "number": n + 1, "sat_at": now - timedelta(days=730), "is_convener": n == 0,
    }  # fmt: skip


def _cadence(circle: int, now: datetime) -> dict[str, Any]:
    first = (now + timedelta(days=10)).date()  # too far ahead for a reminder, on whatever day this runs
    return {
        "circle_id": circle, "pattern": "weekly", "interval": 4, "weekday": first.weekday(),
        "starts_local": datetime(2027, 1, 1, 14, tzinfo=now.tzinfo).time(), "minutes": 90, "anchor_on": first, "changed_at": now,
    }  # fmt: skip


def _meetings(
    organisation_id: int, circles: list[int], now: datetime, held: int
) -> list[tuple[int, str, int, datetime]]:
    theme, version = db.session.execute(
        sa.select(Theme.id, ThemeVersion.id).join(ThemeVersion.theme).limit(1)
    ).one()
    rows = []
    for circle in circles:
        for n in range(-held, 3):
            starts_at = now + timedelta(days=5) + n * EVERY
            state = "held" if n < 0 else "planned"
            rows.append({
                "organisation_id": organisation_id, "circle_id": circle, "public_id": new_public_id(), "state": state,
                "starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=90), "place": "Wijkhuis De Ark",
                "planned_on": starts_at.date(), "subject": "theme", "theme_id": theme, "theme_version_id": version,
                "uid": f"{secrets.token_hex(16)}@bench", "stamped_at": now, "held_at": starts_at if n < 0 else None,
                "vevent": f"BEGIN:VEVENT\r\nUID:{secrets.token_hex(16)}\r\nDTSTAMP:20270101T120000Z\r\nSUMMARY:Vakcirkel\r\n"
                          f"DTSTART:{starts_at:%Y%m%dT%H%M%SZ}\r\nDTEND:{starts_at + timedelta(minutes=90):%Y%m%dT%H%M%SZ}\r\n"
                          "END:VEVENT\r\n",
            })  # fmt: skip
    ids = _insert(Meeting, rows)
    return [
        (meeting, row["state"], row["circle_id"], row["starts_at"])
        for meeting, row in zip(ids, rows, strict=True)
    ]


def _around_meetings(
    organisation_id: int,
    meetings: list[tuple[int, str, int, datetime]],
    seated: dict[int, list[int]],
    now: datetime,
) -> None:
    _insert(Turn, (
        {"meeting_id": meeting, "role": role, "person_id": seated[circle][(meeting + shift) % 8]}
        for meeting, _state, circle, _at in meetings for role, shift in (("host", 0), ("scribe", 3))
    ))  # fmt: skip
    _insert(Reply, (
        {"organisation_id": organisation_id, "meeting_id": meeting, "person_id": person, "answer": "yes", "way": "web",
         "for_starts_at": at, "answered_at": min(at, now)}
        for meeting, _state, circle, at in meetings for person in seated[circle][:6]
    ))  # fmt: skip
    _insert(Invitation, (
        {"meeting_id": meeting, "person_id": person, "uid": f"bench-{meeting}", "organizer": "v@bench.example", "sequence": 0,
         "method": "REQUEST", "stamped_at": now, "starts_at": at, "queued_at": now}
        for meeting, state, circle, at in meetings if state == "planned" for person in seated[circle]
    ))  # fmt: skip
    held = [(meeting, circle, at) for meeting, state, circle, at in meetings if state == "held"]
    _insert(Attendance, (
        {"meeting_id": meeting, "person_id": person, "present": True, "noted_at": at}
        for meeting, circle, at in held for person in seated[circle][:7]
    ))  # fmt: skip
    _insert(Conclusion, (
        _conclusion(organisation_id, meeting, circle, at, kind, seated[circle][meeting % 8])
        for meeting, circle, at in held for kind in ("insight", "intention")
    ))  # fmt: skip


def _conclusion(
    organisation_id: int, meeting: int, circle: int, at: datetime, kind: str, person: int
) -> dict[str, Any]:
    public_id = new_public_id()
    bound_to = f"{organisation_id}/conclusion/{public_id}/text_sealed"
    return {
        "organisation_id": organisation_id, "circle_id": circle, "meeting_id": meeting, "public_id": public_id, "kind": kind,
        "recorder_id": person, "owner_id": person if kind == "intention" else None, "kept_at": at, "changed_at": at,
        "intention": "done", "text_sealed": keyring().seal(f"{SENTENCE} ({public_id})", bound_to=bound_to),
    }  # fmt: skip


def _sign_in(person: int, token: str, now: datetime) -> dict[str, Any]:
    return {
        "person_id": person, "token_hash": fingerprint(token), "signed_in_at": now, "seen_at": now,
        "expires_at": now + timedelta(days=14),
    }  # fmt: skip


def _insert(model: type[Any], rows: Iterable[dict[str, Any]], *, batch: int = 5_000) -> list[int]:
    """Inserts in batches with the models' own defaults. Yields the ids, in the order of the rows."""
    iterator, ids = iter(rows), []
    statement = sa.insert(model).returning(model.id, sort_by_parameter_order=True)
    while chunk := list(islice(iterator, batch)):
        ids += db.session.scalars(statement, chunk).all()
    return ids
