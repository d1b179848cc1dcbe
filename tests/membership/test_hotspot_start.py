"""How a hotspot begins: an administrator asks one person, and has no say after that."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from circles.mail.models import OutboxMail
from circles.membership.models import Circle, CircleInvitation
from circles.membership.services import seats
from circles.people.models import SignInCode


@pytest.fixture
def ada(client_for, cast, session, now):
    """The administrator of an organisation without a hotspot."""
    session.delete(cast.hotspot.seats[0])
    session.delete(cast.hotspot)
    session.flush()
    return client_for(cast.ada)


@pytest.fixture
def ask(ada):
    return lambda email: ada.post("/beheer/hotspot", data={"email": email})


def hotspots(session, organisation):
    session.expire_all()
    return session.scalars(
        sa.select(Circle)
        .where(Circle.organisation_id == organisation.id, Circle.kind == "hotspot")
        .order_by(Circle.id)
    ).all()


def outcomes(session):
    rows = session.execute(
        sa.select(CircleInvitation.email, CircleInvitation.outcome).order_by(CircleInvitation.id)
    )
    return [tuple(row) for row in rows]


def link(session, email):
    text = session.scalars(
        sa.select(OutboxMail.text).where(
            OutboxMail.kind == "circle_invitation", OutboxMail.to_address == email
        )
    ).all()[-1]
    return re.search(r"http://localhost(/uitnodiging/cirkel/\S+)", text)[1]


def test_a_member_says_yes_and_is_the_first_and_the_trekker(ada, ask, client_for, session, cast):
    cast.linde.hotspot_name = "kopgroep goed werk"
    assert ask(cast.carol.email).status_code == 303
    page = ada.get("/beheer/hotspot").text
    assert (cast.carol.email in page, "De eerste is gevraagd" in page) == (True, True)
    carol = client_for(cast.carol)
    invitation = link(session, cast.carol.email)
    shown = carol.get(invitation).text
    assert "Je bent uitgenodigd in Kopgroep goed werk" in shown
    assert "Samen verkennen wat goed werk hier is." in shown
    carol.post(f"{invitation}/ja")
    [hotspot] = hotspots(session, cast.linde)
    assert [(seat.person.name, seat.is_convener) for seat in hotspot.open_seats] == [(cast.carol.name, True)]
    assert carol.get("/hotspot").status_code == 200
    assert carol.get(f"/cirkel/{hotspot.public_id}").status_code == 200
    assert carol.get(f"/cirkel/{hotspot.public_id}/uitnodigen").status_code == 200


def test_somebody_new_comes_in_by_that_one_link(ask, app, session, cast, now):
    ask("nina@elders.example")
    invitation = link(session, "nina@elders.example")
    nina = app.test_client()
    assert nina.post(f"{invitation}/ja").headers["Location"] == "/inloggen"
    nina.post("/inloggen", data={"email": "nina@elders.example"})
    mail = session.scalars(sa.select(OutboxMail).where(OutboxMail.kind == "sign_in_code")).one()
    code = re.search(r"\d{3} \d{3}", mail.text)[0]
    nina.post("/inloggen", data={"code": code})
    entered = nina.post("/inloggen/verder", data={"organisation": cast.linde.public_id, "name": "Nina Nieuw"})
    [hotspot] = hotspots(session, cast.linde)
    assert entered.headers["Location"] == f"/cirkel/{hotspot.public_id}"
    assert [seat.person.name for seat in hotspot.open_seats] == ["Nina Nieuw"]
    assert session.scalars(sa.select(SignInCode.used_at)).one() == now


def test_once_begun_the_administrator_has_no_say_and_sees_nobody(ada, ask, client_for, session, cast):
    ask(cast.carol.email)
    assert cast.carol.email in ada.get("/beheer/hotspot").text
    client_for(cast.carol).post(f"{link(session, cast.carol.email)}/ja")
    page = ada.get("/beheer/hotspot").text
    assert "De hotspot is begonnen" in page
    assert [cast.carol.name in page, cast.carol.email in page, '<form class="formulier' in page] == [
        False
    ] * 3
    assert ask(cast.bob.email).status_code == 303
    assert "De hotspot is al begonnen" in ada.get("/beheer/hotspot").text
    assert ada.post("/beheer/hotspot/intrekken").status_code == 404
    assert outcomes(session) == [(cast.carol.email, "accepted")]
    [hotspot] = hotspots(session, cast.linde)
    assert ada.get(f"/cirkel/{hotspot.public_id}").status_code == 404


def test_asking_another_closes_the_first_invitation(ask, client_for, session, cast):
    ask(cast.carol.email)
    assert ask(cast.carol.email).status_code == 422  # she has been asked
    ask(cast.bob.email)
    assert outcomes(session) == [(cast.carol.email, "withdrawn"), (cast.bob.email, "open")]
    client_for(cast.carol).post(f"{link(session, cast.carol.email)}/ja")
    [hotspot] = hotspots(session, cast.linde)
    assert hotspot.seats == []
    client_for(cast.bob).post(f"{link(session, cast.bob.email)}/ja")
    [hotspot] = hotspots(session, cast.linde)
    assert [seat.person_id for seat in hotspot.open_seats] == [cast.bob.id]


def test_an_invitation_is_taken_back_or_runs_out(ada, ask, client_for, session, cast, time):
    ask(cast.carol.email)
    ada.post("/beheer/hotspot/intrekken")
    assert outcomes(session) == [(cast.carol.email, "withdrawn")]
    assert "Wie begint de hotspot?" in ada.get("/beheer/hotspot").text
    ask(cast.bob.email)
    time.to(time.now + timedelta(days=31))
    client_for(cast.bob).post(f"{link(session, cast.bob.email)}/ja")
    later = ada.sign_in(cast.ada)
    assert "Wie begint de hotspot?" in later.get("/beheer/hotspot").text
    assert later.post("/beheer/hotspot", data={"email": cast.bob.email}).status_code == 303
    assert outcomes(session)[1:] == [(cast.bob.email, "expired"), (cast.bob.email, "open")]
    assert len(hotspots(session, cast.linde)) == 1


def test_when_all_have_left_who_comes_now_begins_anew(ask, client_for, session, cast, now):
    ask(cast.carol.email)
    client_for(cast.carol).post(f"{link(session, cast.carol.email)}/ja")
    [first] = hotspots(session, cast.linde)
    seats.leave(first.open_seats[0], now)
    ask(cast.bob.email)
    client_for(cast.bob).post(f"{link(session, cast.bob.email)}/ja")
    old, new = hotspots(session, cast.linde)
    assert (old.id, old.stage) == (first.id, "ended")
    assert [seat.person_id for seat in new.open_seats] == [cast.bob.id]


def test_a_wrong_address_is_said_and_nothing_begins(ask, session, cast):
    for email in ("", "carol"):
        assert ask(email).status_code == 422
    assert (hotspots(session, cast.linde), outcomes(session)) == ([], [])


def test_the_mail_is_in_the_language_of_the_house_for_who_is_new(ask, session, cast):
    cast.linde.locale = "en"
    ask("nina@elders.example")
    mail = session.scalars(sa.select(OutboxMail).where(OutboxMail.kind == "circle_invitation")).one()
    assert "You have been" in mail.text or "You are" in mail.text
    [hotspot] = hotspots(session, cast.linde)
    assert hotspot.purpose.startswith("Exploring together")


def test_only_administrators_ask(client_for, app, session, cast):
    for person in (cast.alice, cast.hanna, cast.olga):
        assert client_for(person).post("/beheer/hotspot", data={"email": "x@y.example"}).status_code == 404
    assert app.test_client().post("/beheer/hotspot", data={"email": "x@y.example"}).status_code == 303
    assert outcomes(session) == []


def test_the_organisation_of_the_cast_has_its_hotspot(client_for, session, cast):
    page = client_for(cast.ada).get("/beheer/hotspot").text
    assert ("De hotspot is begonnen" in page, cast.hanna.name in page) == (True, False)
