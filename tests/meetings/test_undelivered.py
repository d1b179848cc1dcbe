"""Mail that does not reach a member: the trekker hears of it, by name and kind, and of nothing else."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from circles.extensions import db
from circles.mail.models import OutboxMail
from circles.meetings.services import announcing
from tests.meetings.conftest import seat_of

MISSED = "Mail aan Carol kwam niet aan"


@pytest.fixture
def refused(session, cast, meeting, now) -> OutboxMail:
    """Carol's invitation, which her server would not have; the others have theirs."""
    announcing.announce(meeting.id, now)
    db.session.execute(sa.update(OutboxMail).values(state="sent", sent_at=now))
    mail = session.scalars(sa.select(OutboxMail).where(OutboxMail.person_id == cast.carol.id)).one()
    mail.state, mail.error = "dead", "550 no such user"
    session.commit()
    return mail


def said(browser, cast) -> tuple[bool, bool]:
    """Whether Vandaag and the circle's page say it."""
    pages = browser.get("/").text, browser.get(f"/cirkel/{cast.circle.public_id}").text
    return MISSED in pages[0], MISSED in pages[1]


def test_the_trekker_hears_who_is_not_reached_and_by_which_mail(client_for, cast, refused):
    alice = client_for(cast.alice)
    task = re.search(rf'<a href="([^"]*)">{MISSED}</a><small>([^<]*)<', alice.get("/").text)
    assert task
    assert task.groups() == (f"/cirkel/{cast.circle.public_id}", cast.circle.name)
    page = alice.get(task[1]).text
    assert f"<b>{MISSED}:</b> een uitnodiging voor een bijeenkomst." in page
    assert "vraag of het mailadres nog klopt" in page
    assert [hidden for hidden in ("550", refused.to_address, refused.subject) if hidden in page] == []


def test_nobody_else_does(client_for, cast, refused):
    assert said(client_for(cast.alice), cast) == (True, True)
    assert said(client_for(cast.bob), cast) == (False, False)
    assert said(client_for(cast.carol), cast) == (False, False)


def test_what_a_round_could_not_deliver_is_told(client_for, cast, meeting, worker, now):
    worker.queue_only(minutes=2)
    assert said(client_for(cast.alice), cast) == (False, False)
    db.session.execute(
        sa.update(OutboxMail).where(OutboxMail.person_id == cast.carol.id).values(state="dead")
    )
    assert said(client_for(cast.alice), cast) == (True, True)


def test_it_is_over_when_a_later_mail_arrives(client_for, session, cast, refused, time, worker):
    client_for(cast.bob).post(f"/bijeenkomst/{refused.key.split(':')[1]}/overslaan")
    worker.round(minutes=2)
    assert said(client_for(cast.alice), cast) == (False, False)


def test_a_code_that_arrived_proves_nothing_for_long(client_for, app, cast, refused, worker):
    app.test_client().post("/inloggen", data={"email": cast.carol.email})
    assert [one.kind for one in worker.new()][-1] == "sign_in_code"
    db.session.execute(sa.update(OutboxMail).where(OutboxMail.kind == "sign_in_code").values(state="sent"))
    assert said(client_for(cast.alice), cast) == (True, True)


@pytest.mark.parametrize("how", ["another address", "left", "tried again", "long ago"])
def test_or_when_it_is_settled_otherwise(client_for, session, cast, refused, now, how):
    alice = client_for(cast.alice)
    assert said(alice, cast) == (True, True)
    if how == "another address":
        cast.carol.email = "carol.nieuw@delinde.example"
    elif how == "left":
        seat_of(cast.circle, cast.carol).left_at = now
    elif how == "tried again":
        refused.state = "queued"
    else:
        refused.made_at = now - timedelta(days=15)
    session.commit()
    assert said(alice, cast) == (False, False)


def test_mail_of_another_circle_and_mail_of_no_circle_are_not_told(client_for, world, session, cast, refused):
    other = world.circle(cast.dan, cast.carol, name="Elders")
    alice = client_for(cast.alice)
    for circle in (other.public_id, None):
        refused.circle = circle
        session.commit()
        assert said(alice, cast) == (False, False)
    refused.circle = other.public_id
    assert MISSED in client_for(cast.dan).get(f"/cirkel/{other.public_id}").text


def test_ones_own_mail_too(client_for, session, cast, refused):
    refused.person_id, refused.to_address = cast.alice.id, cast.alice.email
    alice = client_for(cast.alice)
    for url in ("/", f"/cirkel/{cast.circle.public_id}"):
        assert "Mail aan jou kwam niet aan" in alice.get(url).text
