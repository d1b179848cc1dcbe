"""Getting in: by code, by password, by invitation; and who does not get in."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from circles import links
from circles.mail.models import OutboxMail
from circles.people.errors import LastAdministrator, WeakPassword
from circles.people.models import Invitee, MailDomain, Person, SignIn
from circles.people.services import joining, organisations, signing_in
from tests.conftest import counted_queries


def ask_code(client, email: str) -> None:
    answer = client.post("/inloggen", data={"email": email})
    assert answer.status_code == 303, answer.text


def code_for(session, email: str) -> str:
    mail = session.scalars(
        sa.select(OutboxMail).where(OutboxMail.to_address == email).order_by(OutboxMail.id.desc()).limit(1)
    ).one()
    return "".join(re.search(r"(\d{3}) (\d{3})", mail.text).groups())


def is_signed_in(client) -> bool:
    return client.get("/ik").status_code == 200


def test_a_code_lets_in_once(app, client, session, cast):
    ask_code(client, cast.alice.email)
    code = code_for(session, cast.alice.email)
    assert client.post("/inloggen", data={"code": code}).headers["Location"] == "/"
    assert is_signed_in(client)
    other = app.test_client()
    ask_code(other, cast.alice.email)
    assert other.post("/inloggen", data={"code": code}).status_code == 422


def test_a_code_belongs_to_the_browser_that_asked(app, client, session, cast):
    ask_code(client, cast.alice.email)
    code = code_for(session, cast.alice.email)
    elsewhere = app.test_client()
    ask_code(elsewhere, cast.alice.email)
    assert elsewhere.post("/inloggen", data={"code": code}).status_code == 422
    assert client.post("/inloggen", data={"code": code}).status_code == 303  # asking elsewhere voids nothing


def test_five_tries_and_no_sixth(client, session, cast):
    ask_code(client, cast.alice.email)
    code = code_for(session, cast.alice.email)
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(5):
        assert client.post("/inloggen", data={"code": wrong}).status_code == 422
    assert client.post("/inloggen", data={"code": code}).status_code == 422


def test_a_code_ends_after_ten_minutes(client, session, cast, time):
    ask_code(client, cast.alice.email)
    time.forward(minutes=10, seconds=1)
    assert client.post("/inloggen", data={"code": code_for(session, cast.alice.email)}).status_code == 422


def test_known_and_unknown_get_the_same_answer(app, session, cast):
    answers = []
    for email in (cast.alice.email, "niemand@elders.example"):
        client = app.test_client()
        ask_code(client, email)
        answers.append(re.sub(rf"{email}|[\w.-]{{60,}}", "?", client.get("/inloggen").text))
    assert answers[0] == answers[1]
    assert session.scalars(sa.select(OutboxMail.to_address)).all() == [cast.alice.email]


def test_a_password_lets_in_and_a_wrong_one_does_not(client, session, cast):
    cast.alice.password_hash = signing_in.hash_password("vier losse woorden samen", about=cast.alice)
    ask_code(client, cast.alice.email)
    assert client.post("/inloggen", data={"password": "iets heel anders hier"}).status_code == 422
    assert client.post("/inloggen", data={"password": "vier losse woorden samen"}).status_code == 303
    assert is_signed_in(client)


def test_a_password_is_hashed_as_often_for_who_is_unknown(app, monkeypatch, cast):
    counted = []
    real = signing_in.password_fits
    monkeypatch.setattr(signing_in, "password_fits", lambda *a: counted.append(a[1] is None) or real(*a))
    for email in (cast.alice.email, "niemand@elders.example"):
        client = app.test_client()
        ask_code(client, email)
        client.post("/inloggen", data={"password": "een willekeurige poging"})
    assert counted == [True, True]


@pytest.mark.parametrize(
    "password", ["kort", "wachtwoord123", "aaaaaaaaaaaaaaa", "AliceAalders12", "vakcirkels123"]
)
def test_passwords_that_are_easy_to_guess_are_refused(cast, password):
    with pytest.raises(WeakPassword):
        signing_in.hash_password(password, about=cast.alice)


def test_too_many_codes_from_one_place_are_refused_for_that_place_alone(app, client, cast):
    for _ in range(8):
        ask_code(client, cast.alice.email)
    assert client.post("/inloggen", data={"email": cast.alice.email}).status_code == 429
    elsewhere = app.test_client()
    answer = elsewhere.post(
        "/inloggen", data={"email": cast.alice.email}, environ_base={"REMOTE_ADDR": "192.0.2.9"}
    )
    assert answer.status_code == 303


def test_a_new_password_ends_the_sessions_elsewhere(client_for, cast):
    here, elsewhere = client_for(cast.alice), client_for(cast.alice)
    assert here.post("/ik/wachtwoord", data={"password": "vier losse woorden samen"}).status_code == 303
    assert (is_signed_in(here), is_signed_in(elsewhere)) == (True, False)


def test_a_session_can_be_ended_from_another_device(client_for, session, cast):
    here, elsewhere = client_for(cast.alice), client_for(cast.alice)
    other = session.scalars(sa.select(SignIn).order_by(SignIn.id.desc()).limit(1)).one()
    here.post(f"/ik/aanmelden/{other.public_id}/einde")
    assert (is_signed_in(here), is_signed_in(elsewhere)) == (True, False)


def test_nobody_ends_the_session_of_somebody_else(client_for, session, cast):
    alice = client_for(cast.alice)
    hers = session.scalars(sa.select(SignIn).where(SignIn.person_id == cast.alice.id)).one()
    client_for(cast.bob).post(f"/ik/aanmelden/{hers.public_id}/einde")
    assert is_signed_in(alice)


def test_who_is_disabled_is_out_at_once(client_for, cast, now):
    client = client_for(cast.alice)
    cast.alice.disabled_at = now
    assert client.get("/ik").status_code == 303


def test_a_session_ends_after_two_weeks(client_for, cast, time):
    client = client_for(cast.alice)
    time.forward(days=14, seconds=1)
    assert not is_signed_in(client)


def test_the_session_is_looked_up_in_one_query(client_for, cast):
    client = client_for(cast.alice)
    client.get("/help")
    with counted_queries() as queries:
        client.get("/help")
    assert len([query for query in queries if "FROM sign_in" in query]) == 1


def test_last_use_is_noted_once_an_hour(client_for, session, cast, time):
    client = client_for(cast.alice)
    began = time.now
    time.forward(minutes=30)
    client.get("/ik")
    assert session.scalars(sa.select(SignIn.seen_at)).one() == began
    seen = time.forward(minutes=31)
    client.get("/ik")
    assert session.scalars(sa.select(SignIn.seen_at)).one() == seen


@pytest.mark.parametrize(
    "target", ["https://elders.example", "//elders.example", "/\\elders.example", "elders"]
)
def test_signing_in_leads_nowhere_else(client, session, cast, target):
    client.get("/inloggen", query_string={"next": target})
    ask_code(client, cast.alice.email)
    answer = client.post("/inloggen", data={"code": code_for(session, cast.alice.email)})
    assert answer.headers["Location"] == "/"


def test_signing_in_goes_on_to_where_one_was_heading(client, session, cast):
    answer = client.get("/ik/mail")
    client.get(answer.headers["Location"])
    ask_code(client, cast.alice.email)
    answer = client.post("/inloggen", data={"code": code_for(session, cast.alice.email)})
    assert answer.headers["Location"] == "/ik/mail"


def test_an_address_of_the_organisation_may_sign_up(client, session, cast):
    session.add(MailDomain(organisation_id=cast.linde.id, domain="linde.example"))
    ask_code(client, "Nieuw@Linde.example")
    answer = client.post("/inloggen", data={"code": code_for(session, "nieuw@linde.example")})
    assert answer.headers["Location"] == "/inloggen/verder"
    assert client.post("/inloggen/verder", data={"organisation": cast.linde.public_id}).status_code == 422
    client.post("/inloggen/verder", data={"organisation": cast.linde.public_id, "name": "Nina Nieuw"})
    assert is_signed_in(client)
    person = session.scalars(sa.select(Person).where(Person.email_normalised == "nieuw@linde.example")).one()
    assert (person.name, person.organisation_id) == ("Nina Nieuw", cast.linde.id)


def test_who_has_two_memberships_chooses(client, world, session, cast):
    world.person(cast.anker, "Alice Aalders", email=cast.alice.email)
    ask_code(client, cast.alice.email)
    client.post("/inloggen", data={"code": code_for(session, cast.alice.email)})
    page = client.get("/inloggen/verder").text
    assert "De Linde" in page
    assert "Het Anker" in page
    client.post("/inloggen/verder", data={"person": cast.alice.public_id})
    assert is_signed_in(client)


def test_nobody_enters_as_somebody_else_after_proving_an_address(client, session, cast):
    session.add(MailDomain(organisation_id=cast.linde.id, domain="linde.example"))
    ask_code(client, "nieuw@linde.example")
    client.post("/inloggen", data={"code": code_for(session, "nieuw@linde.example")})
    assert client.post("/inloggen/verder", data={"person": cast.alice.public_id}).status_code == 422
    assert not is_signed_in(client)


def test_the_invitation_in_the_mail_proves_the_address(client, session, cast, now):
    invitee = joining.list_invitee(cast.linde.id, "ines@delinde.example", now=now, name="Ines")
    session.flush()
    token = links.sign("invitee", invitee.public_id)
    assert "De Linde" in client.get(f"/uitnodiging/{token}").text
    assert (
        session.scalars(sa.select(Person).where(Person.name == "Ines")).all() == []
    )  # looking changes nothing
    client.post(f"/uitnodiging/{token}/ja")
    client.post("/inloggen/verder", data={"organisation": cast.linde.public_id, "name": "Ines IJzer"})
    assert is_signed_in(client)
    session.expire_all()
    assert session.scalars(sa.select(Invitee.accepted_at)).one() == now


def test_an_accepted_invitation_does_not_open_the_door_again(app, client, session, cast, now):
    invitee = joining.list_invitee(cast.linde.id, "ines@delinde.example", now=now, name="Ines")
    joining.join_organisation(cast.linde, email="ines@delinde.example", name="Ines", now=now)
    session.commit()
    token = links.sign("invitee", invitee.public_id)
    answer = client.post(f"/uitnodiging/{token}/ja")
    assert answer.headers["Location"] == "/inloggen"
    assert not is_signed_in(client)


def test_declining_is_one_click(client, session, cast, now):
    invitee = joining.list_invitee(cast.linde.id, "ines@delinde.example", now=now)
    session.flush()
    client.post(f"/uitnodiging/{links.sign('invitee', invitee.public_id)}/nee")
    session.expire_all()
    assert invitee.declined_at == now


def test_a_forged_link_is_not_found(client, cast):
    assert client.get("/uitnodiging/verzonnen").status_code == 404


def test_signing_out_ends_the_session_itself(app, client_for, cast):
    client = client_for(cast.alice)
    kept = client.get_cookie(app.config["SESSION_COOKIE_NAME"]).value
    client.post("/uitloggen")
    client.set_cookie(app.config["SESSION_COOKIE_NAME"], kept)
    assert not is_signed_in(client)


def test_one_click_unsubscribing_needs_no_session(client, session, cast):
    token = links.sign("unsubscribe", cast.bob.public_id, "reminder")
    client.get(f"/afmelden/{token}")
    session.expire_all()
    assert not cast.bob.mutes("reminder")
    answer = client.post(
        f"/afmelden/{token}", data={"List-Unsubscribe": "One-Click"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 303
    session.expire_all()
    assert cast.bob.mutes("reminder")


def test_a_form_of_another_site_is_refused(client_for, cast):
    client = client_for(cast.alice)
    assert client.post("/uitloggen", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 400
    assert client.post("/uitloggen", headers={"Origin": "https://elders.example"}).status_code == 400
    assert is_signed_in(client)


def test_the_first_administrator_gets_in_with_the_printed_code(app, client, session):
    printed = app.test_cli_runner().invoke(
        args=["organisation", "create", "De Beuk", "--admin", "ada@debeuk.example"]
    )
    code = re.search(r"code (\d{6})", printed.output)[1]
    ask_code(client, "ada@debeuk.example")
    assert client.post("/inloggen", data={"code": code}).status_code == 303
    assert client.get("/beheer").status_code == 200


def test_the_last_administrator_stays(cast):
    with pytest.raises(LastAdministrator):
        organisations.take_role(cast.ada, "administrator")


def test_old_sessions_and_codes_are_forgotten(client, session, cast, now):
    ask_code(client, cast.alice.email)
    session.rollback()
    assert signing_in.forget_expired(now) == 0
    assert signing_in.forget_expired(now + timedelta(days=30)) == 1
