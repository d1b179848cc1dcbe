"""What people say about themselves: profile, mail, password, sign-ins and language."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
import sqlalchemy as sa

from circles.people.mails import KINDS
from circles.people.models import AuditEntry, Person, SignIn
from circles.people.services import signing_in
from tests.conftest import StrictClient

PASSWORD = "vier losse woorden samen"


@pytest.fixture
def bob(cast, world) -> Person:
    """Bob, who is a nurse in Zorg; there are other crafts and departments too."""
    world.department(cast.linde, "Beleid")
    world.profession(cast.linde, "arts")
    cast.bob.department = world.department(cast.linde, "Zorg")
    cast.bob.profession = world.profession(cast.linde, "verpleegkundige")
    world.profession(cast.anker, "timmerman")
    return cast.bob


@pytest.fixture
def browser(client_for, bob) -> StrictClient:
    """Bob's."""
    return client_for(bob)


def filled_in(page: str) -> dict[str, str]:
    """What the first form of /ik holds, as a browser would send it."""
    form = re.search(r'<form class="formulier.*?</form>', page, re.S)[0]
    values = {}
    for tag in re.findall(r"<input[^>]*>", form):
        kind = re.search(r'type="(\w+)"', tag)
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name[1] != "csrf_token" and (
            not kind or kind[1] not in {"checkbox", "radio"} or " checked" in tag
        ):
            values[name[1]] = unescape(value[1]) if value else ""
    for name, options in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option selected value="([^"]*)"', options) or re.search(
            r'<option value="([^"]*)"', options
        )
        values[name] = chosen[1]
    return values


def said(person: Person) -> dict[str, object]:
    """What a person said, as it is kept."""
    return {
        "name": person.name,
        "profession": person.profession and person.profession.name,
        "department": person.department and person.department.name,
        "craft_years": person.craft_years,
        "speaks": person.speaks,
        "meets": (person.meets_online, person.meets_on_site, person.site),
    }


def test_saving_what_the_page_shows_changes_nothing(browser, bob):
    bob.craft_years, bob.site, bob.speaks, bob.meets_online, bob.meets_on_site = (
        7,
        "Zuid",
        "nl+en",
        True,
        False,
    )
    before = said(bob)
    answer = browser.post("/ik", data=filled_in(browser.get("/ik").text))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/ik")
    assert said(bob) == before


def test_a_person_says_who_they_are(browser, bob):
    craft, department = browser_choices(browser.get("/ik").text)
    browser.post(
        "/ik",
        data={
            "name": "  Bob   de Bakker ", "profession": craft["arts"], "department": department["Beleid"],
            "craft_years": "12", "speaks": "nl+en", "meets_on_site": "y", "site": "Utrecht",
        },
    )  # fmt: skip
    assert said(bob) == {
        "name": "Bob de Bakker", "profession": "arts", "department": "Beleid", "craft_years": 12,
        "speaks": "nl+en", "meets": (False, True, "Utrecht"),
    }  # fmt: skip


def browser_choices(page: str) -> tuple[dict[str, str], dict[str, str]]:
    """Crafts and departments on offer, ids by name."""
    craft, department = (
        {
            name: value
            for value, name in re.findall(
                r'value="(\w+)">([^<]+)<',
                re.search(rf'<select[^>]*name="{field}".*?</select>', page, re.S)[0],
            )
        }
        for field in ("profession", "department")
    )
    return craft, department


def test_only_the_crafts_of_ones_own_organisation_are_offered(browser, world):
    crafts, departments = browser_choices(browser.get("/ik").text)
    assert (set(crafts) | {"verpleegkundige"}, set(departments) | {"Zorg"}) == (
        {"arts", "verpleegkundige"},
        {"Beleid", "Zorg"},
    )


def test_all_but_the_name_may_be_left_out(browser, bob):
    browser.post(
        "/ik", data={"name": "Bob", "profession": "", "department": "", "craft_years": "", "speaks": "nl"}
    )
    assert said(bob) == {
        "name": "Bob", "profession": None, "department": None, "craft_years": None, "speaks": "nl",
        "meets": (False, False, ""),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": ""}, "Vul je naam in."),
        ({"name": " \t "}, "Vul je naam in."),
        ({"name": "\x00\u202e"}, "Vul je naam in."),
        ({"name": "B" * 121}, "Houd je naam korter dan 120 tekens."),
        ({"craft_years": "61"}, "Vul een getal van 0 tot 60 in."),
        ({"craft_years": "-1"}, "Vul een getal van 0 tot 60 in."),
        ({"craft_years": "zeven"}, "Vul een getal van 0 tot 60 in."),
        ({"craft_years": "9" * 5000}, "Vul een getal van 0 tot 60 in."),
        ({"speaks": ""}, "Kies een taal."),
        ({"speaks": "de"}, "Ongeldige keuze."),
        ({"site": "U" * 121}, "Houd dit korter."),
        ({"profession": "verzonnen"}, "Ongeldige keuze."),
        ({"department": "verzonnen"}, "Ongeldige keuze."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(browser, bob, wrong, words):
    before = said(bob)
    typed = {"name": "Robert", "craft_years": "12", "speaks": "en", "meets_online": "y", "site": "Utrecht"}
    answer = browser.post("/ik", data=typed | wrong)
    assert answer.status_code == 422
    assert unescape(answer.text).count(words) == 2  # in the summary, and at the field
    kept, [changed] = filled_in(answer.text), wrong
    assert {name: kept.get(name) for name in typed if name != changed} == {
        name: value for name, value in typed.items() if name != changed
    }
    if changed in {"craft_years", "site"}:
        assert kept[changed] == wrong[changed]
    assert said(bob) == before


def test_a_name_is_one_line_without_controls(browser, bob):
    browser.post(
        "/ik", data={"name": "Bob\x00\r\nBcc: eve@x.example\u202e", "speaks": "nl", "site": "A\x00b"}
    )
    assert (bob.name, bob.site) == ("Bob Bcc: eve@x.example", "Ab")


def test_each_kind_of_mail_has_a_switch(browser, bob, session):
    page = browser.get("/ik/mail").text
    assert re.findall(r'name="soort" value="(\w+)" checked', page) == list(KINDS)
    answer = browser.post("/ik/mail", data={"soort": ["reminder", "verzonnen"]})
    assert answer.status_code == 303
    session.refresh(bob)
    assert {row.kind for row in bob.muted} == {"invitation", "circle_news", "list"}
    assert re.findall(r'name="soort" value="(\w+)" checked', browser.get("/ik/mail").text) == ["reminder"]
    browser.post("/ik/mail", data={"soort": list(KINDS)})
    browser.post("/ik/mail", data={"soort": list(KINDS)})
    session.refresh(bob)
    assert bob.muted == []


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", "Vul een wachtwoord in."),
        ("elf tekens.", "Kies minstens twaalf tekens."),
        ("w" * 201, "Kies minstens twaalf tekens."),
        ("wachtwoord123", "Dit is makkelijk te raden."),
        ("BobBakker2027", "Dit is makkelijk te raden."),
    ],
)
def test_a_bad_password_is_refused_and_not_shown(browser, bob, password, words):
    bob.password_hash = before = "untouched"
    answer = browser.post("/ik/wachtwoord", data={"password": password})
    assert (answer.status_code, words in answer.text) == (422, True)
    assert not password or password not in answer.text
    assert bob.password_hash == before


def test_a_password_is_set_used_and_taken_away(app, browser, bob, session):
    browser.post("/ik/wachtwoord", data={"password": PASSWORD})
    assert signing_in.password_fits(PASSWORD, bob.password_hash)
    assert PASSWORD not in bob.password_hash
    browser.post("/ik/wachtwoord", data={"weg": "1"})
    assert bob.password_hash is None
    assert browser.get("/ik").status_code == 200  # this browser stays in
    kinds = session.scalars(sa.select(AuditEntry.kind).order_by(AuditEntry.id)).all()
    assert kinds.count("password changed") == 2


def test_a_changed_password_gives_this_browser_a_session_of_a_new_id(app, browser, bob, session):
    before = session.scalars(sa.select(SignIn.token_hash)).all()
    browser.post("/ik/wachtwoord", data={"password": PASSWORD})
    after = session.scalars(sa.select(SignIn.token_hash)).all()
    assert (len(before), len(after), set(before) & set(after)) == (1, 1, set())


def test_sign_ins_are_shown_by_device_and_ended_one_by_one(app, browser, bob, session, time):
    bob.zone = "America/New_York"
    agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) AppleWebKit/605.1.15 Version/18.0 Safari/604.1"
    phone = app.test_client()
    time.forward(hours=1)
    session.add(signed_in_elsewhere(bob, time.now))
    signing_in.sign_in(bob, device="Safari · iPhone", now=time.now)
    bob.password_hash = signing_in.hash_password(PASSWORD, about=bob)
    phone.post("/inloggen", data={"email": bob.email}, headers={"User-Agent": agent})
    phone.post("/inloggen", data={"password": PASSWORD}, headers={"User-Agent": agent})
    page = browser.get("/ik/aanmelden").text
    assert re.findall(r"<li>\s*<div><b>([^<]+)</b>( \(dit apparaat\))?", page) == [
        ("Onbekend apparaat", ""),
        ("Safari · iPhone", ""),
        ("Safari · iPhone", ""),
        ("test", " (dit apparaat)"),
    ]
    assert "maandag 1 maart 2027, 05.00" in page  # on Bob's own wall clock
    assert page.count("/einde") == 3
    for url in re.findall(r'action="(/ik/aanmelden/\w+/einde)"', page):
        assert browser.post(url).status_code == 303
    assert len(session.scalars(sa.select(SignIn)).all()) == 1
    assert phone.get("/ik").status_code == 303


def signed_in_elsewhere(person: Person, now) -> SignIn:
    """A session of a device that told nothing about itself."""
    return SignIn(
        token_hash="0" * 64, person_id=person.id, device="", signed_in_at=now, seen_at=now + timedelta(minutes=1),
        expires_at=now + timedelta(days=14),
    )  # fmt: skip


def test_the_language_goes_with_the_account(app, browser, bob, client_for):
    assert '<html lang="nl"' in browser.get("/ik").text
    answer = browser.post("/taal", data={"taal": "en", "next": "/ik/mail?a=b"})
    assert (answer.status_code, answer.headers["Location"], bob.locale) == (303, "/ik/mail?a=b", "en")
    assert '<html lang="en"' in browser.get("/ik").text
    assert '<html lang="en"' in client_for(bob).get("/ik").text


def test_who_is_not_signed_in_keeps_the_language_in_a_cookie(client, app):
    assert '<html lang="en"' in client.get("/help", headers={"Accept-Language": "en"}).text
    client.post("/taal", data={"taal": "nl", "next": "/help"})
    assert '<html lang="nl"' in client.get("/help", headers={"Accept-Language": "en"}).text


@pytest.mark.parametrize("given", [{}, {"taal": "de"}, {"taal": ""}])
def test_another_language_is_refused(browser, bob, given):
    assert browser.post("/taal", data=given).status_code == 400
    assert bob.locale == "nl"


@pytest.mark.parametrize(
    "target", ["//elders.example", "https://elders.example", "/ik/aanmelden/x/einde", "/nergens", ""]
)
def test_switching_language_leads_to_a_page_of_ours(browser, target):
    assert browser.post("/taal", data={"taal": "en", "next": target}).headers["Location"] == "/"
