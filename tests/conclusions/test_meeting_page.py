"""One meeting, one address: prepare, going on, looking back, or called off; on the screen and on paper."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
import sqlalchemy as sa

from circles.meetings.models import Attendance
from circles.membership.services import charter

HEADINGS = {
    "coming": ["Voor jezelf", "Zo kan het gaan", "Wie is er aan de beurt?", "Onze spelregels", "Als het stokt"],
    "begun": ["Vragen om te stellen", "Stap voor stap", "Wie doet wat vandaag?", "Al vastgelegd"],
    "held": [
        "Wat jullie vasthielden", "Wat houden jullie vast?", "De volgende keer", "Wie is er aan de beurt?",
        "Wie was er?",
    ],
    "unsaid": [
        "Zijn jullie bij elkaar geweest?", "Wat jullie vasthielden", "Wat houden jullie vast?", "De volgende keer",
        "Wie is er aan de beurt?", "Wie was er?",
    ],
    "skipped": [],
}  # fmt: skip
NOT_ON_PAPER = {
    "alleen-scherm",
    "btn",
    "knoppen",
    "terug",
    "nav",
    "eind",
    "tabs",
    "voet",
    "meldingen",
    "skip",
}


def page_of(client, meeting) -> str:
    answer = client.get(f"/bijeenkomst/{meeting.public_id}")
    assert answer.status_code == 200
    return answer.text


def headings(page: str) -> list[str]:
    found = re.findall(r"<h2[^>]*>(?:<svg.*?</svg>)?(.*?)</h2>", page, re.S)
    return [heading.strip() for heading in found]


@pytest.mark.parametrize("state", list(HEADINGS))
def test_one_address_shows_what_the_moment_asks_for(client_for, cast, meetings, state):
    assert headings(page_of(client_for(cast.bob), getattr(meetings, state))) == HEADINGS[state]


def test_one_meeting_goes_through_its_three_states_at_one_address(client_for, world, cast, time, now):
    meeting = world.meeting(cast.circle, now + timedelta(hours=1))
    bob, path = client_for(cast.bob), f"/bijeenkomst/{meeting.public_id}"
    assert f'action="{path}/begin"' not in page_of(bob, meeting)
    time.forward(minutes=30)
    assert f'action="{path}/begin"' in page_of(bob, meeting)
    assert bob.post(f"{path}/begin").headers["Location"] == path
    assert "Stap voor stap" in headings(page_of(bob, meeting))
    bob.post(f"{path}/conclusies", data={"kind": "norm", "text": "Eerst vragen."})
    time.forward(hours=3)
    meeting.state = "held"
    page = page_of(bob, meeting)
    assert page.index("Wat jullie vasthielden") < page.index("Eerst vragen.")


def test_a_meeting_that_nobody_began_takes_conclusions_from_its_time_on(client_for, world, cast, time, now):
    meeting = world.meeting(cast.circle, now + timedelta(minutes=1))
    bob = client_for(cast.bob)
    assert "Wat houden jullie vast?" not in headings(page_of(bob, meeting))
    time.forward(minutes=1)
    assert "Wat houden jullie vast?" in headings(page_of(bob, meeting))


def test_what_was_skipped_names_the_next_date_and_keeps_nothing(client_for, cast, meetings):
    page = page_of(client_for(cast.bob), meetings.skipped)
    assert "Deze keer gaat niet door" in page
    assert "/conclusies" not in page
    assert "Plan een datum" in page  # the coming meeting is before it


def test_saying_afterwards_that_we_met_or_did_not(client_for, session, world, cast, meetings, now):
    other = world.meeting(cast.circle, now - timedelta(days=3))
    bob = client_for(cast.bob)
    for meeting, said in ((meetings.unsaid, "ja"), (other, "nee")):
        bob.post(f"/bijeenkomst/{meeting.public_id}/geweest", data={"geweest": said})
    session.expire_all()
    assert (meetings.unsaid.state, other.state) == ("held", "skipped")


def test_the_first_time_has_a_script_of_its_own(client_for, world, cast, now):
    first = world.meeting(cast.other_circle)
    dan = client_for(cast.dan)
    assert "Waarom ben je hier?" in page_of(dan, first)
    world.meeting(cast.other_circle, now - timedelta(days=30), state="held")
    assert "Waarom ben je hier?" not in page_of(dan, first)


def test_a_note_for_oneself_is_read_by_its_author_alone(client_for, cast, meetings):
    bob, path = client_for(cast.bob), f"/bijeenkomst/{meetings.coming.public_id}"
    bob.post(f"{path}/voorbereiding", data={"note": "Ik zie ertegen op.", "brings": "1"})
    assert "Ik zie ertegen op." in page_of(bob, meetings.coming)
    carol = page_of(client_for(cast.carol), meetings.coming)
    assert "Ik zie ertegen op." not in carol
    assert "Iets inbrengen willen: Bob." in carol


def test_who_was_there_is_noted_and_corrected_by_any_member(client_for, session, cast, meetings):
    path = f"/bijeenkomst/{meetings.held.public_id}/aanwezig"
    there = [cast.alice.public_id, cast.bob.public_id, cast.dan.public_id, "onbekend"]
    client_for(cast.bob).post(path, data={"aanwezig": there})
    assert _attendance(session, meetings.held) == {"Alice": True, "Bob": True, "Carol": False}
    client_for(cast.carol).post(path, data={"aanwezig": [cast.bob.public_id, cast.carol.public_id]})
    assert _attendance(session, meetings.held) == {"Alice": False, "Bob": True, "Carol": True}
    page = page_of(client_for(cast.alice), meetings.held)
    checked = re.findall(r'value="(\w+)" checked', page)
    assert checked == [cast.bob.public_id, cast.carol.public_id]


def test_an_answer_is_not_attendance(client_for, session, cast, meetings):
    client_for(cast.bob).post(f"/bijeenkomst/{meetings.begun.public_id}/antwoord", data={"answer": "yes"})
    assert _attendance(session, meetings.begun) == {}


def test_on_paper_stands_what_the_table_needs_and_nothing_private(
    client_for, session, cast, meetings, keep, now
):
    keep("Ik bel de huisarts.", kind="intention", owner=cast.bob)
    charter.write_charter(cast.circle, cast.alice, "Wat hier klinkt blijft hier.", based_on=0, now=now)
    bob = client_for(cast.bob)
    bob.post(f"/bijeenkomst/{meetings.coming.public_id}/voorbereiding", data={"note": "Ik zie ertegen op."})
    bob.post(f"/bijeenkomst/{meetings.coming.public_id}/antwoord", data={"answer": "no"})
    page = page_of(bob, meetings.coming)
    paper = on_paper(page)
    for words in ("Ik bel de huisarts.", "Wat hier klinkt blijft hier.", "Zo kan het gaan", "Inchecken"):
        assert words in paper
    for words in ("Ik zie ertegen op.", "kan niet", "Verzet", "Ander onderwerp", "Bekijk of wijzig"):
        assert words in page
        assert words not in paper


def test_on_paper_afterwards_stands_what_was_kept(client_for, cast, meetings, keep):
    keep("Eerst vragen, dan raad geven.")
    paper = on_paper(page_of(client_for(cast.bob), meetings.held))
    assert "Eerst vragen, dan raad geven." in paper
    assert "Leg vast" not in paper
    assert "Wie was er?" not in paper


def on_paper(page: str) -> str:
    """The words that are printed: what the style sheet for print leaves standing."""
    reader = _Paper()
    reader.feed(page)
    return " ".join(" ".join(reader.words).split())


class _Paper(HTMLParser):
    EMPTY = frozenset({"meta", "link", "input", "br", "hr", "img"})

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.hidden: list[bool] = [False]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.EMPTY:
            classes = set((dict(attrs).get("class") or "").split())
            self.hidden.append(self.hidden[-1] or bool(classes & NOT_ON_PAPER) or tag in {"head", "script"})

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.EMPTY:
            self.hidden.pop()

    def handle_data(self, data: str) -> None:
        if not self.hidden[-1]:
            self.words.append(data)


def _attendance(session, meeting) -> dict[str, bool]:
    session.expire_all()
    rows = session.scalars(sa.select(Attendance).where(Attendance.meeting_id == meeting.id)).all()
    names = {seat.person_id: seat.person.first_name for seat in meeting.circle.open_seats}
    return {names[row.person_id]: row.present for row in sorted(rows, key=lambda row: row.person_id)}
