"""A circle that rests: nothing is planned, what was planned is called off, and anybody lets it begin again."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from circles.mail.models import OutboxMail
from circles.meetings.cadence import Rhythm
from circles.meetings.models import Meeting
from circles.meetings.services import changing, planning, resting
from circles.membership.errors import CircleRests, MovedOn, NotAllowedToJoin
from circles.membership.models import CircleChange
from circles.membership.queries import findable_circles, recent_changes
from circles.membership.services import asks, changes, seats
from tests.meetings.conftest import calendars


@pytest.fixture
def circle(session, cast, now, worker):
    """Meets every four weeks on Thursday, in three dates that everybody was told of."""
    weekly = Rhythm(
        "weekly", 4, 3, None, time(15), timedelta(minutes=90), cast.circle.zone, date(2027, 3, 11), "skip"
    )
    planning.set_rhythm(cast.circle, cast.alice, weekly, now)
    worker.round()
    worker.round(minutes=2)
    return cast.circle


def planned(circle) -> list[Meeting]:
    return list(
        sa.orm.object_session(circle).scalars(
            sa.select(Meeting)
            .where(Meeting.circle_id == circle.id, Meeting.state == "planned")
            .order_by(Meeting.starts_at)
        )
    )


def test_what_was_planned_leaves_every_calendar_and_all_hear_why(session, cast, time, circle, worker):
    ahead = planned(circle)
    assert len(ahead) == 3
    resting.rest(circle, cast.bob, time.now)
    told = worker.round(seconds=61)
    cancels = [(one.to, one.uid) for one in calendars(told) if one.method == "CANCEL"]
    assert sorted(cancels) == sorted((to, m.uid) for to in ("alice", "bob", "carol") for m in ahead)
    news = {one.to: one.mail.text for one in told if one.kind == "circle_news"}
    assert set(news) == {"alice", "carol"}
    assert "Bob liet de cirkel rusten" in news["carol"]
    assert "Een dag lang kan iedereen het daar ongedaan maken" in news["carol"]
    worker.round(hours=2)
    assert planned(circle) == []


def test_what_is_today_goes_on(world, session, cast, time, circle, worker):
    today = world.meeting(circle, time.now + timedelta(hours=5))
    tomorrow = world.meeting(circle, time.now + timedelta(hours=20))
    resting.rest(circle, cast.bob, time.now)
    worker.round(minutes=2)
    assert planned(circle) == [today]
    assert tomorrow.state == "cancelled"


def test_undoing_brings_the_same_events_back(world, session, cast, time, circle, worker):
    extra = world.meeting(circle, time.now + timedelta(days=5), place="Bij Bob")
    worker.round(minutes=2)
    before = [(m.uid, m.planned_on, m.starts_at) for m in planned(circle)]
    change = resting.rest(circle, cast.bob, time.now)
    worker.round(minutes=2)
    changes.undo(change, cast.carol, time.now)
    told = calendars(worker.round(minutes=2))
    assert [(m.uid, m.planned_on, m.starts_at) for m in planned(circle)] == before
    assert (circle.stage, extra.state) == ("forming", "planned")
    assert {one.method for one in told} == {"REQUEST"}
    assert {one.uid for one in told} == {uid for uid, _on, _at in before}


def test_beginning_again_plans_on_the_rhythm(session, cast, time, circle, worker):
    days = [m.planned_on for m in planned(circle)]
    resting.rest(circle, cast.bob, time.now)
    worker.round(minutes=2)
    resting.begin_again(circle, cast.carol, time.now)
    assert circle.stage == "forming"
    assert [m.planned_on for m in planned(circle)] == days
    news = [one for one in worker.round(minutes=2) if one.kind == "circle_news"]
    assert {one.to for one in news} == {"alice", "bob"}
    assert all("Carol liet de cirkel weer beginnen" in one.mail.text for one in news)


def test_beginning_again_is_undone_too(session, cast, time, circle, worker):
    until = time.now + timedelta(days=60)
    rested = resting.rest(circle, cast.bob, time.now, until=until)
    change = resting.begin_again(circle, cast.carol, time.now)
    with pytest.raises(MovedOn):
        changes.undo(rested, cast.bob, time.now)
    changes.undo(change, cast.alice, time.now)
    assert (circle.stage, circle.rests_until, planned(circle)) == ("resting", until, [])


def test_it_begins_again_by_itself_on_the_day_it_chose(session, cast, time, circle, worker):
    until = time.now + timedelta(days=60)
    resting.rest(circle, cast.bob, time.now, until=until)
    worker.round_at(until - timedelta(seconds=1))
    assert (circle.rests, planned(circle)) == (True, [])
    told = worker.round_at(until)
    told += worker.round(minutes=2)
    assert (circle.stage, len(planned(circle)), circle.rests_until) == ("forming", 3, None)
    news = [one for one in told if one.kind == "circle_news"]
    assert {one.to for one in news} == {"alice", "bob", "carol"}
    assert all("De cirkel is weer begonnen" in one.mail.text for one in news)


def test_a_circle_that_was_active_is_so_again_with_fewer_than_six(world, session, cast, now):
    active = world.circle(*world.people(cast.linde, 6))
    change = resting.rest(active, active.open_seats[0].person, now)
    seats.leave(active.open_seats[-1], now)
    session.expire_all()
    resting.begin_again(active, active.open_seats[0].person, now)
    assert (active.stage, active.is_below_six) == ("active", True)
    assert change.before["stage"] == "active"


def test_while_it_rests_nothing_is_planned(session, cast, now, circle):
    resting.rest(circle, cast.bob, now)
    with pytest.raises(CircleRests):
        resting.rest(circle, cast.alice, now)
    with pytest.raises(CircleRests):
        planning.set_rhythm(circle, cast.alice, None, now)
    starts_at = now + timedelta(days=3)
    with pytest.raises(CircleRests):
        changing.add_meeting(
            circle, cast.bob, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), place="", now=now
        )


def test_what_was_skipped_stays_so_while_it_rests(session, cast, time, circle):
    skipped = changing.skip(planned(circle)[0], cast.bob, time.now)
    resting.rest(circle, cast.bob, time.now)
    with pytest.raises(MovedOn):
        changes.undo(skipped, cast.carol, time.now)


def test_nobody_finds_it(session, cast, now):
    cast.circle.findable = True
    assert cast.circle in [found.circle for found in findable_circles(cast.dan)]
    resting.rest(cast.circle, cast.bob, now)
    session.flush()
    assert cast.circle not in [found.circle for found in findable_circles(cast.dan)]
    with pytest.raises(NotAllowedToJoin):
        asks.ask(cast.circle, cast.dan, now=now)


def test_resting_and_beginning_again_on_the_pages(client_for, session, cast, now, circle):
    bob, base = client_for(cast.bob), f"/cirkel/{circle.public_id}"
    assert f'href="{base}/rust"' in bob.get(base).text
    assert "3 geplande bijeenkomsten gaan niet door" in bob.get(f"{base}/rust").text
    assert bob.post(f"{base}/rust", data={"until": "2027-03-01"}).status_code == 422
    assert bob.post(f"{base}/rust", data={"until": "2027-06-01"}).headers["Location"] == base
    session.expire_all()
    assert circle.rests_until == datetime(2027, 5, 31, 22, tzinfo=UTC)
    page = client_for(cast.carol).get(base).text
    assert "Jullie cirkel rust tot 1 juni 2027" in page
    assert "Maak ongedaan" in page
    assert [
        path
        for path in ("ritme", "bijeenkomsten", "uitnodigen", "voorlopig-niet")
        if f'"{base}/{path}"' in page
    ] == []
    assert "je cirkel rust" in client_for(cast.carol).get("/").text
    assert "rust nu" in client_for(cast.carol).get("/cirkels").text
    assert bob.get(f"{base}/ritme").headers["Location"] == base
    assert "Begin eerst weer" in bob.get(base).text
    assert client_for(cast.carol).post(f"{base}/weer-beginnen").headers["Location"] == base
    session.expire_all()
    assert circle.plans
    kinds = [change.kind for change in recent_changes(circle, now)]
    assert kinds[:2] == ["resumed", "rested"]


def test_beginning_again_twice_is_once(client_for, session, cast, now):
    resting.rest(cast.circle, cast.bob, now)
    for person in (cast.bob, cast.carol):
        client_for(person).post(f"/cirkel/{cast.circle.public_id}/weer-beginnen")
    session.expire_all()
    again = sa.select(sa.func.count()).where(CircleChange.kind == "resumed")
    assert session.scalar(again) == 1
    assert session.scalars(sa.select(OutboxMail.id)).all() == []


def test_an_ask_that_waits_is_still_answered(client_for, session, cast, now):
    cast.circle.findable = True
    row = asks.ask(cast.circle, cast.dan, now=now)
    resting.rest(cast.circle, cast.bob, now)
    session.commit()
    page = client_for(cast.bob).get(f"/cirkel/{cast.circle.public_id}").text
    assert f"/vragen/{row.public_id}" in page
