"""What members hear of each other: somebody joins, somebody changes something, and what of it can be undone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from circles.mail.models import OutboxMail
from circles.membership import queries
from circles.membership.errors import MovedOn
from circles.membership.models import Circle, CircleChange
from circles.membership.services import asks, changes, charter, circles, invitations, seats
from tests.factories import Cast

UNDO_ALL = "Een dag lang kan iedereen het daar ongedaan maken"
UNDO_SOME = "Waar daar een knop bij staat"


def told(session, circle: Circle, now: datetime) -> dict[str, str]:
    """What each was mailed about the circle once the minute was over, by first name."""
    session.flush()
    changes.tell_changes(circle.id, now + timedelta(seconds=61))
    mails = session.scalars(sa.select(OutboxMail).where(OutboxMail.kind == "circle_news"))
    return {mail.to_address.partition("@")[0]: mail.text for mail in mails}


def test_the_circle_hears_who_took_an_invitation(session, cast, now):
    invitation = invitations.invite(cast.circle, cast.alice, cast.dan.email, now=now)
    invitations.accept_invitation(invitation, cast.dan, now)
    mails = told(session, cast.circle, now)
    assert set(mails) == {"alice", "bob", "carol"}
    assert all("Dan zit er nu bij" in text and UNDO_ALL not in text for text in mails.values())


def test_who_let_somebody_in_need_not_hear_it(session, cast, now):
    cast.circle.findable = True
    asks.admit(asks.ask(cast.circle, cast.dan, now=now), cast.bob, now)
    mails = told(session, cast.circle, now)
    assert set(mails) == {"alice", "carol"}
    assert "Dan zit er nu bij" in mails["carol"]


def test_joining_stands_among_the_changes_without_a_button(client_for, session, cast, now):
    invitation = invitations.invite(cast.circle, cast.alice, cast.dan.email, now=now)
    invitations.accept_invitation(invitation, cast.dan, now)
    session.commit()
    page = client_for(cast.bob).get(f"/cirkel/{cast.circle.public_id}").text
    assert "Dan zit er nu bij" in page
    assert "Maak ongedaan" not in page


def test_who_begins_a_circle_is_not_told_to_have_joined(session, cast, now):
    circle = circles.begin_circle(cast.bob, name="Nieuw", now=now)
    assert queries.recent_changes(circle, now) == []


def leaves(cast: Cast, now: datetime) -> None:
    seats.leave(next(seat for seat in cast.circle.open_seats if seat.person_id == cast.bob.id), now)


def writes(cast: Cast, now: datetime) -> None:
    charter.write_charter(cast.circle, cast.bob, "Blijft hier.", based_on=0, now=now)


def writes_and_leaves(cast: Cast, now: datetime) -> None:
    writes(cast, now)
    leaves(cast, now)


@pytest.mark.parametrize(
    ("does", "said"),
    [
        (leaves, (False, False)),
        (writes, (True, False)),
        (writes_and_leaves, (False, True)),
    ],
)
def test_a_mail_speaks_of_undoing_only_where_that_can_be(session, cast, now, does, said):
    does(cast, now)
    text = told(session, cast.circle, now)["carol"]
    assert (UNDO_ALL in text, UNDO_SOME in text) == said


def test_spelregels_are_undone_and_every_version_is_kept(session, cast, now):
    charter.write_charter(cast.circle, cast.alice, "Blijft hier.", based_on=0, now=now)
    charter.write_charter(cast.circle, cast.bob, "Mag verder.", based_on=1, now=now)
    changes.undo(queries.recent_changes(cast.circle, now)[0], cast.carol, now)
    session.flush()
    versions = [(row.number, row.text, row.author) for row in queries.charter_versions(cast.circle)]
    assert versions == [
        (3, "Blijft hier.", cast.alice), (2, "Mag verder.", cast.bob), (1, "Blijft hier.", cast.alice),
    ]  # fmt: skip


def test_undoing_the_first_spelregels_leaves_none(client_for, session, cast, now):
    charter.write_charter(cast.circle, cast.bob, "Te vroeg.", based_on=0, now=now)
    changes.undo(queries.recent_changes(cast.circle, now)[0], cast.carol, now)
    session.commit()
    assert queries.standing_charter(cast.circle) is None
    bob, path = client_for(cast.bob), f"/cirkel/{cast.circle.public_id}"
    assert "Jullie schrijven ze de eerste keer samen op." in bob.get(path).text
    assert bob.post(f"{path}/spelregels", data={"text": "Nu wel.", "based_on": "2"}).status_code == 303
    session.expire_all()
    assert queries.standing_charter(cast.circle).text == "Nu wel."


def test_spelregels_that_were_written_on_cannot_be_undone(session, cast, now):
    charter.write_charter(cast.circle, cast.alice, "Blijft hier.", based_on=0, now=now)
    first = queries.recent_changes(cast.circle, now)[0]
    charter.write_charter(cast.circle, cast.bob, "Mag verder.", based_on=1, now=now)
    with pytest.raises(MovedOn):
        changes.undo(first, cast.carol, now)


def test_spelregels_have_their_button(client_for, session, cast, now):
    client_for(cast.bob).post(
        f"/cirkel/{cast.circle.public_id}/spelregels", data={"text": "Blijft hier.", "based_on": "0"}
    )
    change = session.scalars(sa.select(CircleChange)).one()
    path = f"/cirkel/{cast.circle.public_id}/wijzigingen/{change.public_id}/ongedaan"
    carol = client_for(cast.carol)
    assert path in carol.get(f"/cirkel/{cast.circle.public_id}").text
    carol.post(path)
    session.expire_all()
    assert queries.standing_charter(cast.circle) is None
