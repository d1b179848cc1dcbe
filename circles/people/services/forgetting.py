"""What is kept of people for a time only."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from circles.extensions import db
from circles.people.models import AuditEntry

TRAIL_KEPT = timedelta(days=365)


def forget_trail(now: datetime) -> int:
    """Deletes lines of the trail that are older than a year. Yields how many."""
    result = db.session.execute(sa.delete(AuditEntry).where(AuditEntry.made_at < now - TRAIL_KEPT))
    return int(getattr(result, "rowcount", 0))
