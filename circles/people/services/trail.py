"""What is noted of refusals: who asked for which page of another role, so often that it shows, and no more."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from circles.people.models import AuditEntry

REFUSED = "refused"  # kind in the trail
DAY = timedelta(days=1)
OF_ONE_PERSON, OF_ONE_HOUSE = 20, 500  # lines a day: a scanner must not fill the table


def note_refusal(session: Any, *, organisation_id: int, person_id: int, detail: str, now: datetime) -> bool:
    """A line in the trail, in a session of its own. False, and no line, above the limits of a day."""
    since = sa.select(sa.func.count()).where(AuditEntry.kind == REFUSED, AuditEntry.made_at > now - DAY)
    by_person = session.scalar(since.where(AuditEntry.person_id == person_id))
    in_house = session.scalar(since.where(AuditEntry.organisation_id == organisation_id))
    if by_person >= OF_ONE_PERSON or in_house >= OF_ONE_HOUSE:
        return False
    session.add(
        AuditEntry(
            organisation_id=organisation_id,
            person_id=person_id,
            kind=REFUSED,
            detail=detail[:200],
            made_at=now,
        )
    )
    return True
