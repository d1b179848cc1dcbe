"""An organisation that ends: told to its people, erased after thirty days, and nothing of it is left."""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from click.testing import Result

from circles.database import Model
from circles.extensions import db
from circles.mail.models import OutboxMail
from circles.meetings.models import Meeting
from circles.people.models import AuditEntry, MailDomain, Organisation, Person
from circles.people.queries import organisations_open_to
from circles.people.services import ending
from circles.worker import rounds
from tests.mydata.conftest import tick


@pytest.fixture
def run(app) -> Callable[..., Result]:
    """Runs `flask organisation end` in a context of its own, as a shell would."""

    def run(*args: str) -> Result:
        db.session.commit()
        command = ["organisation", "end", *args]
        result: Result = contextvars.Context().run(app.test_cli_runner().invoke, args=command)
        db.session.expire_all()
        return result

    return run


def mails(kind: str, *, state: str = "queued") -> list[str]:
    """To whom a mail of that kind is in that state."""
    rows = sa.select(OutboxMail.to_address).where(OutboxMail.kind == kind, OutboxMail.state == state)
    return sorted(db.session.scalars(rows))


def test_the_command_tells_everybody_when(run, session, cast, now):
    cast.frank.disabled_at = now
    said = run("delinde")
    assert (said.exit_code, "op 2027-03-31 09:00 UTC wordt alles gewist" in said.output) == (0, True)
    assert cast.linde.ends_at == now + timedelta(days=30)
    people = ending.people_of(cast.linde)
    assert mails("organisation_ends") == sorted(each.email for each in people if each is not cast.frank)
    assert cast.zoe.email not in mails("organisation_ends")
    text = session.scalars(sa.select(OutboxMail.text).where(OutboxMail.person_id == cast.bob.id)).one()
    assert "31 maart 2027" in text
    assert "http://localhost/ik/gegevens" in text


def test_ending_twice_tells_once_and_moves_no_date(run, cast, now, time):
    run("delinde")
    told, ends_at = mails("organisation_ends"), cast.linde.ends_at
    time.forward(days=10)
    assert "0 mensen" in run("delinde").output
    assert (mails("organisation_ends"), cast.linde.ends_at) == (told, ends_at)


def test_undone_it_stays_and_a_notice_that_waits_is_not_sent(run, cast, time):
    assert "0 mensen" in run("delinde", "--undo").output
    run("delinde")
    told = mails("organisation_ends")
    time.forward(days=29)
    assert "De Linde blijft" in run("delinde", "--undo").output
    assert cast.linde.ends_at is None
    assert (mails("organisation_ends"), mails("organisation_stays")) == ([], told)
    run("delinde")  # and after that it may end anew
    assert mails("organisation_ends") == told


def test_an_unknown_organisation_is_said(run, cast):
    said = run("delind")
    assert (said.exit_code, "geen organisatie die delind heet" in said.output) == (1, True)


def test_nobody_signs_up_to_what_ends(run, session, cast):
    session.add(MailDomain(organisation_id=cast.linde.id, domain="linde.example"))
    session.flush()
    assert organisations_open_to("nieuw@linde.example") == [cast.linde]
    run("delinde")
    assert organisations_open_to("nieuw@linde.example") == []


def rows_by_table() -> dict[str, int]:
    """How many rows there are of each table, without what belongs to nobody."""
    with db.engine.connect() as connection:
        counted = {
            table.name: connection.scalar(sa.select(sa.func.count()).select_from(table))
            for table in Model.metadata.sorted_tables
        }
    return {name: int(number or 0) for name, number in counted.items() if number}


def test_after_thirty_days_everything_is_gone_and_the_other_house_stands(
    app, run, quinten, client_for, session, cast, world, time
):
    """Quinten left a trace in every table; in his calendar and those of others stand meetings."""
    circle = world.circle(cast.zoe, name="Vakcirkel Techniek")
    world.meeting(circle)
    client_for(cast.bob).get("/beheer")
    session.commit()
    zoes, quintens = cast.zoe.email, quinten.email
    before = rows_by_table()
    assert len(before) > 25  # there is something to erase
    run("delinde")
    tick(app, time.forward(days=29))
    assert session.scalar(sa.select(sa.func.count()).select_from(Organisation)) == 2
    planned = session.scalars(
        sa.select(Meeting).where(Meeting.organisation_id == cast.linde.id, Meeting.starts_at > time.now)
    ).all()
    assert planned
    session.rollback()
    at = time.forward(days=1, hours=1)
    [job] = [job for job in rounds.SCHEDULE if job.name == "ended organisations erased"]
    assert rounds.run_job(job, at) == 1
    session.expire_all()
    assert list(session.scalars(sa.select(Organisation.slug))) == ["hetanker"]
    assert list(session.scalars(sa.select(Person.email))) == [zoes]
    farewells = session.scalars(sa.select(OutboxMail)).all()
    assert {(mail.kind, mail.calendar_method, mail.organisation_id) for mail in farewells} == {
        ("farewell", "CANCEL", None)
    }
    assert {mail.to_address for mail in farewells} >= {quintens}
    session.rollback()
    tick(app, at)
    left = rows_by_table()
    kept = {"organisation", "person", "circle", "seat", "meeting", "audit_entry", "theme", "theme_version"}
    kept |= {"participation_snapshot", "participation_release", "heartbeat"}
    assert set(left) - kept == set()
    assert session.scalars(sa.select(AuditEntry.kind)).all() == ["organisation erased"]
    assert (left["organisation"], left["person"], left["circle"]) == (1, 1, 1)


def test_before_its_day_nothing_is_erased(app, run, session, cast, time):
    run("delinde")
    at = time.forward(days=30) - timedelta(seconds=1)
    assert ending.organisations_to_erase(at) == []
    session.rollback()
    assert ending.organisations_to_erase(at + timedelta(seconds=1)) == [cast.linde.id]
