"""What Vandaag says I could do now: the trekker hears what is missing, and a newcomer what is done already."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from circles.conclusions import services as conclusions
from circles.membership.services import asks, charter, invitations
from circles.themes import services as themes
from tests.conftest import counted_queries
from tests.pages import themes_of

WRITE, SEEK, PLAN, ADD = (
    "Schrijf jullie spelregels op",
    "Zoek er iemand bij",
    "Plan een volgende bijeenkomst",
    "Vul aan wat jullie vasthielden",
)


def tasks(client) -> list[tuple[str, str]]:
    """Each task and the word beside it."""
    page = client.get("/").text
    listed = re.search(r'<ul class="taken".*?</ul>', page, re.S)
    assert listed, "Nothing to do."
    return re.findall(r'<a [^>]*>(.*?)</a>.*?<span class="label[^"]*">(.*?)</span>', listed[0], re.S)


@pytest.fixture
def known(world, cast, session):
    """Everybody said what their craft is, so nobody is asked."""
    craft = world.profession(cast.linde, "Jeugdhulp")
    for person in (cast.alice, cast.bob, cast.frank):
        person.profession = craft
    session.flush()


def test_the_trekker_is_told_what_is_missing_and_the_others_are_not(client_for, cast, known):
    assert tasks(client_for(cast.alice)) == [(PLAN, "Open"), (WRITE, "Open"), (SEEK, "Open")]
    assert "Dit kun jij nu doen" not in client_for(cast.bob).get("/").text


def test_what_is_there_is_missing_no_more(client_for, world, cast, known, now):
    alice = client_for(cast.alice)
    world.meeting(cast.circle)
    charter.write_charter(cast.circle, cast.bob, "Wat hier klinkt, blijft hier.", based_on=0, now=now)
    assert tasks(alice) == [(SEEK, "Open")]
    for number, person in enumerate(world.people(cast.linde, 3), start=5):
        world.seat(cast.circle, person, number)
    assert "Dit kun jij nu doen" not in alice.get("/").text


def test_each_task_says_by_when_it_matters(client_for, world, cast, known, now):
    invitations.invite(cast.other_circle, cast.dan, cast.alice.email, now=now)
    cast.circle.findable = True
    asks.ask(cast.circle, cast.frank, now=now)
    held = world.meeting(cast.circle, now - timedelta(days=2), state="held")
    for days in (3, -3):
        conclusions.record(
            held, cast.bob, kind="intention", text=f"Ik bel {days}.", owner=cast.alice, now=now,
            due_on=(now + timedelta(days=days)).date(),
        )  # fmt: skip
    world.meeting(cast.circle)
    assert tasks(client_for(cast.alice)) == [
        ("Antwoord op een uitnodiging", "Tot 31 maart"),
        ("Frank vraagt of er een plek is", "Tot 15 maart"),
        (ADD, "Open"),
        ("Je voornemen: Ik bel 3.", "Voor 4 maart"),
    ]
    assert tasks(client_for(cast.bob)) == [(ADD, "Open")]


def test_a_day_that_has_passed_is_not_held_against_anybody(client_for, world, cast, known, now):
    held = world.meeting(cast.circle, now - timedelta(days=20), state="held")
    yesterday = (now - timedelta(days=1)).date()
    conclusions.record(
        held, cast.bob, kind="intention", text="Ik bel.", owner=cast.bob, due_on=yesterday, now=now
    )
    assert tasks(client_for(cast.bob)) == [("Je voornemen: Ik bel.", "Open")]


def test_a_meeting_of_last_week_is_still_to_be_added_to(client_for, world, cast, known, now, time):
    world.meeting(cast.circle, now - timedelta(days=2), state="held")
    bob = client_for(cast.bob)
    assert tasks(bob) == [(ADD, "Open")]
    time.forward(days=6)
    assert ADD not in bob.get("/").text


def test_a_circle_that_has_ended_asks_nothing(client_for, cast, known):
    alice = client_for(cast.alice)
    assert tasks(alice) != []
    cast.circle.stage = "ended"
    page = alice.get("/").text
    assert "Dit kun jij nu doen" not in page
    assert "Nodig iemand uit" not in page


def test_on_the_day_itself_it_is_today(client_for, world, cast, now):
    meeting = world.meeting(cast.circle, now + timedelta(hours=3))
    bob = client_for(cast.bob)
    assert "Goedemorgen Bob, vandaag komt je cirkel bij elkaar" in bob.get("/").text
    assert "Ben je erbij?" in bob.get("/").text
    meeting.state = "begun"
    page = bob.get("/").text
    assert "Naar de bijeenkomst" in page
    assert "Ben je erbij?" not in page


def test_the_three_steps_of_a_newcomer_are_ticked_as_they_are_done(client_for, session, world, cast, now):
    themes.load_library(cast.linde, now)
    session.flush()
    frank = client_for(cast.frank)
    assert _ticked(frank) == [False, False, False]
    cast.frank.profession = world.profession(cast.linde, "Jeugdhulp")
    cast.circle.findable = True
    asks.ask(cast.circle, cast.frank, now=now)
    assert _ticked(frank) == [True, True, False]
    assert "Je vroeg een plek bij Vakcirkel Jeugdhulp." in frank.get("/").text
    frank.post(f"/thema/{themes_of(cast).theme.public_id}/bezig", data={"aan": "1"})
    assert _ticked(frank) == [True, True, True]


def test_the_trekker_with_everything_at_once_costs_few_queries(client_for, world, cast, keep, now):
    cast.circle.findable = True
    asks.ask(cast.circle, cast.frank, now=now)
    keep("Ik bel.", kind="intention", owner=cast.alice)
    alice = client_for(cast.alice)
    with counted_queries() as queries:
        assert alice.get("/").status_code == 200
    assert len(queries) <= 12, "\n".join(queries)


def _ticked(client) -> list[bool]:
    steps = re.findall(r'<li class="(klaar|)"><i', client.get("/").text)
    return [step == "klaar" for step in steps]
