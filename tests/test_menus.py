"""One menu for each hat, and the switch between them for who wears several."""

from __future__ import annotations

import re

import pytest

from circles.people.models import Role

MEMBER = ["Vandaag", "Mijn cirkels", "Logboek", "Thema’s"]
VIEWER = ["Overzicht", "Wie leert van wie?"]
ADMINISTRATOR = ["Mensen", "Afdelingen", "Taken", "Instellingen"]


def menu_of(page: str) -> list[str]:
    """The words of the main menu, in order."""
    nav = re.search(r'<nav class="nav".*?</nav>', page, re.S)
    assert nav
    return re.findall(r">\s*([^<>]+?)\s*</a>", nav[0])


def hats_of(page: str) -> dict[str, tuple[str, bool]]:
    """What the switch offers: where each word leads, and whether one is there now. Empty without a switch."""
    switch = re.search(r'<details class="wissel">.*?</details>', page, re.S)
    if not switch:
        return {}
    found = re.findall(r'<a href="([^"]+)"( aria-current="true")?>([^<]+)</a>', switch[0])
    return {word: (address, bool(here)) for address, here, word in found}


@pytest.mark.parametrize(
    ("who", "path", "menu"),
    [
        ("bob", "/", MEMBER),
        ("hanna", "/", [*MEMBER, "Hotspot"]),
        ("olga", "/", MEMBER),
        ("olga", "/organisatie", VIEWER),
        ("ada", "/", MEMBER),
        ("ada", "/beheer", ADMINISTRATOR),
        ("ada", "/beheer/mensen/leden", ADMINISTRATOR),
    ],
)
def test_each_hat_has_its_menu(client_for, cast, who, path, menu):
    assert menu_of(client_for(getattr(cast, who)).get(path).text) == menu


def test_who_wears_one_hat_sees_no_switch(client_for, cast):
    assert hats_of(client_for(cast.bob).get("/").text) == {}


def test_who_wears_three_switches_from_everywhere_and_lands_on_a_page(client_for, session, cast):
    cast.alice.roles = [Role(role="administrator"), Role(role="viewer")]
    session.flush()
    alice = client_for(cast.alice)
    places = {"Beheer": "/beheer", "Organisatie": "/organisatie", "Mijn cirkels": "/"}
    for here, path in places.items():
        answer = alice.get(path)
        assert answer.status_code == 200
        assert hats_of(answer.text) == {word: (place, word == here) for word, place in places.items()}
    assert "Vandaag" in menu_of(alice.get("/").text)  # `/` is Vandaag, whatever the hats


def test_a_hat_taken_off_is_gone_from_the_switch_and_its_pages(client_for, session, cast):
    olga = client_for(cast.olga)
    assert set(hats_of(olga.get("/").text)) == {"Organisatie", "Mijn cirkels"}
    session.delete(cast.olga.roles[0])
    session.commit()
    assert hats_of(olga.get("/").text) == {}
    assert olga.get("/organisatie").status_code == 404
