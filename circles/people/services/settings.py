"""What an administrator says about the organisation as a whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from circles.database import EditedMeanwhile, lock
from circles.extensions import db
from circles.people.errors import MayOnlyBeRaised
from circles.people.models import MailDomain, Organisation, QuietPeriod

FIELDS = ("name", "zone", "region", "locale", "k", "working_time", "hotspot_name")


def edition(organisation: Organisation) -> str:
    """A mark of the settings as they stand, for a form to carry: another one means that somebody changed them."""
    values = [*(getattr(organisation, name) for name in FIELDS), *domains_of(organisation)]
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:16]


def domains_of(organisation: Organisation) -> list[str]:
    """Mail domains whose people may sign up themselves, by name."""
    return sorted(
        db.session.scalars(sa.select(MailDomain.domain).where(MailDomain.organisation_id == organisation.id))
    )


def change(
    organisation: Organisation, values: Mapping[str, Any], *, domains: Sequence[str], based_on: str
) -> None:
    """New settings. Raises MayOnlyBeRaised, or EditedMeanwhile when they changed since the form was opened."""
    lock(organisation)
    if edition(organisation) != based_on:
        raise EditedMeanwhile(organisation)
    if values["k"] < organisation.k:
        raise MayOnlyBeRaised
    for name in FIELDS:
        setattr(organisation, name, values[name])
    rows = db.session.scalars(sa.select(MailDomain).where(MailDomain.organisation_id == organisation.id))
    known = {row.domain: row for row in rows}
    for domain in known.keys() - set(domains):
        db.session.delete(known[domain])
    for domain in sorted(set(domains) - known.keys()):
        db.session.add(MailDomain(organisation_id=organisation.id, domain=domain))


def add_quiet_period(organisation: Organisation, *, name: str, starts_on: date, ends_on: date) -> QuietPeriod:
    """Days without planned meetings. Adding the same twice is adding it once."""
    values = {"organisation_id": organisation.id, "name": name, "starts_on": starts_on, "ends_on": ends_on}
    lock(organisation)
    found = db.session.scalar(sa.select(QuietPeriod).filter_by(**values))
    if found is None:
        found = QuietPeriod(**values)
        db.session.add(found)
        db.session.flush()
    return found


def quiet_periods_of(organisation_id: int) -> list[QuietPeriod]:
    """All of them, the earliest first."""
    return list(
        db.session.scalars(
            sa.select(QuietPeriod)
            .where(QuietPeriod.organisation_id == organisation_id)
            .order_by(QuietPeriod.starts_on, QuietPeriod.id)
        )
    )
