"""Roles that are given and taken, and accounts that are closed."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from circles.people.errors import LastAdministrator
from circles.people.models import AuditEntry
from circles.people.services import accounts, organisations
from circles.people.services.organisations import give_role


@pytest.fixture
def ada(client_for, cast):
    return client_for(cast.ada)


def trail(session):
    kinds = ("role given", "role taken", "account disabled", "account enabled")
    rows = session.execute(
        sa.select(AuditEntry.kind, AuditEntry.person_id, AuditEntry.detail)
        .where(AuditEntry.kind.in_(kinds))
        .order_by(AuditEntry.id)
    )
    return [tuple(row) for row in rows]


def undo(page):
    return re.search(r'<form method="post" action="(/beheer/(?:rollen|mensen)/[^"]+)">', page)[1]


def test_a_member_gets_a_role_and_it_can_be_undone(ada, client_for, session, cast):
    bob = client_for(cast.bob)
    assert bob.get("/beheer").status_code == 404
    ada.post("/beheer/rollen", data={"email": cast.bob.email.upper(), "role": "administrator"})
    assert bob.get("/beheer").status_code == 200
    ada.post(undo(ada.get("/beheer/rollen").text))
    assert bob.get("/beheer").status_code == 404
    detail = f"administrator: {cast.bob.public_id}"
    assert trail(session) == [
        ("role given", cast.ada.id, detail),
        ("role taken", cast.ada.id, detail),
    ]


def test_taking_a_role_can_be_undone_too(ada, session, cast):
    ada.post(f"/beheer/rollen/{cast.olga.public_id}/viewer/weg")
    session.expire_all()
    assert cast.olga.role_names == frozenset()
    ada.post(undo(ada.get("/beheer/rollen").text))
    session.expire_all()
    assert cast.olga.role_names == {"viewer"}


def test_the_last_administrator_stays_and_hears_why(ada, session, cast):
    answer = ada.post(f"/beheer/rollen/{cast.ada.public_id}/administrator/weg", follow_redirects=True)
    assert "Er is altijd minstens één beheerder." in answer.text
    session.expire_all()
    assert (cast.ada.role_names, trail(session)) == ({"administrator"}, [])


def test_with_another_administrator_one_may_stop(ada, session, cast):
    give_role(cast.bob, "administrator")
    answer = ada.post(f"/beheer/rollen/{cast.ada.public_id}/administrator/weg")
    assert answer.headers["Location"] == "/"
    assert ada.get("/beheer").status_code == 404


def test_an_administrator_whose_account_is_closed_does_not_count(session, cast, now):
    give_role(cast.bob, "administrator")
    session.flush()
    accounts.disable(cast.bob, now)
    session.flush()
    with pytest.raises(LastAdministrator):
        organisations.take_role(cast.ada, "administrator")
    organisations.take_role(cast.bob, "administrator")  # the other way round nobody is missed
    assert cast.bob.role_names == frozenset()


def test_a_role_is_for_who_takes_part(ada, session, cast):
    for email, words in (
        ("nergens", "lijkt geen mailadres"),
        ("niemand@x.example", "Niemand die meedoet heeft dit adres"),
        (cast.zoe.email, "Niemand die meedoet heeft dit adres"),
    ):
        answer = ada.post("/beheer/rollen", data={"email": email, "role": "viewer"})
        assert (answer.status_code, words in answer.text, f'value="{email}"' in answer.text) == (
            422,
            True,
            True,
        )
    assert ada.post("/beheer/rollen", data={"email": cast.bob.email, "role": "koning"}).status_code == 422
    assert ada.post(f"/beheer/rollen/{cast.zoe.public_id}/viewer/terug").status_code == 404
    assert ada.post(f"/beheer/rollen/{cast.bob.public_id}/koning/terug").status_code == 404
    assert trail(session) == []


def test_an_account_is_closed_at_once_and_opened_again(ada, client_for, session, cast):
    bob = client_for(cast.bob)
    assert bob.get("/ik").status_code == 200
    ada.post(f"/beheer/mensen/leden/{cast.bob.public_id}/sluiten")
    assert bob.get("/ik").status_code == 303
    page = ada.get("/beheer/mensen/leden").text
    assert "gesloten" in page
    ada.post(undo(page))
    assert bob.get("/ik").status_code == 303  # the account is open, the old session stays ended
    assert client_for(cast.bob).get("/ik").status_code == 200
    assert trail(session) == [
        ("account disabled", cast.ada.id, cast.bob.public_id),
        ("account enabled", cast.ada.id, cast.bob.public_id),
    ]


def test_nobody_closes_their_own_account_or_one_elsewhere(ada, cast):
    for person in (cast.ada, cast.zoe):
        assert ada.post(f"/beheer/mensen/leden/{person.public_id}/sluiten").status_code == 404
    assert ada.post(f"/beheer/mensen/leden/{cast.zoe.public_id}/openen").status_code == 404


def test_members_are_shown_without_anything_of_their_circles(ada, session, cast):
    page = ada.get("/beheer/mensen/leden").text
    assert [name in page for name in (cast.alice.name, cast.bob.email, cast.zoe.name)] == [True, True, False]
    assert [cast.circle.name in page, cast.hotspot.public_id in page, "trekker" in page] == [False] * 3
    found = ada.get("/beheer/mensen/leden?zoek=bakker").text
    assert (cast.bob.name in found, cast.alice.name in found) == (True, False)
