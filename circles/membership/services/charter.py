"""The circle's own spelregels."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from circles.database import EditedMeanwhile, lock
from circles.extensions import db
from circles.ids import new_public_id
from circles.membership.errors import MovedOn
from circles.membership.models import CharterVersion, Circle, CircleChange
from circles.membership.queries import latest_charter
from circles.membership.services.changes import record_change, undoes
from circles.membership.services.stages import must_go_on
from circles.people.models import Person


def write_charter(
    circle: Circle, person: Person, text: str, *, based_on: int, now: datetime
) -> CharterVersion:
    """A new version; earlier ones are kept. `based_on` is the number read, 0 for none.

    Told to all, undone for a day. Raises EditedMeanwhile or CircleHasEnded.
    """
    lock(circle)
    must_go_on(circle)
    standing = latest_charter(circle)
    if (standing.number if standing else 0) != based_on:
        raise EditedMeanwhile(standing)
    version = _write(circle, based_on + 1, text.strip(), author_id=person.id, now=now)
    record_change(circle, person, "charter_written", now=now, after={"number": version.number})
    return version


@undoes("charter_written")
def undo_charter(change: CircleChange, now: datetime) -> None:
    """The earlier text stands again, as a new version by who wrote it; without an earlier one nothing is agreed."""
    circle = db.session.get_one(Circle, change.circle_id, with_for_update=True)
    latest, *earlier = db.session.scalars(
        sa.select(CharterVersion)
        .where(CharterVersion.circle_id == circle.id)
        .order_by(CharterVersion.number.desc())
        .limit(2)
    )
    if latest.number != change.after.get("number"):
        raise MovedOn
    text, author_id = (earlier[0].text, earlier[0].author_id) if earlier else ("", None)
    _write(circle, latest.number + 1, text, author_id=author_id, now=now)


def _write(circle: Circle, number: int, text: str, *, author_id: int | None, now: datetime) -> CharterVersion:
    version = CharterVersion(
        organisation_id=circle.organisation_id,
        public_id=new_public_id(),
        circle_id=circle.id,
        number=number,
        author_id=author_id,
        written_at=now,
    )
    version.text = text
    db.session.add(version)
    return version
