"""A quarter is frozen once, released once, and the same release is behind everything."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
import sqlalchemy as sa

from circles.meetings.models import Meeting
from circles.membership.models import Seat
from circles.participation import queries, services
from circles.participation.models import ParticipationRelease, ParticipationSnapshot
from circles.people.models import Person
from tests.participation.fixtures import CLOSED, IN_QUARTER, SETTLED


def run(app, *arguments):
    return app.test_cli_runner().invoke(args=["release", *arguments])


def test_a_participant_sat_a_day_in_a_circle_that_met(linde, world, session, cast):
    circle = session.scalars(sa.select(Meeting)).first().circle
    person = world.person(linde, "Nieuw Vandaag")
    quarter_end = SETTLED.replace(day=1) - timedelta(hours=10)
    seat = world.seat(circle, person, 8, sat_at=quarter_end)
    session.commit()
    assert len(queries.snapshot_of(linde, CLOSED).people) == 42
    seat.sat_at = quarter_end - timedelta(days=2)
    session.commit()
    assert len(queries.snapshot_of(linde, CLOSED).people) == 43


def test_circles_that_did_not_meet_do_not_count(linde, session):
    for meeting in session.scalars(sa.select(Meeting)):
        meeting.state = "skipped"
    session.commit()
    snapshot = queries.snapshot_of(linde, CLOSED)
    assert (snapshot.people, snapshot.circles) == ((), ())


def test_the_snapshot_holds_nobodys_name(linde, session):
    services.make_release(linde, CLOSED, SETTLED)
    person = session.scalars(sa.select(Person).where(Person.name == "Persoon 1")).one()
    row = session.scalars(sa.select(ParticipationSnapshot)).one()
    assert not any(text in row.content for text in (person.name, person.email, person.public_id))


def test_leaving_erasing_and_moving_never_change_an_old_release(linde, session):
    made = services.make_release(linde, CLOSED, SETTLED)
    before = made.content
    session.execute(sa.update(Seat).values(left_at=IN_QUARTER - timedelta(days=60)))
    session.execute(sa.update(Person).values(department_id=None))
    session.commit()
    again = services.make_release(linde, CLOSED, SETTLED + timedelta(days=1))
    assert (again.id, again.content) == (made.id, before)
    session.delete(again)
    session.flush()
    assert services.make_release(linde, CLOSED, SETTLED).content == before  # made from the snapshot alone


def test_a_quarter_that_is_open_has_no_release(linde):
    with pytest.raises(services.QuarterStillOpen):
        services.make_release(linde, CLOSED, SETTLED - timedelta(days=7))


def test_the_first_round_after_two_weeks_releases_and_the_next_does_not(linde, cast, session):
    assert linde.id in services.organisations_to_release(SETTLED)
    assert services.release_due(linde.id, SETTLED) == 1
    session.commit()
    assert services.organisations_to_release(SETTLED) == [cast.anker.id]
    services.release_due(cast.anker.id, SETTLED)
    session.commit()
    assert services.organisations_to_release(SETTLED) == []


def test_an_organisation_of_last_week_has_nothing_to_release(world, session):
    world.organisation("Nieuw").created_at = SETTLED
    session.commit()
    assert services.organisations_to_release(SETTLED) == []


def test_the_command_says_what_it_did_and_what_it_will_not(app, linde, time):
    time.to(SETTLED)
    assert "Cijfers over 2027-Q1 voor De Linde" in run(app, "delinde", CLOSED).output
    assert "nog niet afgesloten" in run(app, "delinde", "2027-Q2").output
    assert "geen kwartaal" in run(app, "delinde", "voorjaar").output
    assert "geen organisatie" in run(app, "delind", CLOSED).output


def test_a_viewer_sees_the_release_and_the_file_says_the_same(linde, cast, client_for, session, time):
    time.to(SETTLED)
    services.make_release(linde, CLOSED, SETTLED)
    olga = client_for(cast.olga)
    page = olga.get("/organisatie/deelname").text
    assert "ongeveer 40 mensen" in page
    assert "15 van 40" in page
    rows = list(
        csv.reader(io.StringIO(olga.get(f"/organisatie/deelname/{CLOSED}.csv").text.lstrip("\ufeff")))
    )
    assert ["afdeling", "ICT", "", "15", "40", "40"] in rows
    assert ["totaal", "mensen die meedoen", "", "40", "", ""] in rows


def test_a_department_cannot_pass_for_a_formula(linde, cast, client_for, session, time):
    time.to(SETTLED)
    session.execute(sa.text("UPDATE department SET name = '=1+1' WHERE name = 'ICT'"))
    session.commit()
    services.make_release(linde, CLOSED, SETTLED)
    text = client_for(cast.olga).get(f"/organisatie/deelname/{CLOSED}.csv").text
    assert "'=1+1" in text
    assert ",=1+1" not in text


def test_everybody_sees_the_very_page_that_viewers_see(linde, cast, client_for, time):
    time.to(SETTLED)
    services.make_release(linde, CLOSED, SETTLED)
    for_olga = client_for(cast.olga).get("/organisatie/deelname").text
    for_bob = client_for(cast.bob).get("/ik/organisatie").text
    assert "Dit ziet je organisatie." in for_bob
    svg = for_olga[for_olga.index('<dl class="cijfers">') : for_olga.index("mededeling")]
    assert svg in for_bob


def test_who_does_not_view_sees_no_figures_of_the_organisation(linde, cast, client_for, time):
    time.to(SETTLED)
    services.make_release(linde, CLOSED, SETTLED)
    for person in (cast.bob, cast.hanna, cast.ada, cast.zoe):
        client = client_for(person)
        for path in ("/organisatie", "/organisatie/deelname", f"/organisatie/deelname/{CLOSED}.csv"):
            assert client.get(path).status_code == 404, (person.name, path)
    assert "ongeveer 40 mensen" not in client_for(cast.zoe).get("/ik/organisatie").text


def test_without_a_release_it_says_when_there_will_be_one(cast, client_for):
    assert "Veertien dagen na het eind" in client_for(cast.olga).get("/organisatie").text


def test_an_unknown_quarter_is_not_found(linde, cast, client_for, time):
    time.to(SETTLED)
    services.make_release(linde, CLOSED, SETTLED)
    olga = client_for(cast.olga)
    for path in ("/organisatie/deelname?periode=2026-Q4", "/organisatie/deelname/2026-Q4.csv"):
        assert olga.get(path).status_code == 404


def test_the_release_is_one_row(linde, session):
    services.make_release(linde, CLOSED, SETTLED)
    session.commit()
    assert session.scalar(sa.select(sa.func.count()).select_from(ParticipationRelease)) == 1
