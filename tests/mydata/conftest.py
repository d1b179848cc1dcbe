"""Quinten Quasthoff, whose name stands nowhere else: he sits with Alice and Bob, and left a trace in every table."""

from __future__ import annotations

import contextvars
from datetime import datetime, time, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from circles.availability.services import say_hours
from circles.conclusions import services as conclusions
from circles.database import Model
from circles.extensions import db
from circles.meetings.cadence import Rhythm
from circles.meetings.models import Meeting
from circles.meetings.services import around, feeds, replies
from circles.meetings.services.planning import set_rhythm
from circles.membership.models import Circle
from circles.membership.services import asks, charter, invitations, seats, waiting
from circles.people.models import Person
from circles.people.services import joining, signing_in
from circles.themes import services as themes
from circles.themes.models import Theme
from circles.worker import rounds
from tests.conftest import Time
from tests.factories import Cast, World

ADDRESS = "Quinten.Quasthoff@DeLinde.example"


@pytest.fixture
def quinten(app: Flask, world: World, cast: Cast, time: Time) -> Person:
    """Invited, joined, sat down, met, wrote, asked, was written to; two meetings stand in his calendar."""
    now = time.now
    joining.list_invitee(cast.linde.id, ADDRESS, now=now, name="Quinten Quasthoff")
    me = joining.join_organisation(cast.linde, email=ADDRESS, name="Quinten Quasthoff", now=now)
    circle = cast.circle
    circle.planned_ahead = 2
    first = invitations.invite(circle, cast.alice, ADDRESS, now=now, note="Kom je, Quinten?")
    seats.pass_on_convener(_seat(circle, cast.alice), _seat(circle, cast.bob), now)
    invitations.accept_invitation(first, me, now)
    seats.pass_on_convener(_seat(circle, cast.bob), _seat(circle, me), now)
    _write(me, cast, world, now)
    tick(app, time.forward(minutes=2))  # news of circles, invitations: all that can leave has left
    return db.session.get_one(Person, me.id)


def _write(me: Person, cast: Cast, world: World, now: datetime) -> None:
    circle = cast.circle
    rhythm = Rhythm(
        pattern="weekly", interval=2, weekday=3, nth=None, starts_local=time(14), length=timedelta(minutes=90),
        anchor_on=now.date(), on_day_off="skip", zone=circle.zone,
    )  # fmt: skip
    set_rhythm(circle, me, rhythm, now)
    held = world.meeting(circle, now - timedelta(days=20), state="held")
    words = [
        conclusions.record(held, me, kind="insight", text="Eerst vragen.", now=now),
        conclusions.record(held, me, kind="intention", text="Ik bel haar.", owner=me, now=now),
        conclusions.record(held, cast.bob, kind="norm", text="Uit zijn verhaal.", case_owner=me, now=now),
        conclusions.record(held, cast.bob, kind="insight", text="Teruggenomen.", case_owner=me, now=now),
    ]
    conclusions.withdraw(words[3], me, now)
    conclusions.edit(
        words[0], cast.bob, kind="insight", text="Eerst luisteren.", note="", based_on=1, now=now
    )
    charter.write_charter(circle, me, "Wat hier gezegd wordt, blijft hier.", based_on=0, now=now)
    [coming] = [m for m in _planned(circle) if m.starts_at == min(m.starts_at for m in _planned(circle))]
    replies.answer(coming, me, answer="yes", way="web", note="Ik kom later.", now=now)
    around.prepare(coming, me, note="Mevrouw De Wit.", brings=True, now=now)
    around.note_attendance(held, {me.id: True}, cast.bob, now)
    feeds.make_feed(me, now)
    say_hours(me, [20, 21, 22], now)
    theme = Theme(organisation_id=cast.linde.id, stage="ready", elements="A1", made_at=now, versions=[])
    db.session.add(theme)
    db.session.flush()
    texts = {"title": "Wat telt?", "question": "Wat telde vorige week?"}
    themes.write_draft(theme, me, language="nl", texts=texts, based_on=0, now=now)
    themes.mark_preoccupation(me, theme, on=True, now=now)
    cast.other_circle.findable = True
    asks.ask(cast.other_circle, me, note="Groet, Quinten", now=now)
    waiting.wait_for_seat(cast.other_circle, me, now)
    invitations.invite(circle, me, "ines@delinde.example", note="Groet, Quinten", now=now)
    signing_in.make_code(me.email_normalised, browser="zijn telefoon", now=now)
    signing_in.sign_in(me, device="Firefox · Linux", now=now)


def _planned(circle: Circle) -> list[Meeting]:
    return list(
        db.session.scalars(
            sa.select(Meeting).where(Meeting.circle_id == circle.id, Meeting.state == "planned")
        )
    )


def _seat(circle: Circle, person: Person) -> seats.Seat:
    db.session.refresh(circle, ["seats"])
    return next(seat for seat in circle.open_seats if seat.person_id == person.id)


def tick(app: Flask, now: datetime) -> None:
    """One round of the worker in a context of its own, without the figures: those take their time."""
    db.session.commit()

    def work() -> None:
        with app.app_context():
            for job in rounds.SCHEDULE:
                if job.name != "figures released":
                    rounds.run_job(job, now)
            rounds.deliver_all(now, worker="tick")
            rounds.run_job(rounds.SCHEDULE[-1], now)  # the journal is emptied after what was delivered

    contextvars.Context().run(work)
    db.session.expire_all()


def rows_with(*words: str) -> dict[str, int]:
    """In how many rows of each table one of the words stands, in any column; upper and lower case alike."""
    found: dict[str, int] = {}
    with db.engine.connect() as connection:
        for table in Model.metadata.sorted_tables:
            for row in connection.execute(sa.select(table)):
                told = " ".join(_as_text(value) for value in row).casefold()
                if any(word.casefold() in told for word in words):
                    found[table.name] = found.get(table.name, 0) + 1
    return found


def _as_text(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
