"""Whether somebody comes: said on a page or by the link in the mail, for the time that stands."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from circles import links
from circles.extensions import db
from circles.meetings import mails
from circles.meetings.models import Meeting, Reply, Turn
from circles.meetings.queries import answers_to
from circles.meetings.services import changing
from circles.membership.services import seats
from tests.meetings.conftest import calendars, seat_of


@pytest.fixture
def link(session, cast, meeting) -> str:
    """The path of Bob's link."""
    session.commit()
    return urlsplit(mails.answer_url(meeting, cast.bob)).path


def page_of(meeting: Meeting) -> str:
    return f"/bijeenkomst/{meeting.public_id}"


def given() -> list[tuple[str, str, str]]:
    """Name, answer and way of every reply."""
    db.session.expire_all()
    replies = db.session.scalars(sa.select(Reply).order_by(Reply.id))
    return [(reply.person.first_name, reply.answer, reply.way) for reply in replies]


def move(meeting, person, now) -> None:
    changing.reschedule(
        meeting,
        person,
        starts_at=meeting.starts_at + timedelta(days=1),
        ends_at=meeting.ends_at + timedelta(days=1),
        place="",
        based_on=meeting.version,
        now=now,
    )
    db.session.commit()


@pytest.mark.parametrize("choice", ["yes", "maybe", "no"])
def test_a_member_answers_on_the_page(client_for, cast, meeting, choice):
    answer = client_for(cast.bob).post(f"{page_of(meeting)}/antwoord", data={"answer": choice})
    assert (answer.status_code, answer.headers["Location"]) == (303, page_of(meeting))
    assert given() == [("Bob", choice, "web")]


def test_the_newest_answer_counts(client_for, client, cast, meeting, link):
    bob = client_for(cast.bob)
    bob.post(f"{page_of(meeting)}/antwoord", data={"answer": "yes"})
    client.post(link, data={"answer": "no"})
    bob.post(f"{page_of(meeting)}/antwoord", data={"answer": "maybe"})
    assert given() == [("Bob", "maybe", "web")]


@pytest.mark.parametrize("data", [{}, {"answer": "perhaps"}, {"answer": "yes", "note": "x" * 201}])
def test_what_is_no_answer_is_not_noted(client_for, client, cast, meeting, link, data):
    client_for(cast.bob).post(f"{page_of(meeting)}/antwoord", data=data)
    client.post(link, data=data)
    assert given() == []


@pytest.mark.parametrize("name", ["dan", "eve", "frank", "zoe", "ada", "olga"])
def test_who_does_not_sit_here_cannot_answer(client_for, cast, meeting, name):
    answer = client_for(getattr(cast, name)).post(f"{page_of(meeting)}/antwoord", data={"answer": "yes"})
    assert (answer.status_code, given()) == (404, [])


def test_looking_at_the_link_writes_nothing(client, link):
    for choice in ("yes", "no"):
        assert client.get(f"{link}?keuze={choice}").status_code == 200
        assert client.head(f"{link}?keuze={choice}").status_code == 200
    assert given() == []


def test_the_link_shows_when_and_the_choice_made_ready_and_no_names(client, cast, link):
    page = client.get(f"{link}?keuze=no").text
    assert "donderdag 11 maart 2027" in page
    assert 'value="no" checked' in page
    assert page.count(" checked") == 1
    assert not any(name in page for name in ("Alice", "Bob", "Carol", cast.circle.name, "De Ark"))


def test_the_link_answers_without_signing_in(client, link):
    answer = client.post(link, data={"answer": "yes", "note": "Ik kom iets later"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{link}?klaar=1")
    assert given() == [("Bob", "yes", "link")]
    assert "Bewaard. Dank je." in client.get(f"{link}?klaar=1").text


def test_a_choice_that_is_none_is_not_made_ready(client, link):
    assert 'value="yes" checked' in client.get(f"{link}?keuze=%22%3E").text


def test_a_note_is_sealed(client, session, meeting, cast, link):
    client.post(link, data={"answer": "yes", "note": "Ik kom iets later"})
    [stored] = session.scalars(sa.text("SELECT note_sealed FROM reply")).all()
    assert stored
    assert b"later" not in bytes(stored)
    assert answers_to([meeting])[meeting.id].note_of(cast.bob) == "Ik kom iets later"


@pytest.mark.parametrize("token", ["onzin", "WyJhIiwiYiJd.AAAA", ""])
def test_a_forged_link_is_not_found(client, token):
    assert client.get(f"/antwoord/{token}").status_code == 404
    assert client.post(f"/antwoord/{token}", data={"answer": "yes"}).status_code in {404, 405}
    assert given() == []


def test_a_link_for_another_purpose_is_not_found(client, cast, meeting, session):
    session.commit()
    token = links.sign("unsubscribe", meeting.public_id, cast.bob.public_id)
    assert client.post(f"/antwoord/{token}", data={"answer": "yes"}).status_code == 404
    assert given() == []


def test_the_link_of_somebody_who_left_says_nothing_and_does_nothing(client, cast, session, now, link):
    seats.leave(seat_of(cast.circle, cast.bob), now)
    session.commit()
    page = client.get(link)
    assert page.status_code == 200
    assert "antwoorden hoeft niet meer" in page.text
    assert "11 maart" not in page.text
    client.post(link, data={"answer": "yes"})
    assert given() == []


@pytest.mark.parametrize("state", ["skipped", "cancelled", "held"])
def test_a_meeting_that_is_off_or_over_takes_no_answer(
    client, client_for, session, cast, meeting, link, state
):
    meeting.state = state
    session.commit()
    bob = client_for(cast.bob)
    bob.post(f"{page_of(meeting)}/antwoord", data={"answer": "yes"})
    assert "Deze bijeenkomst is voorbij of gaat niet door." in bob.get(page_of(meeting)).text
    client.post(link, data={"answer": "yes"})
    assert "antwoorden hoeft niet meer" in client.get(link).text
    assert given() == []


def test_the_past_takes_no_answer(client, time, meeting, link):
    time.to(meeting.ends_at)
    client.post(link, data={"answer": "yes"})
    assert "antwoorden hoeft niet meer" in client.get(link).text
    assert given() == []


def test_an_old_yes_does_not_survive_a_move(client_for, cast, meeting, worker, time):
    worker.round()
    for person in (cast.alice, cast.bob):
        client_for(person).post(f"{page_of(meeting)}/antwoord", data={"answer": "yes"})
    move(meeting, cast.carol, time.now)
    told = calendars(worker.round(minutes=2))
    assert {one.event["ATTENDEE"].params["PARTSTAT"] for one in told} == {"NEEDS-ACTION"}
    assert answers_to([meeting])[meeting.id].by_person == {}


def test_another_place_leaves_the_answers(client_for, cast, meeting, worker, time):
    worker.round()
    client_for(cast.bob).post(f"{page_of(meeting)}/antwoord", data={"answer": "yes"})
    changing.reschedule(
        meeting,
        cast.carol,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        place="De Zolder",
        based_on=meeting.version,
        now=time.now,
    )
    partstats = {one.to: str(one.event["ATTENDEE"].params["PARTSTAT"]) for one in worker.round(minutes=2)}
    assert partstats == {"alice": "NEEDS-ACTION", "bob": "ACCEPTED", "carol": "NEEDS-ACTION"}


def test_a_yes_on_a_page_from_before_the_move_is_not_a_yes_to_the_new_time(
    client_for, client, cast, meeting, session, time, link
):
    bob = client_for(cast.bob)
    seen = {"answer": "yes", "starts_at": meeting.starts_at.isoformat()}
    assert f'name="starts_at" value="{seen["starts_at"]}"' in bob.get(page_of(meeting)).text
    assert f'name="starts_at" value="{seen["starts_at"]}"' in client.get(link).text
    move(meeting, cast.carol, time.now)
    answer = bob.post(f"{page_of(meeting)}/antwoord", data=seen, follow_redirects=True)
    assert "Deze bijeenkomst is intussen verzet." in answer.text
    assert "Deze bijeenkomst is intussen verzet." in client.post(link, data=seen, follow_redirects=True).text
    assert given() == []


def test_who_has_a_turn_and_cannot_come_gives_it_up_and_the_next_has_it(client_for, cast, meeting, session):
    for role, person in (("host", cast.bob), ("scribe", cast.carol)):
        session.add(Turn(meeting_id=meeting.id, role=role, person_id=person.id, chosen=True))
    session.commit()
    client_for(cast.bob).post(f"{page_of(meeting)}/antwoord", data={"answer": "no"})
    session.expire_all()
    assert {turn.role: turn.person.first_name for turn in meeting.turns} == {
        "host": "Alice",
        "scribe": "Carol",
    }


def test_when_nobody_can_come_nobody_has_the_turn(client_for, cast, meeting, session):
    session.add(Turn(meeting_id=meeting.id, role="host", person_id=cast.bob.id))
    for person in (cast.alice, cast.carol, cast.bob):
        client_for(person).post(f"{page_of(meeting)}/antwoord", data={"answer": "no"})
    session.expire_all()
    assert meeting.turns == []


def test_after_answering_one_goes_on_where_one_was_and_never_to_another_site(client_for, cast, meeting):
    bob, url = client_for(cast.bob), f"{page_of(meeting)}/antwoord"
    assert bob.post(url, data={"answer": "yes", "next": "/"}).headers["Location"] == "/"
    answer = bob.post(url, data={"answer": "yes", "next": "//kwaad.example"})
    assert answer.headers["Location"] == page_of(meeting)


def test_the_same_answer_again_keeps_the_note_and_another_drops_it(client_for, cast, meeting, link, client):
    client.post(link, data={"answer": "yes", "note": "Ik kom iets later"})
    bob, url = client_for(cast.bob), f"/bijeenkomst/{meeting.public_id}/antwoord"
    bob.post(url, data={"answer": "yes"})
    assert answers_to([meeting])[meeting.id].note_of(cast.bob) == "Ik kom iets later"
    bob.post(url, data={"answer": "no"})
    assert answers_to([meeting])[meeting.id].note_of(cast.bob) == ""


@pytest.mark.parametrize("page", ["meeting", "today", "circle"])
def test_a_note_goes_with_the_answer_and_the_circle_reads_it(client_for, cast, meeting, page):
    bob, carol = client_for(cast.bob), client_for(cast.carol)
    url = {"meeting": page_of(meeting), "today": "/", "circle": f"/cirkel/{cast.circle.public_id}"}[page]
    assert '<textarea id="opmerking" name="note"' in bob.get(url).text
    data = {"answer": "yes", "note": "Ik kom\r\n <i>iets</i> later ", "next": url}
    assert bob.post(f"{page_of(meeting)}/antwoord", data=data).headers["Location"] == url
    assert "Ik kom &lt;i&gt;iets&lt;/i&gt; later</textarea>" in bob.get(url).text
    for where in (page_of(meeting), "/"):
        assert "Bob Bakker <q>Ik kom &lt;i&gt;iets&lt;/i&gt; later</q>" in carol.get(where).text


def test_a_note_is_changed_and_taken_away_without_answering_anew(client_for, cast, meeting):
    bob = client_for(cast.bob)
    for note in ("Ik kom later", "Toch op tijd", ""):
        bob.post(f"{page_of(meeting)}/antwoord", data={"answer": "maybe", "note": note})
        assert ("<q>" in bob.get(page_of(meeting)).text) == bool(note)
        assert 'value="maybe">Bewaar de opmerking' in bob.get(page_of(meeting)).text
        assert answers_to([meeting])[meeting.id].note_of(cast.bob) == note
    assert given() == [("Bob", "maybe", "web")]


def test_a_note_too_long_is_refused_in_words(client_for, cast, meeting):
    bob = client_for(cast.bob)
    data = {"answer": "yes", "note": "x" * 201}
    page = bob.post(f"{page_of(meeting)}/antwoord", data=data, follow_redirects=True).text
    assert "Houd dit korter dan 200 tekens." in page
    assert given() == []


def test_a_note_goes_with_the_time_it_was_written_for(client_for, cast, meeting, now):
    bob = client_for(cast.bob)
    bob.post(f"{page_of(meeting)}/antwoord", data={"answer": "yes", "note": "Ik kom later"})
    assert "Ik kom later" in bob.get(page_of(meeting)).text
    move(meeting, cast.alice, now)
    assert "Ik kom later" not in bob.get(page_of(meeting)).text
