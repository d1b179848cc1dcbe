"""The circle's own spelregels."""

from __future__ import annotations

from datetime import datetime

from circles.database import EditedMeanwhile, lock
from circles.extensions import db
from circles.ids import new_public_id
from circles.membership.models import CharterVersion, Circle
from circles.membership.queries import standing_charter
from circles.membership.services.changes import record_change
from circles.people.models import Person


def write_charter(
    circle: Circle, person: Person, text: str, *, based_on: int, now: datetime
) -> CharterVersion:
    """A new version; earlier ones are kept. `based_on` is the number read, 0 for none. Raises EditedMeanwhile."""
    lock(circle)
    standing = standing_charter(circle)
    if (standing.number if standing else 0) != based_on:
        raise EditedMeanwhile(standing)
    version = CharterVersion(
        organisation_id=circle.organisation_id,
        public_id=new_public_id(),
        circle_id=circle.id,
        number=based_on + 1,
        author_id=person.id,
        written_at=now,
    )
    version.text = text.strip()
    db.session.add(version)
    record_change(circle, person, "charter_written", now=now)
    return version
