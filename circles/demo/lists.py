"""Who is on the invitation list and did not join: most wait, some said no, kindly."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

import sqlalchemy as sa

from circles.demo.house import House
from circles.demo.names import address, colleagues
from circles.extensions import db
from circles.people.importing import ListedRow
from circles.people.models import Invitee
from circles.people.services import joining, listing

LISTED = 36
SAY_NO = 4


def invite_more(of: House, rng: Random, now: datetime) -> None:
    """A second list, taken in three weeks ago; whoever is here already was left alone."""
    listed_at = now - timedelta(weeks=3)
    names = colleagues(rng, LISTED)
    departments = sorted({person.department.name for person in of.people if person.department})
    crafts = sorted(of.crafts)
    rows = [
        ListedRow(
            line=line,
            email=(mail := address(name, f"{of.organisation.slug}.example")),
            email_normalised=mail,
            name=name,
            department=rng.choice(departments),
            profession=rng.choice(crafts),
            language="nl",
        )
        for line, name in enumerate(names, start=2)
    ]
    listing.take_in(of.organisation, rows, now=listed_at)
    waiting = db.session.scalars(
        sa.select(Invitee)
        .where(Invitee.organisation_id == of.organisation.id, Invitee.accepted_at.is_(None))
        .order_by(Invitee.id)
    ).all()
    for invitee in waiting:
        listing.send_invitation(invitee.id, listed_at)
    for invitee in waiting[:SAY_NO]:
        joining.decline_invitee(invitee, listed_at + timedelta(days=rng.randint(1, 6)))
