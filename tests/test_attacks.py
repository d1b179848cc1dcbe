"""What somebody with an account might try: other people's ids beside one's own, and links meant for something else."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from circles import links
from circles.mail.models import OutboxMail
from circles.meetings.models import Meeting
from circles.membership.models import CircleChange, CircleInvitation
from circles.people.models import Department, HeadCount, MailDomain, Person, Role, SignIn
from circles.people.services import accounts, joining
from circles.themes.models import Theme, ThemeVersion
from tests.house import House, house
from tests.routes import REACH, TABLE


@pytest.fixture
def home(cast, world) -> House:
    """Something to protect behind each route."""
    return house(cast, world)


# One's own circle, with something of another.


@pytest.mark.parametrize(
    "path",
    [
        "/vragen/<ask_id>",
        "/uitnodigingen/<invitation_id>/intrekken",
        "/wijzigingen/<change_id>/ongedaan",
        "/wijzigingen/<change_id>/blijven",
    ],
)
def test_what_belongs_to_another_circle_is_not_found_through_ones_own(client_for, session, cast, home, path):
    own = f"/cirkel/{cast.other_circle.public_id}"
    dan = client_for(cast.dan)
    assert dan.get(own).status_code == 200
    assert dan.post(home.fill(f"{own}{path}"), data={"antwoord": "ja"}).status_code == 404
    session.expire_all()
    closed = sa.select(CircleInvitation.closed_at).where(CircleInvitation.email == "ines@delinde.example")
    assert session.scalars(closed).one() is None
    assert len(cast.circle.open_seats) == 3


def test_the_trekkers_role_goes_to_nobody_outside_the_circle(client_for, session, cast):
    for other in (*cast.other_circle.seats, cast.circle.seats[3]):  # Dan's, and Eve's of before
        answer = client_for(cast.alice).post(
            f"/cirkel/{cast.circle.public_id}/trekker", data={"aan": other.public_id}
        )
        assert answer.status_code == 404
    session.expire_all()
    assert [seat.person.first_name for seat in cast.circle.open_seats if seat.is_convener] == ["Alice"]


@pytest.mark.parametrize("name", ["dan", "eve", "zoe"])
def test_a_turn_goes_to_nobody_outside_the_circle_and_is_not_lost(client_for, session, cast, home, name):
    bob, path = client_for(cast.bob), home.fill("/bijeenkomst/<meeting_id>/beurten")
    bob.post(path, data={"rol": "host", "aan": cast.carol.public_id})
    bob.post(path, data={"rol": "host", "aan": getattr(cast, name).public_id})
    meeting = session.scalars(sa.select(Meeting).where(Meeting.public_id == home.ids["meeting_id"])).one()
    assert [turn.person.first_name for turn in meeting.turns if turn.role == "host"] == ["Carol"]


def test_an_undone_turn_does_not_go_to_who_left(client_for, session, cast, home):
    bob, path = client_for(cast.bob), home.fill("/bijeenkomst/<meeting_id>/beurten")
    bob.post(path, data={"rol": "host", "aan": cast.carol.public_id})
    bob.post(path, data={"rol": "host", "aan": cast.bob.public_id})
    client_for(cast.carol).post(f"/cirkel/{cast.circle.public_id}/vertrek")
    change = session.scalars(
        sa.select(CircleChange.public_id)
        .where(CircleChange.kind == "turns_changed")
        .order_by(CircleChange.id.desc())
    ).first()
    bob.post(f"/cirkel/{cast.circle.public_id}/wijzigingen/{change}/ongedaan")
    meeting = session.scalars(sa.select(Meeting).where(Meeting.public_id == home.ids["meeting_id"])).one()
    assert "Carol" not in {turn.person.first_name for turn in meeting.turns}


@pytest.mark.parametrize(("what", "field"), [("pauze", "paused_at"), ("stoppen", None)])
def test_what_is_one_persons_own_nobody_else_takes_back(client_for, session, cast, what, field):
    base = f"/cirkel/{cast.circle.public_id}"
    client_for(cast.bob).post(f"{base}/{what}")
    change = session.scalars(sa.select(CircleChange)).one()
    undo = f"{base}/wijzigingen/{change.public_id}/ongedaan"
    carol = client_for(cast.carol)
    assert undo not in carol.get(base).text
    assert carol.post(undo).status_code == 404
    session.expire_all()
    assert change.undone_at is None
    bob = client_for(cast.bob)
    assert undo in bob.get(base).text
    assert bob.post(undo).status_code == 303
    session.expire_all()
    assert change.undone_at is not None
    assert [seat for seat in cast.circle.open_seats if field and getattr(seat, field)] == []


# Another organisation.


@pytest.fixture
def yara(world, cast) -> Person:
    """Administers the other organisation, and sits in its hotspot and a circle."""
    yara = world.person(cast.anker, "Yara Yilmaz", roles=("administrator", "viewer"))
    world.circle(yara, cast.zoe, name="Hotspot Anker", kind="hotspot", shutters_open_at=world.now)
    return yara


def test_a_circle_talks_about_no_theme_of_another_organisation(client_for, world, session, cast, home, yara):
    circle = world.circle(yara, name="Cirkel Anker")
    meeting = world.meeting(circle)
    path, data = (
        f"/bijeenkomst/{meeting.public_id}/thema",
        {"subject": home.fill("theme:<theme_id>"), "based_on": "1"},
    )
    assert client_for(yara).post(path, data=data).status_code == 404
    session.expire_all()
    assert (meeting.subject, meeting.theme_id) == ("situation", None)
    bob = client_for(cast.bob).post(home.fill("/bijeenkomst/<meeting_id>/thema"), data=data)
    assert bob.status_code == 303


@pytest.mark.parametrize("what", ["wijzigen", "publiceren", "rust", "rust?terug=1"])
def test_a_hotspot_curates_nothing_of_another_organisation(client_for, session, cast, home, yara, what):
    data = {
        "language": "nl", "title": "Van Yara", "question": "Wat?", "opening_questions": "Wie?",
        "preparation_minutes": "5", "based_on": "1",
    }  # fmt: skip
    client = client_for(yara)
    assert client.get("/hotspot").status_code == 200
    assert client.post(home.fill(f"/hotspot/thema/<theme_id>/{what}"), data=data).status_code == 404
    session.expire_all()
    assert session.scalars(sa.select(ThemeVersion.title)).all() == ["Zolder"]
    assert session.scalars(sa.select(Theme.stage)).all() == ["ready"]


def test_an_administrator_administers_nothing_of_another_organisation(client_for, session, cast, home, yara):
    client, before = client_for(yara), _linde(session, cast)
    for method, rule, who, form in TABLE:
        if REACH[who] == "ada" and "<" in rule:
            url = home.fill(rule)
            data = home.form(rule, form) if form else None
            assert client.open(url, method=method, data=data).status_code == 404, f"{method} {rule}"
    client.post("/beheer/afdelingen", data={home.fill("", "<department_id>-2027-Q1"): "40"})
    client.post("/beheer/rollen", data={"email": "gerrit@delinde.example", "role": "administrator"})
    assert session.scalars(sa.select(HeadCount)).all() == []
    assert _linde(session, cast) == before


def test_a_member_of_one_house_sees_no_circles_of_another(client_for, cast, home, yara):
    assert "Vakcirkel Jeugdhulp" in client_for(cast.dan).get("/cirkels/zoeken").text
    assert "Vakcirkel Jeugdhulp" not in client_for(yara).get("/cirkels/zoeken").text


def test_a_profile_takes_no_craft_or_department_of_another_organisation(
    client_for, world, session, cast, yara
):
    craft, department = world.profession(cast.linde, "Arts"), world.department(cast.linde, "Wijk")
    client = client_for(yara)
    for field, row in (("profession", craft), ("department", department)):
        data = {"name": "Yara", "speaks": "nl", field: row.public_id}
        assert client.post("/ik", data=data).status_code == 422
        assert client_for(cast.bob).post("/ik", data=data).status_code == 303
    session.expire_all()
    assert (yara.profession, yara.department) == (None, None)


# Links in mail: one purpose, one person, until the matter is over.


LINKS = {
    "invitee": "/uitnodiging/<>",
    "circle_invitation": "/uitnodiging/cirkel/<>",
    "answer": "/antwoord/<>",
    "unsubscribe": "/afmelden/<>",
}


def test_a_link_works_for_its_own_purpose_only(app, home):
    tokens = {
        purpose: home.elsewhere[path.replace("<>", "<token>")]["token"] for purpose, path in LINKS.items()
    }
    client = app.test_client()
    statuses = {
        (purpose, other): client.get(path.replace("<>", token)).status_code
        for other, path in LINKS.items()
        for purpose, token in tokens.items()
    }
    assert statuses == {
        (purpose, other): 200 if purpose == other else 404 for purpose in LINKS for other in LINKS
    }


def test_an_altered_link_is_not_found(app, home):
    client = app.test_client()
    for path in LINKS.values():
        token = home.elsewhere[path.replace("<>", "<token>")]["token"]
        body, _dot, signature = token.rpartition(".")
        other = "A" if body[-1] != "A" else "B"
        forged = [f"{body[:-1]}{other}.{signature}", f"{body}.", body, f"{body}.{signature[::-1]}", "x", ".x"]
        statuses = [client.get(path.replace("<>", text)).status_code for text in (token, *forged)]
        assert statuses == [200, *[404] * len(forged)], path


def test_an_answer_link_answers_for_its_own_person_whoever_clicks(client_for, session, cast, home):
    """And does not tell who that is."""
    url = home.fill("/antwoord/<token>")
    dan = client_for(cast.dan)
    assert "Carol" not in dan.get(url).text
    assert dan.post(url, data={"answer": "no", "person": cast.bob.public_id}).status_code == 303
    rows = session.execute(sa.text("SELECT person_id, answer FROM reply")).all()
    assert [tuple(row) for row in rows] == [(cast.carol.id, "no")]


def test_a_forwarded_list_invitation_opens_no_account_elsewhere(app, session, cast, now):
    """Whoever holds the link may become a member there; who has an account signs in with a code."""
    invitee = joining.list_invitee(cast.anker.id, cast.bob.email, now=now)
    session.commit()
    client = app.test_client()
    client.post(f"/uitnodiging/{links.sign('invitee', invitee.public_id)}/ja")
    client.post("/inloggen/verder", data={"person": cast.bob.public_id})
    client.post("/inloggen/verder", data={"organisation": cast.anker.public_id, "name": "Niet Bob"})
    assert client.get("/ik").status_code == 303
    assert session.scalars(sa.select(SignIn)).all() == []


def test_links_of_a_closed_account_are_dead(app, client_for, session, cast, home, now):
    feed = home.fill("/agenda/<token>.ics")
    client = app.test_client()
    answer = links.sign("answer", home.ids["meeting_id"], cast.bob.public_id)
    assert client.get(feed).status_code == 200
    assert client.get(f"/antwoord/{answer}").status_code == 200
    accounts.disable(cast.bob, now)
    session.commit()
    assert client.get(feed).status_code == 404
    assert client.get(f"/antwoord/{answer}").status_code == 404
    assert client.post(f"/antwoord/{answer}", data={"answer": "yes"}).status_code == 404


def test_a_closed_account_is_not_opened_by_joining_again(app, session, cast, now):
    session.add(MailDomain(organisation_id=cast.linde.id, domain="delinde.example"))
    joining.list_invitee(cast.anker.id, cast.bob.email, now=now)  # so that there is a code for this address
    accounts.disable(cast.bob, now)
    session.commit()
    client = app.test_client()
    client.post("/inloggen", data={"email": cast.bob.email})
    client.post("/inloggen", data={"code": _code(session, cast.bob.email)})
    page = client.get("/inloggen/verder").text
    assert ("Het Anker" in page, "De Linde" in page) == (True, False)
    data = {"organisation": cast.linde.public_id, "name": "Bob Terug"}
    assert client.post("/inloggen/verder", data=data).status_code == 422
    assert client.get("/ik").status_code == 303


def _code(session, email: str) -> str:
    mail = session.scalars(
        sa.select(OutboxMail).where(OutboxMail.to_address == email).order_by(OutboxMail.id.desc()).limit(1)
    ).one()
    return "".join(re.search(r"(\d{3}) (\d{3})", mail.text).groups())


def _linde(session, cast) -> list[object]:
    session.expire_all()
    names = sa.select(Department.name).where(Department.organisation_id == cast.linde.id)
    return [*session.scalars(names), *session.execute(sa.select(Role.person_id, Role.role).order_by(Role.id))]
