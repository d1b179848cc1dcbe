"""Ending an organisation: announced thirty days before, taken back at any moment until then."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from circles.database import lock
from circles.extensions import db
from circles.people import mails
from circles.people.models import Organisation, Person

NOTICE = timedelta(days=30)


def announce_end(organisation: Organisation, now: datetime) -> int:
    """The organisation ends in thirty days, its people are told. Yields how many; 0 when it was announced before."""
    lock(organisation)
    if organisation.ends_at:
        return 0
    organisation.ends_at = now + NOTICE
    return _tell(organisation, "organisation_ends", now)


def undo_end(organisation: Organisation, now: datetime) -> int:
    """The organisation stays after all, and its people are told. Yields how many; 0 when no end was announced."""
    lock(organisation)
    if organisation.ends_at is None:
        return 0
    told = _tell(organisation, "organisation_stays", now)
    organisation.ends_at = None
    return told


def organisations_to_erase(now: datetime) -> list[int]:
    """Ids of organisations of which the notice is over."""
    ended = sa.select(Organisation.id).where(Organisation.ends_at <= now)
    return list(db.session.scalars(ended.order_by(Organisation.id)))


def people_of(organisation: Organisation) -> list[Person]:
    """Everybody with an account there, in order of joining."""
    return list(
        db.session.scalars(
            sa.select(Person).where(Person.organisation_id == organisation.id).order_by(Person.id)
        )
    )


def _tell(organisation: Organisation, kind: str, now: datetime) -> int:
    return sum(mails.organisation_news(kind, organisation, person, now) for person in people_of(organisation))
