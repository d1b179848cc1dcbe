"""What somebody might try at the door, and with the bytes of a request: cookies, hosts, addresses elsewhere, texts."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from circles.mail.models import OutboxMail
from circles.people.models import SignIn
from circles.people.services import signing_in
from tests.house import House, house


@pytest.fixture
def home(cast, world) -> House:
    """Something to protect behind each route."""
    return house(cast, world)


# Getting in.


def test_a_password_opens_the_account_it_belongs_to_and_no_other(app, world, session, cast):
    twin = world.person(cast.anker, "Bob Bakker", email=cast.bob.email)
    cast.bob.password_hash = signing_in.hash_password("vier losse woorden samen", about=cast.bob)
    session.commit()
    client = app.test_client()
    client.post("/inloggen", data={"email": cast.bob.email})
    assert client.post("/inloggen", data={"password": "vier losse woorden samen"}).headers["Location"] == "/"
    client.post("/inloggen/verder", data={"person": twin.public_id})
    assert session.scalars(sa.select(SignIn.person_id)).all() == [cast.bob.id]


def test_a_session_from_before_signing_in_is_not_the_one_after(app, session, cast):
    """Who plants a cookie in somebody's browser is not signed in with them."""
    attacker, victim = app.test_client(), app.test_client()
    attacker.get("/inloggen")
    attacker.post("/inloggen", data={"email": cast.bob.email})
    planted = attacker.get_cookie("vakcirkels").value
    victim.set_cookie("vakcirkels", planted)
    victim.post("/inloggen", data={"code": _code(session, cast.bob.email)})
    assert victim.get("/ik").status_code == 200
    assert victim.get_cookie("vakcirkels").value != planted
    assert attacker.get("/ik").status_code == 303


def test_who_signs_in_after_somebody_else_in_one_browser_does_not_become_them(app, world, session, cast):
    """Bob proved his address on the shared computer, chose no membership yet, and walked away."""
    world.person(cast.anker, "Bob Bakker", email=cast.bob.email)
    session.commit()
    client = app.test_client()
    for email in (cast.bob.email, cast.carol.email):
        client.get("/inloggen?opnieuw=1")
        client.post("/inloggen", data={"email": email})
        answer = client.post("/inloggen", data={"code": _code(session, email)})
    assert answer.headers["Location"] == "/"
    client.post("/inloggen/verder", data={"person": cast.bob.public_id})
    assert session.scalars(sa.select(SignIn.person_id)).all() == [cast.carol.id]


def test_a_copied_cookie_is_worth_nothing_after_signing_out(app, client_for, cast):
    bob, thief = client_for(cast.bob), app.test_client()
    thief.set_cookie("vakcirkels", bob.get_cookie("vakcirkels").value)
    assert thief.get("/ik").status_code == 200
    bob.post("/uitloggen")
    assert thief.get("/ik").status_code == 303


def test_a_cookie_of_ones_own_making_opens_nothing(app, cast):
    for forged in ("e30.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb", "", "null", "x" * 3000):
        client = app.test_client()
        client.set_cookie("vakcirkels", forged)
        assert client.get("/ik").status_code == 303


# Leading somebody elsewhere.

ELSEWHERE = [
    "https://elders.example", "//elders.example", "///elders.example", "/\\elders.example", "\\\\elders.example",
    "/\t/elders.example", "javascript:alert(1)", "elders.example", "/\r\nLocation: https://elders.example", " //x",
]  # fmt: skip


def test_no_form_leads_out_of_the_app(client_for, cast, home):
    bob = client_for(cast.bob)
    posts = {
        "/taal": {"taal": "nl"},
        home.fill("/bijeenkomst/<meeting_id>/antwoord"): {"answer": "yes"},
        home.fill("/thema/<theme_id>/bezig"): {"aan": "1"},
    }
    for target in ELSEWHERE:
        for path, data in posts.items():
            location = bob.post(path, data={**data, "next": target}).headers["Location"]
            assert re.match(r"^/(?![/\\])[\x20-\x7e]*$", location), f"{path} to {target!r}: {location!r}"
    heading = home.fill("/thema/<theme_id>")
    answer = bob.post(f"{heading}/bezig", data={"aan": "1", "next": "/themas"})
    assert answer.headers["Location"] == "/themas"


def test_another_host_gets_no_page(app, cast):
    client = app.test_client()
    assert client.get("/inloggen", headers={"Host": "localhost"}).status_code == 200
    for host in ("elders.example", "localhost.elders.example", "localhost@elders.example", "a b"):
        for method in ("GET", "POST"):
            answer = client.open("/inloggen", method=method, headers={"Host": host})
            assert (answer.status_code, answer.text) == (400, "400 Bad Request")


def test_no_mail_points_to_the_host_that_a_request_named(app, client_for, session, cast):
    headers = {
        "X-Forwarded-Host": "elders.example",
        "X-Forwarded-Proto": "https",
        "Forwarded": "host=elders.example",
    }
    client_for(cast.bob).post(
        f"/cirkel/{cast.circle.public_id}/uitnodigen", data={"emails": "ines@x.example"}, headers=headers
    )
    mail = session.scalars(sa.select(OutboxMail)).one()
    assert "http://localhost/uitnodiging/" in mail.text
    assert "elders" not in f"{mail.text}{mail.html}"


# Odd bytes.


def test_odd_ids_are_simply_not_found(client_for, cast):
    bob = client_for(cast.bob)
    rules = ["/cirkel/<>", "/bijeenkomst/<>", "/conclusie/<>", "/thema/<>", "/agenda/<>.ics", "/antwoord/<>"]
    for piece in ("%00", "a%00b", "%ED%A0%80", "%F0%28%8C%28", "x" * 400, "..%2f..%2f"):
        for rule in rules:
            assert bob.get(rule.replace("<>", piece)).status_code == 404, f"{rule} {piece}"


@pytest.mark.parametrize("text", ["a\0b", "9" * 5000, "\u202eomgekeerd", "😀" * 50])
def test_odd_texts_break_no_page(client_for, session, cast, home, text):
    bob = client_for(cast.bob)
    answers = [bob.get("/logboek", query_string={name: text}) for name in ("cirkel", "zoek", "soort")]
    assert {answer.status_code for answer in answers} <= {200, 400}
    posts = {
        f"/cirkel/{cast.circle.public_id}/instellingen": {"name": text, "planned_ahead": "3", "based_on": text},
        f"/cirkel/{cast.circle.public_id}/spelregels": {"text": text, "based_on": text},
        home.fill("/bijeenkomst/<meeting_id>/verzetten"): {
            "on": "2027-03-12", "at": "10:00", "minutes": "90", "place": text, "based_on": text,
        },
        home.fill("/conclusie/<conclusion_id>/wijzigen"): {"kind": "norm", "text": text, "based_on": text},
        "/ik": {"name": text, "speaks": "nl", "site": text},
        "/ik/uren": {"uur": text},
    }  # fmt: skip
    for path, data in posts.items():
        status = bob.post(path, data=data).status_code
        assert status in {303, 400, 409, 422}, f"{path}: {status}"
    hanna = client_for(cast.hanna)
    theme = {"language": "nl", "title": text, "question": text, "opening_questions": text, "based_on": text}
    status = hanna.post(home.fill("/hotspot/thema/<theme_id>/wijzigen"), data=theme).status_code
    assert status in {303, 400, 409, 422}


def _code(session, email: str) -> str:
    mail = session.scalars(
        sa.select(OutboxMail).where(OutboxMail.to_address == email).order_by(OutboxMail.id.desc()).limit(1)
    ).one()
    return "".join(re.search(r"(\d{3}) (\d{3})", mail.text).groups())
