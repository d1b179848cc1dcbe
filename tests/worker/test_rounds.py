"""One round of everything that is due: said, done once, and never held up by what fails."""

from __future__ import annotations

import contextvars
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from circles.conclusions import services as conclusions
from circles.extensions import db
from circles.mail.models import OutboxMail
from circles.meetings.cadence import Rhythm
from circles.meetings.models import Meeting
from circles.meetings.services import announcing, planning
from circles.membership.services import asks, charter, invitations, seats
from circles.people.importing import ListedRow
from circles.people.models import Organisation
from circles.people.services import joining, signing_in, uploads
from circles.worker import rounds
from circles.worker.schedule import MINUTE, SCHEDULE, Job
from tests.factories import Cast, World
from tests.smtp import Postbox

AT = "2027-03-01T10:00+01:00"  # the instant at which the tests stand still


@pytest.fixture
def postbox(app: Flask, monkeypatch) -> Iterator[Postbox]:
    """Where everything that is sent arrives."""
    with Postbox() as postbox:
        monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], mail_url=postbox.url))
        yield postbox


@pytest.fixture
def tick(app: Flask, postbox: Postbox) -> Callable[..., Result]:
    """Runs `flask tick` in a context of its own, as a shell would."""

    def tick(at: str = AT) -> Result:
        db.session.commit()
        result: Result = contextvars.Context().run(app.test_cli_runner().invoke, args=["tick", "--at", at])
        db.session.expire_all()
        return result

    return tick


@pytest.fixture
def busy(cast: Cast, world: World, now: datetime) -> set[str]:
    """Something to do for each of these jobs."""
    circle, alice, long_ago = cast.circle, cast.alice, now - timedelta(days=40)
    circle.findable, cast.linde.created_at = True, now - timedelta(days=200)
    world.meeting(circle, now - timedelta(hours=3), state="begun")
    world.meeting(circle, now - timedelta(days=20))
    near = world.meeting(circle, now + timedelta(hours=20))
    announcing.announce(near.id, now - timedelta(days=2))
    new = world.meeting(circle, now + timedelta(days=20))
    assert new.announced_sequence == 0
    world.seat(circle, cast.frank, 5, paused_at=long_ago, paused_until=now - timedelta(hours=1))
    asks.ask(cast.circle, cast.dan, now=now - timedelta(days=15))
    invitations.invite(circle, alice, "kim@elders.example", now=now - timedelta(days=8))
    thursday = Rhythm("weekly", 4, 3, None, time(14), timedelta(minutes=90), circle.zone, long_ago.date())
    planning.set_rhythm(cast.circle, alice, thursday, now)
    first = db.session.scalars(sa.select(Meeting).where(Meeting.planned_on.is_not(None))).first()
    first.state = "skipped"
    charter.write_charter(circle, cast.bob, "Wat hier gezegd wordt, blijft hier.", based_on=0, now=long_ago)
    held = world.meeting(circle, now - timedelta(days=60), state="held")
    kept = conclusions.record(held, cast.bob, kind="insight", text="Te vroeg gezegd.", now=long_ago)
    conclusions.delete(kept, cast.bob, long_ago)
    invitee = joining.list_invitee(cast.linde.id, "ines@elders.example", now=now)
    invitee.invited_at = None
    row = ListedRow(2, "joris@elders.example", "joris@elders.example", "Joris", "", "", "nl")
    uploads.confirm(uploads.keep(cast.linde, [row], file_name="lijst.csv", now=now), now)
    signing_in.make_code("ines@elders.example", browser="x", now=long_ago)
    db.session.flush()
    db.session.refresh(circle)
    return {
        "meetings closed", "pauses ended", "asks expired", "circle invitations tended", "meetings planned",
        "calendar mails queued", "reminders queued", "news of circles queued", "uploaded lists taken in",
        "list invitations queued", "figures released", "deleted conclusions wiped",
        "old mail, codes and sessions forgotten",
    }  # fmt: skip


def counts(output: str) -> dict[str, int]:
    """What a tick said it did."""
    found = re.findall(r"(?m)^ *(\d+)  (.+)$", output)
    return {what: int(how_much) for how_much, what in found}


def test_a_tick_says_what_it_did_and_a_second_does_nothing(tick, busy, postbox):
    first = tick()
    said = counts(first.output)
    assert (first.exit_code, list(said)) == (0, [*(job.name for job in SCHEDULE), "mails sent"])
    assert {what for what, how_much in said.items() if how_much == 0} & busy == set()
    arrived = len(postbox.received)
    assert arrived == said["mails sent"] > 10
    second = tick()
    assert (second.exit_code, counts(second.output)) == (0, dict.fromkeys(said, 0))
    assert len(postbox.received) == arrived


@pytest.mark.parametrize("job", SCHEDULE, ids=lambda job: job.name)
def test_a_job_that_runs_twice_in_a_row_does_nothing_the_second_time(app, busy, now, job):
    db.session.commit()
    first = rounds.run_job(job, now)
    mails = mails_in_outbox()
    assert (first > 0) == (job.name in busy)
    assert (rounds.run_job(job, now), mails_in_outbox()) == (0, mails)


def mails_in_outbox() -> int:
    """How many were ever queued."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(OutboxMail)) or 0


def test_an_instant_needs_to_be_one_and_to_have_a_zone(tick, cast):
    for wrong, words in (("morgen", "is not an instant"), ("2027-03-01T10:00", "a zone, such as +01:00")):
        result = tick(wrong)
        assert (result.exit_code, words in result.stderr) == (2, True)


def test_a_tick_lives_at_the_instant_it_is_given(tick, cast, world, now, session):
    meeting = world.meeting(cast.circle, now + timedelta(days=10))
    assert counts(tick().output)["meetings closed"] == 0
    assert counts(tick("2027-03-11T11:00+01:00").output)["meetings closed"] == 0
    world.meeting(cast.circle, now + timedelta(days=11), state="begun")
    tick("2027-03-12T18:00+01:00")
    states = session.scalars(sa.select(Meeting.state).order_by(Meeting.starts_at)).all()
    assert (meeting.state, states) == ("planned", ["planned", "held"])


def job(name: str, do: Callable[[int, datetime], int], due: Callable[..., list[int]] = lambda _: [1]) -> Job:
    """A job beside those of the house."""
    return Job(name, MINUTE, due, do)


def fails(*_: object) -> int:
    raise LookupError("stuk")


@pytest.fixture
def quiet_log(caplog) -> pytest.LogCaptureFixture:
    """What the worker logs."""
    caplog.set_level(logging.ERROR, logger="circles.worker.rounds")
    return caplog


def test_one_thing_that_fails_leaves_the_others_done(app, cast, session, now, quiet_log):
    ids = [cast.linde.id, cast.anker.id]

    def rename(organisation_id: int, _now: datetime) -> int:
        db.session.get_one(Organisation, organisation_id).name = "Anders"
        db.session.flush()
        if organisation_id == ids[0]:
            raise LookupError("stuk")
        return 1

    session.commit()
    assert rounds.run_job(job("rename", rename, lambda _: ids), now) == 1
    names = session.scalars(sa.select(Organisation.name).order_by(Organisation.id)).all()
    assert names == ["De Linde", "Anders"]
    assert [record.getMessage() for record in quiet_log.records] == [f"Job 'rename' failed on {ids[0]}"]
    assert quiet_log.records[0].exc_info


def test_a_job_that_fails_does_not_hold_up_the_others(app, tick, cast, monkeypatch, quiet_log):
    def broken_query(_now: datetime) -> list[int]:
        return list(db.session.scalars(sa.text("SELECT nothing FROM nowhere")))

    ran = []
    monkeypatch.setattr(
        rounds,
        "SCHEDULE",
        [job("broken", fails, broken_query), job("stuck", fails), job("fine", lambda *_: ran.append(1) or 1)],
    )
    result = tick()
    assert (result.exit_code, ran) == (0, [1])
    assert counts(result.output) == {"broken": 0, "stuck": 0, "fine": 1, "mails sent": 0}
    assert [record.getMessage() for record in quiet_log.records] == [
        "Job 'broken' failed to see what is due",
        "Job 'stuck' failed on 1",
    ]


def test_a_pause_that_is_over_and_one_that_is_not(app, cast, now):
    [alices, bobs, carols] = cast.circle.open_seats
    seats.pause(alices, now, until=now + timedelta(days=1))
    seats.pause(bobs, now)  # until Bob says so
    seats.pause(carols, now - timedelta(days=3), until=now)
    for seat_id in seats.pauses_that_end(now):
        seats.end_pause(seat_id, now)
    assert [seat.is_paused for seat in (alices, bobs, carols)] == [True, True, False]
