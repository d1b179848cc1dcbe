"""Who asks for a page of another role is in the trail: by whom, which page, when; and never so often that it fills."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from circles.extensions import db
from circles.people.models import AuditEntry
from circles.people.personal import own_data
from circles.people.services import trail


def refused() -> list[AuditEntry]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(AuditEntry).where(AuditEntry.kind == "refused")))


@pytest.mark.parametrize(
    ("method", "path", "detail"),
    [
        ("GET", "/beheer", "administrator: GET people.administration"),
        ("GET", "/organisatie/deelname/2027-Q1.csv", "viewer: GET participation.file"),
        ("POST", "/beheer/rollen", "administrator: POST people.roles"),
    ],
)
def test_a_page_of_another_role_is_noted_whatever_the_method(client_for, cast, now, method, path, detail):
    answer = client_for(cast.bob).open(path, method=method, data={"email": "geheim@delinde.example"})
    assert answer.status_code == 404
    [line] = refused()
    assert (line.organisation_id, line.person_id, line.made_at) == (cast.linde.id, cast.bob.id, now)
    assert line.detail == detail


def test_what_is_allowed_missing_or_asked_by_nobody_is_not_noted(client, client_for, cast):
    assert client_for(cast.ada).get("/beheer").status_code == 200
    assert client_for(cast.bob).get("/dit-is-er-niet").status_code == 404
    assert client.get("/beheer").status_code == 303
    assert refused() == []


def test_a_scanner_fills_twenty_lines_a_day_and_gets_the_same_answer(client_for, cast, time):
    bob = client_for(cast.bob)
    for _ in range(trail.OF_ONE_PERSON + 5):
        assert bob.get("/beheer").status_code == 404
    assert len(refused()) == trail.OF_ONE_PERSON == 20
    client_for(cast.carol).get("/beheer")  # somebody else is still seen
    assert len(refused()) == 21
    time.forward(days=1, minutes=1)
    bob.get("/beheer")
    assert len(refused()) == 22


def test_many_accounts_together_fill_no_more_than_five_hundred(client_for, world, cast, session, now):
    session.add_all(
        AuditEntry(organisation_id=cast.linde.id, kind="refused", made_at=now - timedelta(hours=1))
        for _ in range(trail.OF_ONE_HOUSE)
    )
    client_for(cast.bob).get("/beheer")
    assert len(refused()) == trail.OF_ONE_HOUSE
    client_for(cast.zoe).get("/beheer")  # another organisation has its own
    assert len(refused()) == trail.OF_ONE_HOUSE + 1


def test_it_is_part_of_what_one_takes_along(client_for, session, cast, now):
    client_for(cast.bob).get("/beheer")
    session.expire_all()
    assert {"what": "refused", "at": now.isoformat()} in own_data(cast.bob)["activity"]
