"""Swapping turns in two clicks: I give mine, take theirs, and they are told."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from circles.extensions import db
from circles.meetings.models import Meeting, Turn
from circles.membership.errors import MovedOn
from circles.membership.queries import recent_changes
from circles.membership.services import changes, seats
from tests.meetings.conftest import seat_of


@pytest.fixture
def later(world, cast, now) -> Meeting:
    """The meeting after it, led by Carol and recorded by Alice."""
    return turns_at(world.meeting(cast.circle, now + timedelta(days=38)), cast.carol, cast.alice)


@pytest.fixture
def meeting(cast, meeting, later, session) -> Meeting:
    """The first meeting, led by Alice and recorded by Bob."""
    turns_at(meeting, cast.alice, cast.bob)
    session.commit()
    return meeting


def turns_at(meeting: Meeting, host, scribe) -> Meeting:
    for role, person in (("host", host), ("scribe", scribe)):
        db.session.add(Turn(meeting_id=meeting.id, role=role, person_id=person.id))
    db.session.flush()
    db.session.refresh(meeting)
    return meeting


def url_of(meeting: Meeting) -> str:
    return f"/bijeenkomst/{meeting.public_id}/beurten"


def turns(*meetings: Meeting) -> list[tuple[str, str]]:
    """First names of who leads and who records."""
    db.session.expire_all()
    return [tuple(row.turn_of(role).person.first_name for role in ("host", "scribe")) for row in meetings]


def offered(browser, meeting: Meeting) -> dict[str, str]:
    """What may be swapped: the value of each button, by its words."""
    found = re.findall(r'name="ruil" value="([^"]*)">(.*?)</button>', browser.get(url_of(meeting)).text, re.S)
    return {" ".join(re.sub(r"<[^>]+>", "", words).split()): value for value, words in found}


def swap(browser, meeting: Meeting, words: str):
    data = {"ruil": offered(browser, meeting)[words]}
    return browser.post(f"{url_of(meeting)}/ruilen", data=data, follow_redirects=True)


def test_two_turns_change_hands(client_for, cast, meeting, later):
    page = swap(client_for(cast.alice), meeting, "Ruil met Bob, deze keer").text
    assert "Geruild. Je collega krijgt bericht." in page
    assert turns(meeting, later) == [("Bob", "Alice"), ("Carol", "Alice")]


@pytest.mark.parametrize("here", ["mine", "theirs"])
def test_so_do_turns_of_two_meetings_from_either_page(client_for, session, cast, meeting, later, here):
    session.delete(later.turn_of("scribe"))
    alice = client_for(cast.alice)
    page, words = {
        "mine": (meeting, "Ruil met Carol: jij op 8 april 2027"),
        "theirs": (later, "Ruil met Carol: jij hier, Carol op 11 maart 2027"),
    }[here]
    swap(alice, page, words)
    assert [row.turn_of("host").person.first_name for row in (meeting, later)] == ["Carol", "Alice"]


def test_the_other_is_told_once_and_the_rest_of_the_circle_too(client_for, cast, meeting, worker):
    worker.round()
    swap(client_for(cast.alice), meeting, "Ruil met Bob, deze keer")
    told = worker.round(minutes=2)
    assert sorted((one.to, one.kind) for one in told) == [("bob", "turns_swapped"), ("carol", "circle_news")]
    [mail] = [one.mail for one in told if one.to == "bob"]
    assert mail.subject == "Vakcirkel: een beurt is geruild"
    assert "Alice ruilde een beurt met je." in mail.text
    assert "Jij leidt het gesprek op donderdag 11 maart 2027." in mail.text
    assert "Alice legt vast op donderdag 11 maart 2027." in mail.text
    assert f"/bijeenkomst/{meeting.public_id}/beurten" in mail.text
    [news] = [one.mail for one in told if one.to == "carol"]
    assert "- Alice ruilde een beurt." in news.text


def test_what_was_swapped_stays_when_we_plan_again(client_for, cast, meeting, later, worker):
    swap(client_for(cast.alice), meeting, "Ruil met Bob, deze keer")
    worker.round(days=1)
    assert turns(meeting)[0] == ("Bob", "Alice")


def test_any_member_takes_a_swap_back(client_for, session, cast, meeting, later, now):
    swap(client_for(cast.alice), meeting, "Ruil met Bob, deze keer")
    [change] = recent_changes(cast.circle, now)
    changes.undo(change, cast.carol, now)
    session.commit()
    assert turns(meeting, later) == [("Alice", "Bob"), ("Carol", "Alice")]


def test_not_when_a_turn_went_on_to_somebody_else(client_for, session, cast, meeting, now):
    swap(client_for(cast.alice), meeting, "Ruil met Bob, deze keer")
    [change] = recent_changes(cast.circle, now)
    client_for(cast.carol).post(url_of(meeting), data={"rol": "host", "aan": cast.carol.public_id})
    with pytest.raises(MovedOn):
        changes.undo(change, cast.bob, now)
    db.session.rollback()
    assert turns(meeting)[0] == ("Carol", "Alice")


def test_a_swap_that_was_offered_before_something_changed_is_refused(client_for, cast, meeting, later):
    alice = client_for(cast.alice)
    value = offered(alice, meeting)["Ruil met Bob, deze keer"]
    client_for(cast.bob).post(url_of(meeting), data={"rol": "scribe", "aan": cast.carol.public_id})
    page = alice.post(f"{url_of(meeting)}/ruilen", data={"ruil": value}, follow_redirects=True).text
    assert "De beurten zijn intussen anders verdeeld." in page
    assert turns(meeting) == [("Alice", "Carol")]


def test_who_cannot_come_pauses_or_would_rather_not_is_not_offered(client_for, session, cast, meeting, now):
    alice = client_for(cast.alice)
    assert list(offered(alice, meeting)) == ["Ruil met Bob, deze keer"]  # Alice has a turn at Carol's meeting
    seat_of(cast.circle, cast.bob).hosts = False
    assert offered(alice, meeting) == {}
    seat_of(cast.circle, cast.bob).hosts = True
    seats.pause(seat_of(cast.circle, cast.bob), now)
    assert offered(alice, meeting) == {}


def test_nor_who_said_no_to_the_other_meeting(client_for, session, cast, meeting, later):
    session.delete(later.turn_of("scribe"))
    alice, carol = client_for(cast.alice), client_for(cast.carol)
    words = "Ruil met Carol: jij op 8 april 2027"
    assert words in offered(alice, meeting)
    carol.post(f"/bijeenkomst/{meeting.public_id}/antwoord", data={"answer": "no"})
    assert words not in offered(alice, meeting)


def test_nobody_swaps_the_turns_of_others(client_for, cast, meeting, later):
    assert offered(client_for(cast.carol), meeting) == {}
    value = offered(client_for(cast.alice), meeting)["Ruil met Bob, deze keer"]
    client_for(cast.carol).post(f"{url_of(meeting)}/ruilen", data={"ruil": value})
    assert turns(meeting) == [("Alice", "Bob")]


def test_a_mail_may_be_muted(client_for, session, cast, meeting, worker):
    worker.round()
    client_for(cast.bob).post("/ik/mail", data={"invitation": "1", "reminder": "1", "list": "1"})
    swap(client_for(cast.alice), meeting, "Ruil met Bob, deze keer")
    assert [(one.to, one.kind) for one in worker.round(minutes=2)] == [("carol", "circle_news")]
