"""Who is told what, once, in order: one UID and one counter a meeting, one recipient a mail."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from circles.mail.models import OutboxMail
from circles.meetings.models import Invitation, Meeting
from circles.meetings.services import changing
from circles.membership.queries import recent_changes
from circles.membership.services import changes, seats
from circles.people.models import MutedMail
from tests.ical_js import parsed
from tests.meetings.conftest import Told, calendars, seat_of

EVERYBODY = ["alice", "bob", "carol"]


@pytest.fixture
def invited(worker, meeting) -> Meeting:
    """The meeting, with everybody invited."""
    worker.round()
    return meeting


def move(meeting, person, now, *, hours: int = 1, place: str = "De Ark") -> None:
    changing.reschedule(
        meeting,
        person,
        starts_at=meeting.starts_at + timedelta(hours=hours),
        ends_at=meeting.ends_at + timedelta(hours=hours),
        place=place,
        based_on=meeting.version,
        now=now,
    )


def said(told: list[Told]) -> list[tuple[str, str | None, int | None]]:
    """To whom, which method, at which sequence."""
    return sorted((one.to, one.method, one.sequence) for one in calendars(told))


def test_everybody_who_is_seated_is_invited_once(worker, meeting):
    told = worker.round()
    assert said(told) == [(name, "REQUEST", 0) for name in EVERYBODY]
    assert {one.uid for one in told} == {meeting.uid}
    assert {one.kind for one in told} == {"meeting_invitation"}
    assert worker.round(minutes=5) == []


def test_who_pauses_is_not_invited(session, cast, meeting, now, worker):
    seat_of(cast.circle, cast.bob).paused_at = now
    assert said(worker.round()) == [("alice", "REQUEST", 0), ("carol", "REQUEST", 0)]


def test_who_left_long_ago_hears_nothing(cast, worker, meeting):
    assert seat_of_eve(cast).left_at
    assert "eve" not in {one.to for one in worker.round()}


def seat_of_eve(cast):
    return next(seat for seat in cast.circle.seats if seat.person_id == cast.eve.id)


def test_a_past_meeting_invites_nobody(world, cast, now, worker):
    world.meeting(cast.circle, now - timedelta(days=1), state="held")
    assert calendars(worker.round()) == []


def test_a_move_is_one_update_each(cast, invited, worker, time):
    move(invited, cast.bob, time.now)
    told = worker.round(seconds=60)
    assert said(told) == [(name, "REQUEST", 1) for name in EVERYBODY]
    assert {one.kind for one in told} == {"meeting_update"}
    assert {(one.uid, one.starts_at) for one in told} == {(invited.uid, invited.starts_at)}
    assert len({one.event["DTSTAMP"].dt for one in told}) == 1


def test_several_edits_within_a_quiet_minute_are_one_update(cast, invited, worker, time):
    move(invited, cast.bob, time.now)
    assert worker.round(seconds=50) == []
    move(invited, cast.carol, time.now, place="De Zolder")
    move(invited, cast.alice, time.now, hours=-1)
    assert worker.round(seconds=59) == []
    told = worker.round(seconds=1)
    assert said(told) == [(name, "REQUEST", 1) for name in EVERYBODY]
    assert {(one.starts_at, str(one.event["LOCATION"])) for one in told} == {(invited.starts_at, "De Ark")}


def test_every_next_change_is_higher_and_later_stamped(cast, invited, worker, time):
    sequences, stamps = [], []
    for _ in range(3):
        move(invited, cast.bob, time.now)
        told = worker.round(minutes=2)
        sequences.append({one.sequence for one in told})
        stamps.append(max(one.event["DTSTAMP"].dt for one in told))
    assert sequences == [{1}, {2}, {3}]
    assert stamps == sorted(set(stamps))


def test_eight_members_and_one_move(world, cast, session, worker, time):
    circle = world.circle(*world.people(cast.linde, 8))
    meeting = world.meeting(circle)
    assert len(worker.round()) == 8
    move(meeting, circle.open_seats[0].person, time.now)
    told = worker.round(minutes=1)
    read = [item["events"][0] for item in parsed([one.mail.calendar for one in told])]
    assert len(told) == 8
    assert len({(event["uid"], event["sequence"], event["stamp"]) for event in read}) == 1
    assert [[a["address"] for a in event["attendees"]] for event in read] == [
        [f"mailto:{one.mail.to_address}"] for one in told
    ]
    assert all(
        other.mail.to_address.encode() not in one.content
        for one in told
        for other in told
        if one is not other
    )


@pytest.mark.parametrize("change", ["invite", "move", "skip", "undo"])
def test_nobody_elses_address_is_in_a_mail(cast, invited, worker, time, session, change):
    told = calendars(worker.new())
    if change != "invite":
        move(invited, cast.bob, time.now)
        told = calendars(worker.round(minutes=2))
    if change in {"skip", "undo"}:
        changing.skip(invited, cast.carol, time.now)
        told = calendars(worker.round(minutes=2))
    if change == "undo":
        changes.undo(recent_changes(cast.circle, time.now)[0], cast.alice, time.now)
        told = calendars(worker.round(minutes=2))
    sent = session.scalars(sa.select(OutboxMail).order_by(OutboxMail.id.desc()).limit(3)).all()
    texts = {
        mail.to_address: f"{mail.text}{mail.html}{mail.calendar.decode()}{mail.headers}" for mail in sent
    }
    assert sorted(texts) == [cast.alice.email, cast.bob.email, cast.carol.email]
    for address, text in texts.items():
        assert address in text.replace("\r\n ", "")
        assert not any(other in text.replace("\r\n ", "") for other in texts if other != address)
        assert not any(name in text for name in ("Alice", "Bob", "Carol") if name.lower() not in address)
    assert change == "invite" or len(told) == 3


def test_a_skipped_meeting_is_cancelled_for_everybody(cast, invited, worker, time):
    changing.skip(invited, cast.bob, time.now)
    told = worker.round(seconds=60)
    assert said(told) == [(name, "CANCEL", 1) for name in EVERYBODY]
    assert {str(one.event["STATUS"]) for one in told} == {"CANCELLED"}
    assert worker.round(minutes=5) == []


def test_a_meeting_that_is_on_after_all_is_the_same_event(cast, invited, worker, time):
    changing.skip(invited, cast.bob, time.now)
    worker.round(minutes=2)
    changes.undo(recent_changes(cast.circle, time.now)[0], cast.carol, time.now)
    told = worker.round(minutes=2)
    assert said(told) == [(name, "REQUEST", 2) for name in EVERYBODY]
    assert {one.uid for one in told} == {invited.uid}


def test_a_meeting_called_off_before_anybody_knew_is_told_to_nobody(cast, meeting, worker, time):
    changing.skip(meeting, cast.bob, time.now)
    assert calendars(worker.round(minutes=2)) == []


def test_an_unsent_mail_is_dropped_for_a_newer_one(cast, meeting, worker, time, session):
    worker.queue_only()
    move(meeting, cast.bob, time.now)
    worker.queue_only(minutes=2)
    states = sa.select(OutboxMail.kind, OutboxMail.state, sa.func.count()).group_by(
        OutboxMail.kind, OutboxMail.state
    )
    assert sorted(session.execute(states).all()) == [
        ("meeting_invitation", "superseded", 3),
        ("meeting_update", "queued", 3),
    ]


def test_who_uses_the_calendar_link_gets_no_invitations(cast, meeting, session, worker, time):
    session.add(MutedMail(person_id=cast.bob.id, kind="invitation"))
    assert said(worker.round()) == [("alice", "REQUEST", 0), ("carol", "REQUEST", 0)]
    move(meeting, cast.alice, time.now)
    assert said(worker.round(minutes=2)) == [("alice", "REQUEST", 1), ("carol", "REQUEST", 1)]


def test_the_organizer_stays_what_it_was_when_settings_change(
    app, cast, invited, session, worker, time, monkeypatch
):
    settings = app.config["SETTINGS"]
    monkeypatch.setitem(app.config, "SETTINGS", replace(settings, mail_from="nieuw@circles.example"))
    move(invited, cast.bob, time.now)
    seats.sit_down(cast.circle, cast.dan, time.now)
    organizers = {one.to: str(one.event["ORGANIZER"]) for one in calendars(worker.round(minutes=2))}
    assert organizers == dict.fromkeys(EVERYBODY, f"mailto:{settings.mail_from}") | {
        "dan": "mailto:nieuw@circles.example"
    }
    rows = session.execute(sa.select(OutboxMail.to_address, OutboxMail.from_address).where(OutboxMail.id > 3))
    assert {f"mailto:{sender}" for to, sender in rows if not to.startswith("dan")} == {
        f"mailto:{settings.mail_from}"
    }


def test_with_a_mailbox_each_gets_an_address_to_answer_to(
    app, cast, meeting, session, worker, time, monkeypatch
):
    settings = replace(
        app.config["SETTINGS"], inbox_url="imap://localhost", intake_address="antwoord@circles.example"
    )
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    told = worker.round()
    organizers = {one.to: str(one.event["ORGANIZER"]).removeprefix("mailto:") for one in told}
    assert sorted(organizers) == EVERYBODY
    assert len(set(organizers.values())) == 3
    for one in told:
        assert one.mail.from_address == organizers[one.to]
        assert one.event["ATTENDEE"].params["RSVP"] == "TRUE"
        local = organizers[one.to].removesuffix("@circles.example").removeprefix("antwoord+")
        assert local == local.lower()
        assert len(local) <= 50
    monkeypatch.setitem(app.config, "SETTINGS", replace(settings, secret_key="x" * 40, inbox_url=None))
    move(meeting, cast.bob, time.now)
    assert {one.to: one.mail.from_address for one in worker.round(minutes=2)} == organizers
    assert session.scalar(sa.select(sa.func.count()).select_from(Invitation)) == 3
