"""Vandaag: one page for now, whatever the moment is."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from circles.meetings.models import Turn
from circles.membership.services import asks, invitations


def today(client) -> str:
    answer = client.get("/")
    assert answer.status_code == 200
    return answer.text


def title(page: str) -> str:
    return re.search(r"<h1>(.*?)</h1>", page, re.S)[1].strip().replace("\xa0", " ")


def tasks(page: str) -> list[str]:
    listed = re.search(r'<ul class="taken".*?</ul>', page, re.S)
    return re.findall(r"<a [^>]*>(.*?)</a>", listed[0]) if listed else []


def test_who_has_no_circle_gets_three_steps(client_for, cast):
    page = today(client_for(cast.frank))
    assert title(page) == "Goedemorgen Frank, fijn dat je er bent"
    steps = re.findall(r'<h2><a href="([^"]+)"', page)
    assert steps == ["/ik", "/cirkels/zoeken", "/themas"]


def test_who_has_no_circle_sees_who_asked_them(client_for, session, cast, now):
    assert "Je bent uitgenodigd in" not in today(client_for(cast.frank))
    invitations.invite(cast.circle, cast.alice, cast.frank.email, now=now)
    assert "Je bent uitgenodigd in Vakcirkel Jeugdhulp." in today(client_for(cast.frank))


def test_who_left_their_only_circle_begins_again(client_for, cast):
    assert title(today(client_for(cast.eve))) == "Goedemorgen Eve, fijn dat je er bent"


def test_a_circle_below_three_is_told_what_it_takes(client_for, cast):
    page = today(client_for(cast.dan))
    assert title(page) == "Goedemorgen Dan, er staat nog geen bijeenkomst gepland"
    assert "Met drie mensen en een ritme staan de eerste data zo vast." in page
    assert "Er zijn nog 7 plekken in je cirkel." in page
    assert f'href="/cirkel/{cast.other_circle.public_id}/uitnodigen"' in page


def test_a_circle_without_a_date_is_led_to_planning_one(client_for, cast):
    page = today(client_for(cast.bob))
    assert title(page) == "Goedemorgen Bob, er staat nog geen bijeenkomst gepland"
    assert f'href="/cirkel/{cast.circle.public_id}"' in page


def test_the_next_meeting_comes_first_with_my_answer_and_my_turn(client_for, world, session, cast, now):
    later, sooner = world.meeting(cast.circle), world.meeting(cast.circle, now + timedelta(days=3))
    sooner.turns = [Turn(meeting_id=sooner.id, role="host", person_id=cast.bob.id)]
    bob = client_for(cast.bob)
    page = today(bob)
    assert title(page) == "Goedemorgen Bob, donderdag 4 maart komt je cirkel bij elkaar"
    assert page.index(f"/bijeenkomst/{sooner.public_id}/antwoord") > 0
    assert f"/bijeenkomst/{later.public_id}/antwoord" not in page
    assert "Jij leidt het gesprek" in page
    assert "van de 3 komen" not in page
    bob.post(f"/bijeenkomst/{sooner.public_id}/antwoord", data={"answer": "yes", "next": "/"})
    assert "1 van de 3 komen" in today(bob)
    assert "Jij leidt het gesprek" not in today(client_for(cast.carol))


def test_a_meeting_that_goes_on_is_one_click_away(client_for, world, cast, now):
    meeting = world.meeting(cast.circle, now - timedelta(minutes=10), state="begun")
    page = today(client_for(cast.bob))
    assert "Naar de bijeenkomst" in page
    assert f'href="/bijeenkomst/{meeting.public_id}"' in page


def test_what_was_skipped_is_not_what_comes_next(client_for, world, cast, now):
    world.meeting(cast.circle, now + timedelta(days=3), state="skipped")
    coming = world.meeting(cast.circle)
    page = today(client_for(cast.bob))
    assert title(page) == "Goedemorgen Bob, donderdag 11 maart komt je cirkel bij elkaar"
    assert f"/bijeenkomst/{coming.public_id}/antwoord" in page


def test_tasks_are_what_i_can_do_and_at_most_four(client_for, world, session, cast, keep, now):
    craft = world.profession(cast.linde, "Jeugdhulp")
    for person in (cast.alice, cast.bob):
        person.profession = craft
    cast.circle.findable = True
    asks.ask(cast.circle, cast.frank, now=now)
    keep("Ik bel.", kind="intention", owner=cast.alice)
    assert tasks(today(client_for(cast.alice))) == [
        "Zijn jullie bij elkaar geweest?", "Frank vraagt of er een plek is", "Je voornemen: Ik bel.",
        "Schrijf jullie spelregels op",
    ]  # fmt: skip
    assert tasks(today(client_for(cast.bob))) == ["Zijn jullie bij elkaar geweest?"]
    for number in range(5):
        keep(f"Nog {number}.", kind="intention", owner=cast.alice)
    assert len(tasks(today(client_for(cast.alice)))) == 4


def test_who_said_nothing_about_themselves_is_asked_kindly(client_for, cast):
    words = "Zeg wat je vak is, dan weten anderen wie ze voor zich hebben"
    assert tasks(today(client_for(cast.bob))) == [words]


@pytest.mark.parametrize(
    ("hours", "words"), [(0, "Goedemorgen"), (2, "Goedemiddag"), (8, "Goedenavond"), (15, "Goedemorgen")]
)
def test_the_greeting_follows_the_readers_own_clock(client_for, cast, time, hours, words):
    time.forward(hours=hours)  # from 10.00 in Amsterdam
    assert title(today(client_for(cast.bob))).startswith(f"{words} Bob")
    cast.carol.zone = "America/Curacao"  # five hours earlier
    assert title(today(client_for(cast.carol))).startswith(
        {0: "Goedemorgen", 2: "Goedemorgen", 8: "Goedemiddag", 15: "Goedenavond"}[hours]
    )
