"""Voornemens come back until they are done or let go."""

from __future__ import annotations

from datetime import timedelta

import pytest

from circles.conclusions import services

ALWAYS_SHOWN = "Ik bel de huisarts."


@pytest.fixture
def intention(keep, cast):
    """A voornemen of Bob, kept at the meeting that was held."""
    return keep(ALWAYS_SHOWN, kind="intention", owner=cast.bob)


def pages(client, meetings) -> dict[str, bool]:
    """On which pages the voornemen comes back."""
    urls = {
        "today": "/",
        "coming": f"/bijeenkomst/{meetings.coming.public_id}",
        "begun": f"/bijeenkomst/{meetings.begun.public_id}",
        "unsaid": f"/bijeenkomst/{meetings.unsaid.public_id}",
    }
    return {name: _tasks_or_section(client.get(url).text) for name, url in urls.items()}


def _tasks_or_section(page: str) -> bool:
    kept = page.partition("Uit ons logboek")[0]  # Vandaag shows the log too; that is not coming back
    return ALWAYS_SHOWN in kept


@pytest.mark.parametrize(
    ("state", "comes_back"), [("open", True), ("later", True), ("done", False), ("released", False)]
)
def test_a_voornemen_comes_back_until_it_is_closed(client_for, cast, meetings, intention, state, comes_back):
    bob = client_for(cast.bob)
    assert pages(bob, meetings) == dict.fromkeys(("today", "coming", "begun", "unsaid"), True)
    bob.post(f"/conclusie/{intention.public_id}/voornemen", data={"stand": state})
    assert pages(bob, meetings) == dict.fromkeys(("today", "coming", "begun", "unsaid"), comes_back)


def test_vandaag_reminds_the_owner_and_nobody_else(client_for, cast, meetings, intention):
    shown = {name: pages(client_for(getattr(cast, name)), meetings) for name in ("alice", "bob")}
    assert {name: where["today"] for name, where in shown.items()} == {"alice": False, "bob": True}
    assert shown["alice"]["coming"]


def test_any_member_closes_and_opens_it_again(client_for, session, cast, intention, time):
    carol, path = client_for(cast.carol), f"/conclusie/{intention.public_id}/voornemen"
    closed_at = time.forward(days=1)
    carol.post(path, data={"stand": "done"})
    session.expire_all()
    assert (intention.intention, intention.intention_closed_at) == ("done", closed_at)
    carol.post(path, data={"stand": "open"})
    session.expire_all()
    assert (intention.intention, intention.intention_closed_at) == ("open", None)


@pytest.mark.parametrize("state", ["klaar", "", None])
def test_a_state_that_does_not_exist_is_refused(client_for, session, cast, intention, state):
    path = f"/conclusie/{intention.public_id}/voornemen"
    data = {} if state is None else {"stand": state}
    assert client_for(cast.bob).post(path, data=data).status_code == 400
    session.expire_all()
    assert intention.intention == "open"


def test_only_a_voornemen_is_done(client_for, cast, keep):
    row = keep("Een inzicht")
    path = f"/conclusie/{row.public_id}/voornemen"
    assert client_for(cast.bob).post(path, data={"stand": "done"}).status_code == 400


def test_a_deleted_voornemen_does_not_come_back(client_for, session, cast, meetings, intention, now):
    services.delete(intention, cast.alice, now)
    session.commit()
    shown = pages(client_for(cast.bob), meetings)
    assert shown == dict.fromkeys(("today", "coming", "begun", "unsaid"), False)


def test_a_voornemen_of_this_very_meeting_stands_once_on_its_page(client_for, cast, keep, meetings):
    keep("Ik wacht af.", kind="intention", meeting=meetings.begun)
    page = client_for(cast.bob).get(f"/bijeenkomst/{meetings.begun.public_id}").text
    assert page.count("Ik wacht af.") == 1
    assert page.index("Al vastgelegd") < page.index("Ik wacht af.")


def test_voornemens_of_another_circle_stay_there(client_for, world, cast, now, meetings, intention):
    world.seat(cast.other_circle, cast.bob, 2)
    elsewhere = world.meeting(cast.other_circle, now + timedelta(days=3))
    bob = client_for(cast.bob)
    assert ALWAYS_SHOWN in bob.get(f"/bijeenkomst/{meetings.coming.public_id}").text
    assert ALWAYS_SHOWN not in bob.get(f"/bijeenkomst/{elsewhere.public_id}").text
