"""The pages about the house itself: open to all, with names only for who is signed in; and one's own clock."""

from __future__ import annotations

import re
from html import unescape

import pytest

from circles.people.models import Role
from tests.conftest import counted_queries


def test_the_bare_address_welcomes_who_is_not_signed_in(client, client_for, cast):
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/welkom")
    assert client_for(cast.bob).get("/").status_code == 200


def test_signing_in_begins_on_the_open_page(client, session, cast):
    form = re.search(r"<form.*?</form>", client.get("/welkom").text.split("<main")[1], re.S)[0]
    assert ('action="/inloggen"' in form, 'name="email"' in form) == (True, True)
    assert client.post("/inloggen", data={"email": cast.bob.email}).headers["Location"] == "/inloggen"


def test_who_is_signed_in_goes_on_from_the_open_page(client_for, cast):
    page = client_for(cast.bob).get("/welkom").text
    assert 'name="email"' not in page
    assert "Naar vandaag" in page


def test_another_page_is_gone_on_to_after_signing_in(client):
    assert client.get("/logboek?zoek=vraag").headers["Location"] == "/inloggen?next=/logboek?zoek%3Dvraag"


def test_who_oversees_is_named_to_colleagues_and_to_nobody_else(client, client_for, session, cast):
    session.add(Role(person_id=cast.frank.id, role="administrator"))
    assert _named(client_for(cast.bob).get("/vertrouwelijk").text) == [
        "Ada Albers, Frank Franssen",
        "Olga Oosting",
    ]
    assert _named(client_for(cast.zoe).get("/vertrouwelijk").text) == ["niemand", "niemand"]
    page = client.get("/vertrouwelijk").text
    assert [name for name in ("Ada", "Olga", "Frank", "De Linde") if name in page] == []


def _named(page: str) -> list[str]:
    section = re.search(r'aria-labelledby="namen".*?</section>', page, re.S)[0]
    return [unescape(name) for name in re.findall(r"<dd>(.*?)</dd>", section)]


def test_an_account_that_is_closed_is_not_named(client_for, cast, now):
    cast.olga.disabled_at = now
    assert _named(client_for(cast.bob).get("/vertrouwelijk").text) == ["Ada Albers", "niemand"]


@pytest.mark.parametrize("url", ["/help", "/toegankelijkheid", "/welkom", "/vertrouwelijk"])
def test_open_pages_ask_the_database_nothing(client, app, url):
    with counted_queries() as queries:
        assert client.get(url).status_code == 200
    assert queries == []


def test_help_answers_ten_questions_and_says_what_hotspot_and_trekker_are(client):
    questions = [
        unescape(words) for words in re.findall(r'<h2 id="h\d+">(.*?)</h2>', client.get("/help").text)
    ]
    assert len(questions) == 10
    assert {"Wat doet de trekker?", "Wat is de hotspot?"} <= set(questions)


def test_the_circle_says_what_a_trekker_is(client_for, cast):
    page = client_for(cast.bob).get(f"/cirkel/{cast.circle.public_id}").text
    assert page.count("trekker: wie de cirkel gaande houdt") == 1


def test_times_are_shown_on_ones_own_clock(client_for, session, cast):
    browser = client_for(cast.bob)
    assert cast.bob.wall_zone == "Europe/Amsterdam"
    assert browser.post("/ik/tijdzone", data={"zone": "America/New_York"}).headers["Location"] == "/ik"
    assert cast.bob.wall_zone == "America/New_York"
    assert re.findall(r'<option selected value="([^"]*)">', browser.get("/ik").text)[-1] == "America/New_York"
    browser.post("/ik/tijdzone", data={"zone": ""})
    assert cast.bob.zone is None


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd", "europe/amsterdam"])
def test_a_zone_that_does_not_exist_is_refused_in_words(client_for, cast, zone):
    answer = client_for(cast.bob).post("/ik/tijdzone", data={"zone": zone})
    assert answer.status_code == 422
    assert "<title>Fout: " in answer.text
    assert cast.bob.zone is None


def test_all_pages_about_oneself_are_one_step_away(client_for, cast):
    nav = re.search(r'<nav class="subnav".*?</nav>', client_for(cast.bob).get("/ik").text, re.S)[0]
    assert re.findall(r'href="([^"]+)"', nav) == [
        "/ik", "/ik/uren", "/ik/themas", "/ik/agenda", "/ik/mail", "/ik/aanmelden", "/ik/wachtwoord", "/ik/gegevens",
    ]  # fmt: skip
    assert ">Apparaten</a>" in nav
