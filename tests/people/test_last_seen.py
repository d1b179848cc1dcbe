"""When a session was last used: noted once an hour, after the answer, whatever the answer was."""

from __future__ import annotations

import sqlalchemy as sa

from circles.extensions import db
from circles.people.models import SignIn


def seen_at():
    db.session.expire_all()
    return db.session.scalars(sa.select(SignIn.seen_at)).one()


def test_it_is_noted_once_an_hour(client_for, cast, time):
    bob, at_first = client_for(cast.bob), time.now
    time.forward(minutes=59)
    bob.get("/ik")
    assert seen_at() == at_first
    later = time.forward(minutes=2)
    bob.get("/ik")
    assert seen_at() == later


def test_a_form_that_is_refused_does_not_wait_for_itself(client_for, cast, time):
    bob, url = client_for(cast.bob), f"/cirkel/{cast.circle.public_id}/bijeenkomsten"
    later = time.forward(hours=2)
    assert bob.post(url, data={"on": ""}).status_code == 422
    assert seen_at() == later


def test_nor_does_a_page_that_is_not_there(client_for, cast, time):
    bob = client_for(cast.bob)
    later = time.forward(hours=2)
    assert bob.post(f"/cirkel/{cast.other_circle.public_id}/bijeenkomsten").status_code == 404
    assert seen_at() == later
