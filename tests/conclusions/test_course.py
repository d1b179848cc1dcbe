"""Step by step through a conversation: the scripts, without JavaScript, and what each step has at hand."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from circles.conclusions.models import Conclusion
from circles.meetings.models import Turn


def page_of(client, meeting, query: str = "") -> str:
    answer = client.get(f"/bijeenkomst/{meeting.public_id}{query}")
    assert answer.status_code == 200
    return answer.text


def bar(page: str) -> list[str]:
    """What the bar says without JavaScript: where we are, and what this step is called."""
    found = re.search(r"data-telling>(.*?)</small><strong[^>]*>(.*?)</strong>", page, re.S)
    return [found[1], found[2]]


def shown(page: str) -> set[str]:
    """Numbers of the steps whose questions are shown."""
    return set(re.findall(r'data-stap="(\d)">', page))


def names(page: str) -> list[str]:
    found = re.search(r'<ol class="stappen".*?</ol>', page, re.S)
    return re.findall(r"<h3>(?:<a [^>]*>)?(.*?)(?:</a>)?</h3>", found[0])


def test_the_clock_chooses_the_step_until_somebody_does(client_for, cast, meetings, time):
    bob = client_for(cast.bob)  # begun twenty minutes ago, at 9.40
    assert bar(page_of(bob, meetings.begun)) == ["Stap 3 van 6 · tot 10.20 uur", "De situatie"]
    page = page_of(bob, meetings.begun, "?stap=4")
    assert bar(page) == ["Stap 4 van 6 · tot 10.50 uur", "Wat zegt dit over goed werk?"]
    assert shown(page) == {"4"}
    assert bar(page_of(bob, meetings.begun, "?stap=4&meer=5"))[0] == "Stap 4 van 6 · tot 10.55 uur"
    time.forward(hours=2)
    assert bar(page_of(bob, meetings.begun)) == ["Stap 6 van 6 · tot 11.10 uur", "Uitchecken"]


@pytest.mark.parametrize(
    "query", ["?stap=0", "?stap=7", "?stap=x", "?stap=-1", "?stap=%00", "?meer=99999999"]
)
def test_a_step_that_is_not_there_is_the_one_of_the_clock(client_for, cast, meetings, query):
    assert bar(page_of(client_for(cast.bob), meetings.begun, query))[1] == "De situatie"


def test_next_and_previous_are_links_and_the_ends_have_only_one(client_for, cast, meetings):
    bob, path = client_for(cast.bob), f"/bijeenkomst/{meetings.begun.public_id}"
    middle = page_of(bob, meetings.begun, "?stap=2")
    for query in ("stap=3", "stap=1", "stap=2&amp;meer=5"):
        assert f'href="{path}?{query}"' in middle
    hidden = r'<a [^>]*data-{} href="[^"]*" hidden>'
    assert re.search(hidden.format("terug"), page_of(bob, meetings.begun, "?stap=1"))
    assert re.search(hidden.format("verder"), page_of(bob, meetings.begun, "?stap=6"))
    assert not re.search(hidden.format("(verder|terug)"), middle)


def test_a_kept_sentence_leads_back_to_the_same_step(client_for, cast, meetings):
    bob = client_for(cast.bob)
    page = page_of(bob, meetings.begun, "?stap=5&verloop=laatste")
    action = re.search(r'class="wrap smal" method="post" action="([^"]+)"', page)[1].replace("&amp;", "&")
    answer = bob.post(action, data={"kind": "norm", "text": "Eerst vragen.", "client_id": "k1"})
    assert answer.status_code == 303
    page = bob.get(answer.headers["Location"]).text
    assert bar(page)[0].startswith("Stap 5 van 5")
    assert "Vastgelegd." in page
    assert "Eerst vragen." in page


def test_voornemens_are_settled_in_one_tap_and_one_stays_where_one_was(
    client_for, session, cast, meetings, keep
):
    kept = keep("Ik bel de huisarts.", kind="intention", owner=cast.bob)
    bob, path = client_for(cast.bob), f"/bijeenkomst/{meetings.begun.public_id}?stap=2"
    page = page_of(bob, meetings.begun, "?stap=2")
    assert f'<input type="hidden" name="next" value="{path}">' in page
    answer = bob.post(f"/conclusie/{kept.public_id}/voornemen", data={"stand": "done", "next": path})
    assert answer.headers["Location"] == path
    assert session.get(Conclusion, kept.id).intention == "done"
    assert "Er staan geen voornemens open." in page_of(bob, meetings.begun, "?stap=2")


def test_settling_leads_nowhere_else(client_for, cast, keep):
    kept = keep("Ik bel.", kind="intention")
    data = {"stand": "later", "next": "https://elders.example/"}
    answer = client_for(cast.bob).post(f"/conclusie/{kept.public_id}/voornemen", data=data)
    assert answer.headers["Location"] == f"/conclusie/{kept.public_id}"


FIRST = ["Kennismaken met elkaars vak", "Waarom ben je hier?", "Onze spelregels", "Ons ritme", "Uitchecken"]
LAST = ["Inchecken", "Terugkijken door het logboek", "Dank", "Wat neem je mee?", "Uitchecken"]


def test_the_first_time_names_the_limits_and_where_spelregels_are_written(client_for, world, cast, now):
    first = world.meeting(cast.circle, now - timedelta(minutes=5), state="begun")
    second = world.meeting(cast.circle)
    alice = client_for(cast.alice)
    page = page_of(alice, first, "?stap=3")
    assert names(page) == FIRST
    assert "Daar zijn grenzen aan" in page
    assert f'href="/cirkel/{cast.circle.public_id}/spelregels"' in page
    assert names(page_of(alice, second))[0] == "Inchecken"  # it is planned, but another comes before


def test_a_first_time_that_was_skipped_leaves_the_next_one_the_first(client_for, world, cast, now):
    world.meeting(cast.circle, now + timedelta(days=3), state="skipped")
    page = page_of(client_for(cast.alice), world.meeting(cast.circle))
    assert names(page) == FIRST
    assert "Daar zijn grenzen aan" in page


def test_the_last_time_has_its_own_course_for_who_asks_and_once_the_circle_has_ended(
    client_for, cast, meetings
):
    bob = client_for(cast.bob)
    page = page_of(bob, meetings.coming)
    assert names(page)[0] == "Inchecken"
    assert LAST[1] not in names(page)
    assert f'href="/bijeenkomst/{meetings.coming.public_id}?verloop=laatste"' in page
    asked = page_of(bob, meetings.begun, "?verloop=laatste&stap=2")
    assert names(asked) == LAST
    assert f'href="/logboek?cirkel={cast.circle.public_id}"' in asked
    assert "?stap=3&amp;verloop=laatste" in asked
    assert names(page_of(bob, meetings.begun, "?verloop=onzin"))[1] == "Terug naar vorige keer"
    cast.circle.stage = "ended"
    assert names(page_of(bob, meetings.begun)) == LAST


def test_checking_out_tells_when_we_meet_again_and_who_leads(client_for, session, cast, meetings):
    bob = client_for(cast.bob)
    session.add(Turn(meeting_id=meetings.coming.id, role="host", person_id=cast.carol.id))
    page = page_of(bob, meetings.begun, "?stap=6")
    assert "De volgende keer is donderdag 11 maart om 10.00 uur. Carol leidt." in " ".join(page.split())
    meetings.coming.state = "cancelled"
    assert "Er staat nog geen volgende keer." in page_of(bob, meetings.begun, "?stap=6")
