"""Moving, skipping, adding, beginning and confirming, as people do it on the page."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from circles.extensions import db
from circles.meetings.models import Meeting

AT_FOUR = {"on": "2027-03-12", "at": "16:00", "minutes": "60", "place": "De Zolder", "based_on": "1"}
WRONG = [
    ({"on": ""}, "Kies een dag."),
    ({"on": "31-12-2027"}, ""),
    ({"at": ""}, "Kies een tijd."),
    ({"at": "25:00"}, ""),
    ({"on": "2027-02-28"}, "Kies een dag en tijd die nog komen."),
    ({"on": "2027-03-01", "at": "10:00"}, "Kies een dag en tijd die nog komen."),
    ({"on": "0001-01-01", "at": "00:00"}, "Kies een dag en tijd die nog komen."),
    ({"on": "9999-12-31", "at": "23:30"}, "Kies een dag binnen twee jaar."),
    ({"on": "2027-03-28", "at": "02:30"}, "Die nacht gaat de klok vooruit; deze tijd bestaat dan niet."),
    ({"on": "2027-10-31", "at": "02:30"}, "Die nacht gaat de klok terug; deze tijd komt twee keer."),
    ({"minutes": "nog even"}, ""),
    ({"minutes": "100000"}, ""),
    ({"place": "x" * 201}, "Houd dit korter dan 200 tekens."),
]


def url_of(meeting: Meeting, page: str = "") -> str:
    return f"/bijeenkomst/{meeting.public_id}{page}"


def state_of(meeting: Meeting) -> tuple[str, datetime, datetime, str]:
    db.session.expire_all()
    return meeting.state, meeting.starts_at, meeting.ends_at, meeting.place


def errors_in(page: str) -> str:
    """What the page says is wrong, at the top and beside the fields."""
    return " ".join(re.findall(r'<div class="fouten".*?</div>', page, re.DOTALL))


def undo_in(page: str) -> str:
    """The address behind the button that takes a change back."""
    return re.search(r'action="(/cirkel/\w+/wijzigingen/\w+/ongedaan)"', page)[1]


def test_a_member_moves_a_meeting(client_for, cast, meeting):
    bob = client_for(cast.bob)
    page = bob.get(url_of(meeting, "/verzetten")).text
    assert "3 mensen krijgen een bijgewerkte uitnodiging." in page
    assert all(f'value="{value}"' in page for value in ("2027-03-11", "10:00", "De Ark"))
    answer = bob.post(url_of(meeting, "/verzetten"), data=AT_FOUR)
    assert (answer.status_code, answer.headers["Location"]) == (303, url_of(meeting))
    starts_at = datetime(2027, 3, 12, 15, 0, tzinfo=UTC)
    assert state_of(meeting) == ("planned", starts_at, starts_at + timedelta(hours=1), "De Zolder")


def test_the_time_is_on_the_wall_of_the_circle_whoever_moves_it(client_for, cast, meeting):
    cast.bob.zone = "America/New_York"
    client_for(cast.bob).post(url_of(meeting, "/verzetten"), data=AT_FOUR)
    assert state_of(meeting)[1] == datetime(2027, 3, 12, 15, 0, tzinfo=UTC)


def test_moving_is_taken_back_from_the_page(client_for, cast, meeting, worker):
    before = state_of(meeting)
    worker.round()
    page = client_for(cast.bob).post(url_of(meeting, "/verzetten"), data=AT_FOUR, follow_redirects=True).text
    assert "Over een minuut krijgt iedereen een bijgewerkte uitnodiging." in page
    answer = client_for(cast.carol).post(undo_in(page))
    assert answer.status_code == 303
    assert state_of(meeting) == before
    told = worker.round(minutes=2)
    assert sorted((one.to, one.sequence) for one in told if one.method) == [
        ("alice", 1),
        ("bob", 1),
        ("carol", 1),
    ]
    assert {one.starts_at for one in told if one.method} == {before[1]}


def test_what_moved_on_is_not_taken_back(client_for, cast, meeting):
    bob = client_for(cast.bob)
    page = bob.post(url_of(meeting, "/verzetten"), data=AT_FOUR, follow_redirects=True).text
    later = AT_FOUR | {"at": "17:00", "based_on": "2"}
    client_for(cast.carol).post(url_of(meeting, "/verzetten"), data=later)
    bob.post(undo_in(page))
    assert state_of(meeting)[1] == datetime(2027, 3, 12, 16, 0, tzinfo=UTC)


def test_saving_the_same_is_no_change(client_for, cast, meeting, worker):
    worker.round()
    same = {"on": "2027-03-11", "at": "10:00", "minutes": "90", "place": "De Ark", "based_on": "1"}
    assert client_for(cast.bob).post(url_of(meeting, "/verzetten"), data=same).status_code == 303
    assert worker.round(minutes=2) == []


@pytest.mark.parametrize(("change", "words"), WRONG)
def test_a_slip_is_told_and_what_was_typed_is_kept(client_for, cast, meeting, change, words):
    before, typed = state_of(meeting), AT_FOUR | change
    answer = client_for(cast.bob).post(url_of(meeting, "/verzetten"), data=typed)
    assert answer.status_code == 422
    assert words in errors_in(answer.text)
    assert errors_in(answer.text)
    assert typed["place"] in answer.text
    assert state_of(meeting) == before


@pytest.mark.parametrize(("change", "words"), WRONG)
def test_the_same_for_a_date_that_is_added(client_for, cast, session, change, words):
    answer = client_for(cast.bob).post(
        f"/cirkel/{cast.circle.public_id}/bijeenkomsten", data=AT_FOUR | change
    )
    assert answer.status_code == 422
    assert words in errors_in(answer.text)
    assert session.scalar(sa.select(sa.func.count()).select_from(Meeting)) == 0


def test_two_move_at_once_and_both_times_are_shown(client_for, cast, meeting):
    client_for(cast.bob).post(url_of(meeting, "/verzetten"), data=AT_FOUR)
    carols = AT_FOUR | {"on": "2027-03-15", "at": "09:30", "place": "Bij Carol"}
    clash = client_for(cast.carol).post(url_of(meeting, "/verzetten"), data=carols)
    assert clash.status_code == 409
    assert "Er staat nu: vrijdag 12 maart 2027, 16.00." in clash.text
    assert all(f'value="{value}"' in clash.text for value in ("2027-03-15", "09:30", "Bij Carol"))
    assert state_of(meeting)[1] == datetime(2027, 3, 12, 15, 0, tzinfo=UTC)
    based_on = re.search(r'name="based_on"[^>]*value="(\d+)"', clash.text)[1]
    again = client_for(cast.carol).post(url_of(meeting, "/verzetten"), data=carols | {"based_on": based_on})
    assert again.status_code == 303
    assert state_of(meeting)[1] == datetime(2027, 3, 15, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize("state", ["begun", "held", "skipped", "cancelled"])
def test_what_lies_fixed_is_not_moved_or_skipped(client_for, session, cast, meeting, state):
    meeting.state = state
    session.commit()
    before, bob = state_of(meeting), client_for(cast.bob)
    for page, data in (("/verzetten", AT_FOUR), ("/overslaan", {})):
        answer = bob.post(url_of(meeting, page), data=data, follow_redirects=True)
        assert "Deze bijeenkomst is al begonnen of voorbij." in answer.text
    assert state_of(meeting) == before


def test_a_meeting_is_skipped_and_goes_on_after_all(client_for, cast, meeting, worker):
    worker.round()
    page = client_for(cast.bob).post(url_of(meeting, "/overslaan"), follow_redirects=True).text
    assert state_of(meeting)[0] == "skipped"
    assert {one.method for one in worker.round(minutes=2) if one.method} == {"CANCEL"}
    client_for(cast.alice).post(undo_in(page))
    assert state_of(meeting)[0] == "planned"
    assert {one.method for one in worker.round(minutes=2) if one.method} == {"REQUEST"}


def test_a_date_is_added_and_everybody_is_invited(client_for, cast, session, worker):
    bob, url = client_for(cast.bob), f"/cirkel/{cast.circle.public_id}/bijeenkomsten"
    assert bob.get(url).status_code == 200
    assert bob.post(url, data=AT_FOUR).headers["Location"] == f"/cirkel/{cast.circle.public_id}"
    [meeting] = session.scalars(sa.select(Meeting)).all()
    starts_at = datetime(2027, 3, 12, 15, 0, tzinfo=UTC)
    assert state_of(meeting) == ("planned", starts_at, starts_at + timedelta(hours=1), "De Zolder")
    assert sorted(one.to for one in worker.round(minutes=2) if one.method) == ["alice", "bob", "carol"]
    assert len(meeting.turns) == 2


def test_a_meeting_begins_from_half_an_hour_before(client_for, cast, meeting, time):
    time.to(meeting.starts_at - timedelta(minutes=30, seconds=1))
    page = client_for(cast.bob).post(url_of(meeting, "/begin"), follow_redirects=True).text
    assert "Beginnen kan vanaf een half uur van tevoren." in page
    assert state_of(meeting)[0] == "planned"
    time.forward(seconds=1)
    client_for(cast.bob).post(url_of(meeting, "/begin"))
    began = meeting.begun_at
    time.forward(minutes=1)
    client_for(cast.carol).post(url_of(meeting, "/begin"))
    assert (state_of(meeting)[0], meeting.begun_at) == ("begun", began)


def test_what_is_over_does_not_begin(client_for, cast, meeting, time):
    time.to(meeting.ends_at)
    client_for(cast.bob).post(url_of(meeting, "/begin"))
    assert state_of(meeting)[0] == "planned"


@pytest.mark.parametrize(
    ("said", "state"), [("ja", "held"), ("nee", "skipped"), ("", "planned"), ("x", "planned")]
)
def test_did_you_meet(client_for, cast, meeting, time, said, state):
    bob = client_for(cast.bob)
    bob.post(url_of(meeting, "/geweest"), data={"geweest": said})
    assert state_of(meeting)[0] == "planned"  # it was not over yet
    time.to(meeting.ends_at)
    assert "Zijn jullie bij elkaar geweest?" in bob.get(url_of(meeting)).text
    bob.post(url_of(meeting, "/geweest"), data={"geweest": said})
    assert state_of(meeting)[0] == state


def test_an_answer_to_that_stands(client_for, cast, meeting, time):
    time.to(meeting.ends_at)
    client_for(cast.bob).post(url_of(meeting, "/geweest"), data={"geweest": "ja"})
    client_for(cast.carol).post(url_of(meeting, "/geweest"), data={"geweest": "nee"})
    assert state_of(meeting)[0] == "held"


@pytest.mark.parametrize("name", ["dan", "eve", "frank", "ada", "zoe"])
def test_who_does_not_sit_here_changes_nothing(client_for, cast, meeting, time, name):
    before, outsider = state_of(meeting), client_for(getattr(cast, name))
    time.to(meeting.starts_at)
    pages = ("/verzetten", "/overslaan", "/begin", "/geweest", "/thema", "/beurten")
    answers = {page: outsider.post(url_of(meeting, page), data=AT_FOUR).status_code for page in pages}
    assert answers == dict.fromkeys(pages, 404)
    assert state_of(meeting) == before
