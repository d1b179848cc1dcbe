"""Who reads the log, how far back and how far on; and finding something in it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from circles.conclusions import services
from circles.extensions import db
from tests.conftest import counted_queries

DAY = timedelta(days=1)
OUTSIDERS = ("dan", "frank", "hanna", "olga", "ada", "zoe")


@pytest.fixture
def story(keep, cast, now):
    """Kept before Eve came, while she sat here (for sixty days, until a month ago), and after she left."""
    cast.circle.seats[-1].sat_at = now - timedelta(days=90)
    return {
        when: keep(when, now=now - timedelta(days=days))
        for when, days in {"voor Eve": 100, "met Eve": 60, "na Eve": 10}.items()
    }


def log(client, **query) -> list[str]:
    """The texts on the log page, in order."""
    page = client.get("/logboek", query_string=query)
    assert page.status_code == 200
    return re.findall(r'<div class="oog">.*?<p>(.*?)</p>', page.text, re.S)


def test_an_open_seat_reads_all_of_it_also_from_before(client_for, cast, story):
    assert log(client_for(cast.bob)) == ["na Eve", "met Eve", "voor Eve"]


def test_who_sits_down_later_reads_all_of_it(client_for, world, cast, story):
    world.seat(cast.circle, cast.frank, 5, sat_at=world.now)
    assert log(client_for(cast.frank)) == ["na Eve", "met Eve", "voor Eve"]


def test_who_left_reads_what_was_kept_while_they_sat_there(client_for, cast, story):
    eve = client_for(cast.eve)
    assert log(eve) == ["met Eve"]
    answers = {when: eve.get(f"/conclusie/{row.public_id}").status_code for when, row in story.items()}
    assert answers == {"voor Eve": 404, "met Eve": 200, "na Eve": 404}


def test_who_left_only_reads(client_for, session, cast, story):
    eve, path = client_for(cast.eve), f"/conclusie/{story['met Eve'].public_id}"
    page = eve.get(path).text
    assert not any(f'"{path}/{what}"' in page for what in ("wijzigen", "verwijderen", "voornemen"))
    unsafe = {
        "wijzigen": {"kind": "norm", "text": "Van Eve", "based_on": "1"},
        "verwijderen": {},
        "terug": {},
        "terugnemen": {},
        "voornemen": {"stand": "done"},
    }
    assert {eve.post(f"{path}/{what}", data=data).status_code for what, data in unsafe.items()} == {404}
    assert log(client_for(cast.bob)) == ["na Eve", "met Eve", "voor Eve"]


def test_who_left_reads_nothing_when_the_spelregels_say_so(client_for, cast, story):
    eve = client_for(cast.eve)
    assert log(eve) == ["met Eve"]
    cast.circle.leavers_read = False
    assert log(eve) == []
    assert eve.get(f"/conclusie/{story['met Eve'].public_id}").status_code == 404


@pytest.mark.parametrize("name", OUTSIDERS)
def test_nobody_else_reads_anything(client_for, cast, story, name):
    client = client_for(getattr(cast, name))
    assert log(client_for(cast.bob)) != []
    assert log(client) == []
    assert log(client, cirkel=cast.circle.public_id, zoek="Eve") == []
    assert {client.get(f"/conclusie/{row.public_id}").status_code for row in story.values()} == {404}


def test_both_ends_of_a_seat_count(client_for, session, cast, keep):
    seat = cast.circle.seats[-1]
    for at in (seat.sat_at, seat.left_at):
        keep(f"{at:%d}", now=at)
        keep(f"{at:%d} net niet", now=at + timedelta(seconds=1 if at == seat.left_at else -1))
    assert log(client_for(cast.eve)) == [f"{seat.left_at:%d}", f"{seat.sat_at:%d}"]


def test_who_left_reads_the_words_as_they_stood_then(client_for, session, cast, story):
    row, seat = story["met Eve"], cast.circle.seats[-1]
    _edit(row, cast.bob, "met Eve, netter", seat.left_at)
    _edit(row, cast.bob, "over Eve, na haar vertrek", seat.left_at + timedelta(days=1))
    assert log(client_for(cast.bob)) == ["na Eve", "over Eve, na haar vertrek", "voor Eve"]
    eve = client_for(cast.eve)
    assert log(eve) == ["met Eve, netter"]
    assert (log(eve, zoek="vertrek"), log(eve, zoek="netter")) == ([], ["met Eve, netter"])
    page = eve.get(f"/conclusie/{row.public_id}").text
    assert "over Eve" not in page
    assert re.findall(r"<p>(met Eve.*?)</p>", page) == ["met Eve, netter", "met Eve"]
    session.expire_all()
    assert row.text == "over Eve, na haar vertrek"


def test_who_came_back_reads_all_of_it(client_for, world, cast, story):
    world.seat(cast.circle, cast.eve, 5, sat_at=world.now)
    _edit(story["met Eve"], cast.bob, "later veranderd", world.now)
    assert log(client_for(cast.eve)) == ["na Eve", "later veranderd", "voor Eve"]


def test_who_left_twice_reads_what_they_could_read_the_last_time(client_for, world, cast, story, now):
    world.seat(cast.circle, cast.eve, 5, sat_at=now - timedelta(days=20), left_at=now - timedelta(days=5))
    _edit(story["met Eve"], cast.bob, "toen ze terug was", now - timedelta(days=6))
    _edit(story["met Eve"], cast.bob, "toen ze weer weg was", now - timedelta(days=4))
    assert log(client_for(cast.eve)) == ["na Eve", "toen ze terug was"]


def test_searching_finds_words_in_text_and_note_whatever_their_case(client_for, cast, keep):
    keep("Wij vragen **eerst**.", note="Geleerd van Élise")
    keep("Wij luisteren eerst.")
    bob = client_for(cast.bob)
    found = {
        words: len(log(bob, zoek=words)) for words in ("EERST", "wij vragen", "élise", "vragen luisteren", "")
    }
    assert found == {"EERST": 2, "wij vragen": 1, "élise": 1, "vragen luisteren": 0, "": 2}


def test_the_log_is_narrowed_by_kind_and_circle(client_for, world, cast, keep, now):
    world.seat(cast.other_circle, cast.bob, 2)
    elsewhere = world.meeting(cast.other_circle, now - timedelta(days=1), state="held")
    keep("Inzicht hier")
    keep("Norm hier", kind="norm")
    keep("Norm daar", kind="norm", meeting=elsewhere, person=cast.dan)
    bob = client_for(cast.bob)
    assert log(bob) == ["Norm daar", "Norm hier", "Inzicht hier"]
    assert log(bob, soort="norm") == ["Norm daar", "Norm hier"]
    assert log(bob, soort="norm", cirkel=cast.circle.public_id) == ["Norm hier"]
    assert log(bob, cirkel=cast.other_circle.public_id, zoek="daar") == ["Norm daar"]
    assert log(bob, soort="onbekend", cirkel="") == ["Norm daar", "Norm hier", "Inzicht hier"]


def test_vandaag_shows_the_log_of_the_circle_it_is_about(client_for, world, cast, story, now):
    """A former circle's words do not stand beside the next meeting of the present one."""
    world.seat(cast.other_circle, cast.eve, 2)
    assert log(client_for(cast.eve)) == ["met Eve"]
    assert "met Eve" not in client_for(cast.eve).get("/").text
    assert "na Eve" in client_for(cast.bob).get("/").text


def test_the_log_is_shown_as_typed_with_bold_and_lists_and_nothing_else(client_for, cast, keep):
    keep("**Vet** <script>alert(1)</script> ![x](https://elders.example/x.png) [link](javascript:alert(1))")
    page = client_for(cast.bob).get("/logboek").text
    assert "<strong>Vet</strong>" in page
    assert "<script>alert" not in page
    assert "<img" not in page
    assert 'href="javascript' not in page


def test_a_longer_log_asks_the_database_no_more(client_for, cast, keep):
    bob, eve = client_for(cast.bob), client_for(cast.eve)
    asked = []
    for number in range(4):
        row = keep(f"Nummer {number}", owner=cast.bob, case_owner=cast.carol, now=cast.circle.begun_at + DAY)
        _edit(row, cast.carol, f"Nummer {number} later", row.kept_at + 80 * DAY)
        with counted_queries() as queries:
            assert len(log(bob)) == len(log(eve)) == number + 1
        asked.append(len(queries))
    assert asked == [asked[0]] * 4


def _edit(row, person, text: str, at) -> None:
    services.edit(row, person, kind=row.kind, text=text, note="", based_on=row.version, now=at)
    db.session.commit()
