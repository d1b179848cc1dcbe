"""Circles on the page: invited, asking, and who may not."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from circles.mail.models import OutboxMail
from circles.membership import mails, queries
from circles.membership.models import Ask, CircleChange
from circles.membership.services import asks, invitations, seats


def token_of(invitation) -> str:
    return mails.invitation_token(invitation)


@pytest.fixture
def invitation(session, cast, now):
    row = invitations.invite(
        cast.circle, cast.alice, "ines@delinde.example", now=now, note="Jij hoort erbij."
    )
    session.commit()
    return row


def test_the_invitation_survives_signing_up_and_ends_in_the_circle(client, session, cast, invitation):
    token = token_of(invitation)
    assert "Jij hoort erbij." in client.get(f"/uitnodiging/cirkel/{token}").text
    assert client.post(f"/uitnodiging/cirkel/{token}/ja").headers["Location"] == "/inloggen"
    give_code(client, session, "ines@delinde.example")
    answer = client.post(
        "/inloggen/verder", data={"organisation": cast.linde.public_id, "name": "Ines IJzer"}
    )
    assert answer.headers["Location"] == f"/cirkel/{cast.circle.public_id}"
    assert "Welkom in Vakcirkel Jeugdhulp" in client.get(answer.headers["Location"]).text
    session.expire_all()
    assert [seat.person.first_name for seat in cast.circle.open_seats] == ["Alice", "Bob", "Carol", "Ines"]


def give_code(client, session, email: str):
    """Proves an address; yields the answer to the code."""
    client.post("/inloggen", data={"email": email})
    mails = sa.select(OutboxMail.text).where(
        OutboxMail.kind == "sign_in_code", OutboxMail.to_address == email
    )
    text = session.scalars(mails.order_by(OutboxMail.id)).all()[-1]
    return client.post("/inloggen", data={"code": re.search(r"\d{3} \d{3}", text)[0]})


@pytest.fixture
def said_yes(client, cast, session, now):
    """Dan was invited and said yes, in a browser in which he has not signed in yet; yields the invitation."""
    row = invitations.invite(cast.circle, cast.alice, cast.dan.email, now=now)
    client.post(f"/uitnodiging/cirkel/{token_of(row)}/ja")
    return row


def sits(person, circle) -> bool:
    return person.id in [seat.person_id for seat in circle.open_seats]


def test_a_member_who_said_yes_sits_as_soon_as_the_code_is_given(client, session, cast, said_yes):
    assert not sits(cast.dan, cast.circle)
    answer = give_code(client, session, cast.dan.email)
    assert answer.headers["Location"] == f"/cirkel/{cast.circle.public_id}"
    session.expire_all()
    assert (sits(cast.dan, cast.circle), said_yes.outcome) == (True, "accepted")


def test_a_yes_is_done_once_and_by_nobody_who_signs_in_later(client, session, cast, said_yes, time):
    time.forward(minutes=61)
    answer = give_code(client, session, cast.dan.email)
    assert answer.headers["Location"] == f"/uitnodiging/cirkel/{token_of(said_yes)}"
    session.expire_all()
    assert (sits(cast.dan, cast.circle), said_yes.outcome) == (False, "open")


def test_signing_in_after_a_yes_to_a_circle_that_filled_up_ends_on_the_waiting_list(
    client, session, cast, said_yes, world, now
):
    for number, person in enumerate(world.people(cast.linde, 5), start=4):
        world.seat(cast.circle, person, number)
    assert "Alle acht plekken zijn nu bezet." in client.get(f"/uitnodiging/cirkel/{token_of(said_yes)}").text
    answer = give_code(client, session, cast.dan.email)
    assert answer.headers["Location"] == "/cirkels"
    page = client.get("/cirkels").text
    assert ("Alle acht plekken zijn net bezet." in page, "Wacht niet meer" in page) == (True, True)
    session.expire_all()
    assert (queries.waits_for(cast.dan, cast.circle), said_yes.outcome) == (True, "open")


@pytest.mark.parametrize("what", ["withdrawn", "gone", "seated", "another house"])
def test_signing_in_works_whatever_became_of_the_invitation(client, session, cast, said_yes, now, what):
    token, person = token_of(said_yes), cast.dan
    if what == "withdrawn":
        invitations.withdraw_invitation(said_yes, now)
    if what == "gone":
        session.delete(said_yes)
    if what == "seated":
        seats.sit_down(cast.circle, cast.dan, now)
    if what == "another house":
        person = cast.zoe
    answer = give_code(client, session, person.email)
    assert answer.headers["Location"] == {
        "gone": "/cirkels",
        "seated": f"/cirkel/{cast.circle.public_id}",
    }.get(what, f"/uitnodiging/cirkel/{token}")
    assert client.get("/ik").status_code == 200
    session.expire_all()
    assert len(cast.circle.open_seats) == (4 if what == "seated" else 3)


def test_declining_is_one_click_without_signing_in(client, session, invitation):
    client.post(f"/uitnodiging/cirkel/{token_of(invitation)}/nee")
    session.expire_all()
    assert invitation.outcome == "declined"


def test_looking_at_an_invitation_changes_nothing_and_names_no_members(client, session, cast, invitation):
    page = client.get(f"/uitnodiging/cirkel/{token_of(invitation)}").text
    session.expire_all()
    assert invitation.outcome == "open"
    assert "Alice" in page
    assert not any(name in page for name in ("Bob", "Carol"))


def test_somebody_of_another_house_cannot_take_the_seat(client_for, session, cast, invitation):
    answer = client_for(cast.zoe).post(f"/uitnodiging/cirkel/{token_of(invitation)}/ja")
    assert answer.headers["Location"] == "/inloggen"
    session.expire_all()
    assert len(cast.circle.open_seats) == 3


def test_who_comes_too_late_gets_a_kind_answer_and_waits(client_for, world, session, cast, now):
    circle = world.circle(*world.people(cast.linde, 8), name="Vol")
    row = invitations.invite(circle, circle.open_seats[0].person, cast.dan.email, now=now)
    session.commit()
    client = client_for(cast.dan)
    assert client.post(f"/uitnodiging/cirkel/{token_of(row)}/ja").headers["Location"] == "/cirkels"
    assert "Je staat op de wachtlijst" in client.get("/cirkels").text


def test_finding_asking_and_being_let_in(client_for, session, cast):
    cast.circle.findable = True
    dan = client_for(cast.dan)
    page = dan.get("/cirkels/zoeken").text
    assert "Vakcirkel Jeugdhulp" in page
    assert "Alice" not in page
    dan.post(f"/cirkels/zoeken/{cast.circle.public_id}/vraag", data={"note": "Ik werk in de wijk."})
    row = session.scalars(sa.select(Ask)).one()
    to = session.scalars(sa.select(OutboxMail.to_address).where(OutboxMail.kind == "ask_to_join")).all()
    assert to == [cast.alice.email]
    client_for(cast.carol).post(
        f"/cirkel/{cast.circle.public_id}/vragen/{row.public_id}", data={"antwoord": "ja"}
    )
    session.expire_all()
    assert [seat.person.first_name for seat in cast.circle.open_seats] == ["Alice", "Bob", "Carol", "Dan"]


def test_a_circle_that_does_not_want_to_be_found_is_not(client_for, cast):
    dan = client_for(cast.dan)
    assert "Vakcirkel Jeugdhulp" not in dan.get("/cirkels/zoeken").text
    assert dan.post(f"/cirkels/zoeken/{cast.circle.public_id}/vraag", data={"note": ""}).status_code == 404


OUTSIDERS = ("dan", "eve", "frank", "hanna", "olga", "ada", "zoe")


@pytest.mark.parametrize("name", OUTSIDERS)
def test_outsiders_reach_nothing_of_a_circle(client_for, session, cast, now, name):
    row = invitations.invite(cast.circle, cast.alice, "ines@delinde.example", now=now)
    cast.circle.findable = True
    ask = asks.ask(cast.circle, cast.frank, now=now)
    change = session.scalars(sa.select(CircleChange)).first() or _a_change(cast, now)
    session.commit()
    client, base = client_for(getattr(cast, name)), f"/cirkel/{cast.circle.public_id}"
    gets = ["/uitnodigen", "/vertrek", "/spelregels", "/instellingen"]
    posts = [*gets, "/pauze", "/trekker", "/stoppen", f"/vragen/{ask.public_id}",
             f"/uitnodigingen/{row.public_id}/intrekken",
             f"/wijzigingen/{change.public_id}/ongedaan", f"/wijzigingen/{change.public_id}/blijven"]  # fmt: skip
    assert {path: client.get(base + path).status_code for path in gets} == dict.fromkeys(gets, 404)
    assert {path: client.post(base + path).status_code for path in posts} == dict.fromkeys(posts, 404)


def test_members_reach_those_pages(client_for, cast):
    client, base = client_for(cast.bob), f"/cirkel/{cast.circle.public_id}"
    for path in ("/uitnodigen", "/vertrek", "/spelregels", "/instellingen"):
        assert client.get(base + path).status_code == 200


def test_an_invitation_with_a_bad_address_keeps_what_was_typed(client_for, cast):
    answer = client_for(cast.bob).post(
        f"/cirkel/{cast.circle.public_id}/uitnodigen",
        data={"emails": "goed@delinde.example, fout", "note": "Hoi"},
    )
    assert answer.status_code == 422
    assert "fout lijkt geen mailadres" in answer.text
    assert "goed@delinde.example, fout" in answer.text


def test_spelregels_edited_at_once_show_both(client_for, cast):
    path = f"/cirkel/{cast.circle.public_id}/spelregels"
    bob, carol = client_for(cast.bob), client_for(cast.carol)
    bob.post(path, data={"text": "Van Bob", "based_on": "0"})
    answer = carol.post(path, data={"text": "Van Carol", "based_on": "0"})
    assert answer.status_code == 409
    assert "Van Bob" in answer.text
    assert "Van Carol" in answer.text
    assert carol.post(path, data={"text": "Van Bob en Carol", "based_on": "1"}).status_code == 303


def test_leaving_and_staying_after_all(client_for, session, cast):
    bob = client_for(cast.bob)
    bob.post(f"/cirkel/{cast.circle.public_id}/vertrek")
    page = bob.get("/cirkels").text
    undo = re.search(r'action="(/cirkel/[^"]+/blijven)"', page)[1]
    session.expire_all()
    assert len(cast.circle.open_seats) == 2
    bob.post(undo)
    session.expire_all()
    assert len(cast.circle.open_seats) == 3


def test_who_would_rather_not_be_trekker_says_so_on_the_page_and_is_passed_over(client_for, session, cast):
    path = f"/cirkel/{cast.circle.public_id}"
    bob = client_for(cast.bob)
    button = re.compile(r'name="liever_niet" value="(\d)"')
    assert button.findall(client_for(cast.alice).get(path).text) == []  # the trekker passes the role on
    bob.post(f"{path}/trekker", data={"liever_niet": button.search(bob.get(path).text)[1]})
    page = bob.get(path).text
    assert ("slaan we jou over" in page, button.findall(page)) == (True, ["0"])
    client_for(cast.alice).post(f"{path}/vertrek")
    session.expire_all()
    assert [seat.person.first_name for seat in cast.circle.open_seats if seat.is_convener] == ["Carol"]
    bob.post(f"{path}/trekker", data={"liever_niet": "0"})
    assert button.findall(bob.get(path).text) == ["1"]


def test_nobody_undoes_the_leaving_of_somebody_else(client_for, session, cast):
    client_for(cast.bob).post(f"/cirkel/{cast.circle.public_id}/vertrek")
    change = session.scalars(sa.select(CircleChange).where(CircleChange.kind == "left")).one()
    answer = client_for(cast.alice).post(
        f"/cirkel/{cast.circle.public_id}/wijzigingen/{change.public_id}/ongedaan"
    )
    assert answer.status_code == 404


def _a_change(cast, now):
    from circles.membership.services import circles

    circles.change_settings(cast.circle, cast.bob, {"name": "Nieuwe naam"}, based_on=1, now=now)
    from circles.membership import queries

    return queries.recent_changes(cast.circle, now)[0]
