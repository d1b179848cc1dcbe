"""Who leads and who records, on the page: swapped freely, and nobody has to."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from circles.extensions import db
from circles.meetings.models import Meeting
from circles.meetings.services import planning
from circles.membership.errors import MovedOn
from circles.membership.queries import recent_changes
from circles.membership.services import changes, seats
from tests.meetings.conftest import seat_of


@pytest.fixture
def meeting(session, cast, meeting, now) -> Meeting:
    """The meeting, led by Alice and recorded by Bob as we suggest it."""
    planning.arrange(cast.circle, now)
    session.commit()
    return meeting


def turns_of(meeting: Meeting) -> dict[str, str]:
    db.session.expire_all()
    return {turn.role: turn.person.first_name for turn in meeting.turns}


def url_of(meeting: Meeting) -> str:
    return f"/bijeenkomst/{meeting.public_id}/beurten"


def give(browser, meeting, role: str, to: str) -> None:
    answer = browser.post(url_of(meeting), data={"rol": role, "aan": to})
    assert (answer.status_code, answer.headers["Location"]) == (303, url_of(meeting))


def next_names(page: str) -> list[list[str]]:
    """The names after *Hierna zijn aan de beurt*, for who leads and for who records."""
    return [found.strip().split(", ") for found in re.findall(r"Hierna zijn aan de beurt: ([^<]*)<", page)]


def not_for_now(browser, circle, role: str, wel: str = "0") -> int:
    return browser.post(
        f"/cirkel/{circle.public_id}/voorlopig-niet", data={"rol": role, "wel": wel}
    ).status_code


def test_two_different_people_are_suggested(meeting):
    assert turns_of(meeting) == {"host": "Alice", "scribe": "Bob"}


def names_on(page: str) -> list[str]:
    """The names for who leads and for who records, as pages show them."""
    return re.findall(r"<dt>(?:Gespreksleider|Wie legt vast)</dt><dd>([^<]*)</dd>", page)


@pytest.mark.parametrize("where", ["circle", "before", "during", "after"])
def test_the_next_three_names_stand_on_the_pages(client_for, world, session, cast, meeting, now, where):
    others = {
        "during": world.meeting(cast.circle, now - timedelta(minutes=5), state="begun"),
        "after": world.meeting(cast.circle, now - timedelta(days=5), state="held"),
    }
    shown = others.get(where, meeting)
    session.commit()
    bob = client_for(cast.bob)
    url = f"/cirkel/{cast.circle.public_id}" if where == "circle" else f"/bijeenkomst/{shown.public_id}"
    assert names_on(bob.get(url).text) == ["Alice, Bob, Carol", "Bob, Carol, Alice"]
    give(bob, meeting, "host", cast.carol.public_id)
    assert names_on(bob.get(url).text)[0].startswith("Carol, ")
    give(bob, meeting, "host", "")
    assert names_on(bob.get(url).text)[0].startswith("Alice, ")


def test_the_page_says_who_is_next(client_for, cast, meeting):
    names = next_names(client_for(cast.bob).get(url_of(meeting)).text)
    assert [sorted(row) for row in names] == [["Alice", "Bob", "Carol"]] * 2


def test_a_turn_is_taken_over(client_for, cast, meeting):
    give(client_for(cast.carol), meeting, "host", cast.carol.public_id)
    assert turns_of(meeting) == {"host": "Carol", "scribe": "Bob"}


def test_a_turn_is_handed_to_somebody(client_for, cast, meeting):
    give(client_for(cast.alice), meeting, "host", cast.bob.public_id)
    give(client_for(cast.alice), meeting, "scribe", cast.carol.public_id)
    assert turns_of(meeting) == {"host": "Bob", "scribe": "Carol"}


def test_a_turn_left_open_stays_open_when_we_plan_again(client_for, session, cast, meeting, now):
    alice = client_for(cast.alice)
    give(alice, meeting, "host", "")
    for _again in range(2):
        assert list(turns_of(meeting)) == ["scribe"]
        page = alice.get(url_of(meeting)).text
        assert "Gespreksleider: nog niemand" in page
        assert "Jullie laten deze beurt open." in page
        planning.plan_ahead(cast.circle, now)
        planning.arrange(cast.circle, now)
        session.commit()


def test_who_is_not_asked_to_lead_is_free_to_record(client_for, world, session, cast, meeting, now):
    following = world.meeting(cast.circle, now + timedelta(days=38))
    give(client_for(cast.alice), meeting, "host", "")
    planning.arrange(cast.circle, now)
    session.commit()
    assert turns_of(meeting) == {"scribe": "Alice"}
    assert turns_of(following) == {"host": "Bob", "scribe": "Carol"}


def test_a_turn_left_open_is_taken_after_all(client_for, session, cast, meeting, now):
    carol = client_for(cast.carol)
    give(carol, meeting, "host", "")
    give(carol, meeting, "host", cast.carol.public_id)
    assert "Jullie laten deze beurt open." not in carol.get(url_of(meeting)).text
    planning.arrange(cast.circle, now)
    session.commit()
    assert turns_of(meeting)["host"] == "Carol"


def test_what_nobody_could_take_is_left_open_on_purpose(client_for, session, cast, meeting, now):
    people = (cast.alice, cast.bob, cast.carol)
    for person in people:
        not_for_now(client_for(person), cast.circle, "host")
    give(client_for(cast.alice), meeting, "host", "")
    for person in people:
        not_for_now(client_for(person), cast.circle, "host", "1")
    assert list(turns_of(meeting)) == ["scribe"]


def test_leaving_open_is_taken_back(client_for, session, cast, meeting, now):
    give(client_for(cast.alice), meeting, "host", "")
    [change] = recent_changes(cast.circle, now)
    changes.undo(change, cast.bob, now)
    planning.arrange(cast.circle, now)
    session.commit()
    assert turns_of(meeting) == {"host": "Alice", "scribe": "Bob"}
    assert not meeting.left_open


def test_what_people_chose_stays_when_we_suggest_anew(client_for, session, cast, meeting, now):
    give(client_for(cast.carol), meeting, "host", cast.carol.public_id)
    planning.arrange(cast.circle, now)
    session.commit()
    assert turns_of(meeting)["host"] == "Carol"


def test_handing_over_is_taken_back(client_for, session, cast, meeting, now):
    give(client_for(cast.carol), meeting, "host", cast.carol.public_id)
    [change] = recent_changes(cast.circle, now)
    changes.undo(change, cast.bob, now)
    session.commit()
    assert turns_of(meeting) == {"host": "Alice", "scribe": "Bob"}


def test_a_turn_that_went_on_to_somebody_else_is_not_taken_back(client_for, cast, meeting, time):
    give(client_for(cast.carol), meeting, "host", cast.carol.public_id)
    [change] = recent_changes(cast.circle, time.now)
    time.forward(minutes=1)
    give(client_for(cast.bob), meeting, "host", cast.bob.public_id)
    with pytest.raises(MovedOn):
        changes.undo(change, cast.carol, time.now)
    db.session.rollback()
    assert turns_of(meeting)["host"] == "Bob"


@pytest.mark.parametrize("name", ["dan", "eve", "zoe"])
def test_a_turn_goes_to_nobody_outside_the_circle(client_for, cast, meeting, name):
    bob = client_for(cast.bob)
    give(bob, meeting, "host", getattr(cast, name).public_id)
    assert "Die collega neemt geen deel meer." in bob.get(url_of(meeting)).text
    assert turns_of(meeting) == {"host": "Alice", "scribe": "Bob"}


def test_nor_to_who_pauses(client_for, session, cast, meeting, now):
    seats.pause(seat_of(cast.circle, cast.carol), now)
    session.commit()
    bob = client_for(cast.bob)
    assert "Carol Cuypers" not in bob.get(url_of(meeting)).text
    give(bob, meeting, "host", cast.carol.public_id)
    assert turns_of(meeting)["host"] == "Alice"


def test_who_cannot_come_is_not_offered(client_for, cast, meeting):
    client_for(cast.carol).post(f"/bijeenkomst/{meeting.public_id}/antwoord", data={"answer": "no"})
    page = client_for(cast.bob).get(url_of(meeting)).text
    assert f'value="{cast.carol.public_id}"' not in page
    assert f'value="{cast.alice.public_id}"' in page


def test_a_turn_of_another_kind_is_none(client_for, cast, meeting):
    bob = client_for(cast.bob)
    data = {"rol": "baas", "aan": cast.bob.public_id}
    assert bob.post(url_of(meeting), data=data).status_code == 400
    assert not_for_now(bob, cast.circle, "baas") == 400
    assert turns_of(meeting) == {"host": "Alice", "scribe": "Bob"}
    assert seat_of(cast.circle, cast.bob).scribes


@pytest.mark.parametrize("state", ["held", "skipped", "cancelled"])
def test_what_is_over_keeps_its_turns(client_for, session, cast, meeting, state):
    meeting.state = state
    session.commit()
    bob = client_for(cast.bob)
    answer = bob.post(url_of(meeting), data={"rol": "host", "aan": cast.bob.public_id}, follow_redirects=True)
    assert "Deze bijeenkomst is voorbij of gaat niet door." in answer.text
    assert turns_of(meeting) == {"host": "Alice", "scribe": "Bob"}


def test_who_would_rather_not_lead_for_now_has_no_turn_and_takes_part_again_later(client_for, cast, meeting):
    alice = client_for(cast.alice)
    assert not_for_now(alice, cast.circle, "host") == 303
    assert turns_of(meeting)["host"] != "Alice"
    page = alice.get(url_of(meeting)).text
    assert "Alice" not in next_names(page)[0]
    assert "Alice" in next_names(page)[1]
    not_for_now(alice, cast.circle, "host", "1")
    assert "Alice" in next_names(alice.get(url_of(meeting)).text)[0]


def test_when_nobody_wants_to_lead_the_turn_is_open(client_for, cast, meeting):
    for person in (cast.alice, cast.bob, cast.carol):
        not_for_now(client_for(person), cast.circle, "host")
    assert list(turns_of(meeting)) == ["scribe"]


def test_turns_go_round(client_for, world, session, cast, meeting, now):
    for days in (38, 66):
        world.meeting(cast.circle, now + timedelta(days=days))
    planning.arrange(cast.circle, now)
    session.commit()
    rows = session.query(Meeting).order_by(Meeting.starts_at).all()
    hosts = [turns_of(row)["host"] for row in rows]
    scribes = [turns_of(row)["scribe"] for row in rows]
    assert sorted(hosts) == sorted(scribes) == ["Alice", "Bob", "Carol"]
    assert not any(host == scribe for host, scribe in zip(hosts, scribes, strict=True))


def test_the_circle_is_told_who_changed_a_turn(client_for, cast, meeting, worker):
    worker.round()
    give(client_for(cast.carol), meeting, "host", cast.carol.public_id)
    told = worker.round(minutes=2)
    assert sorted((one.to, one.kind) for one in told) == [("alice", "circle_news"), ("bob", "circle_news")]
