"""The worker of these stories, and a meeting of Alice, Bob and Carol in ten days."""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from icalendar import Calendar

from circles.extensions import db
from circles.mail.delivery import letter_of
from circles.mail.message import as_bytes
from circles.mail.models import OutboxMail
from circles.meetings.models import Meeting
from circles.membership.models import Seat
from circles.worker import rounds
from tests.conftest import Time
from tests.factories import Cast, World


@dataclass(frozen=True)
class Told:
    """What one mail told one person; the calendar's words are None in a mail without a calendar."""

    to: str  # what stands before the @
    kind: str
    method: str | None
    uid: str | None
    sequence: int | None
    starts_at: datetime | None
    mail: OutboxMail
    content: bytes  # as it goes to the server

    @property
    def event(self) -> Any:
        """The VEVENT, as icalendar reads it."""
        assert self.mail.calendar is not None
        [event] = Calendar.from_ical(self.mail.calendar).walk("VEVENT")
        return event


class Worker:
    """Runs rounds as the worker does, in a context of its own."""

    def __init__(self, app: Flask, time: Time) -> None:
        self.app, self.time, self.seen = app, time, 0

    def round(self, **length: float) -> list[Told]:
        """Lets time pass, does and delivers all that is due, and yields the mails queued since the last round."""
        return self.round_at(self.time.forward(**length))

    def round_at(self, instant: datetime) -> list[Told]:
        """The same, at that instant."""
        self.time.to(instant)
        self.in_its_own_context(lambda: list(rounds.tick(self.time.now)))
        return self.new()

    def queue_only(self, **length: float) -> list[Told]:
        """A round in which the mail server is away."""
        now = self.time.forward(**length)
        self.in_its_own_context(lambda: [rounds.run_job(job, now) for job in rounds.SCHEDULE])
        return self.new()

    def in_its_own_context(self, work: Callable[[], object]) -> None:
        """What somebody else does meanwhile; what the test holds is read anew afterwards."""
        db.session.commit()
        contextvars.Context().run(self._work, work)
        db.session.expire_all()

    def new(self) -> list[Told]:
        """The mails queued since they were last asked for, in order."""
        db.session.expire_all()
        rows = db.session.scalars(
            sa.select(OutboxMail).where(OutboxMail.id > self.seen).order_by(OutboxMail.id)
        ).all()
        self.seen = max((row.id for row in rows), default=self.seen)
        return [_told(row) for row in rows]

    def _work(self, work: Callable[[], object]) -> None:
        with self.app.app_context():
            work()


def _told(mail: OutboxMail) -> Told:
    event = Calendar.from_ical(mail.calendar).walk("VEVENT")[0] if mail.calendar else None
    return Told(
        to=mail.to_address.partition("@")[0],
        kind=mail.kind,
        method=mail.calendar_method,
        uid=str(event["UID"]) if event else None,
        sequence=event["SEQUENCE"] if event else None,
        starts_at=event["DTSTART"].dt if event else None,
        mail=mail,
        content=as_bytes(letter_of(mail)),
    )


def calendars(told: Sequence[Told]) -> list[Told]:
    """Those that carry a calendar."""
    return [one for one in told if one.method]


def seat_of(circle: Any, person: Any) -> Seat:
    """The open seat of that person."""
    return next(seat for seat in circle.open_seats if seat.person_id == person.id)


@pytest.fixture
def worker(app: Flask, time: Time) -> Worker:
    """The process nobody clicks."""
    return Worker(app, time)


@pytest.fixture
def meeting(world: World, cast: Cast) -> Meeting:
    """Planned in ten days, at 10.00 in Amsterdam for ninety minutes; nobody was told yet."""
    meeting: Meeting = world.meeting(cast.circle, place="De Ark")
    return meeting
