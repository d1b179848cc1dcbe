"""What the outbox and the workers look like from outside."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from circles.extensions import db
from circles.mail.models import QUEUED, Heartbeat, OutboxMail

HEART_STOPS_AFTER = timedelta(minutes=2)


def last_heartbeat() -> datetime | None:
    """When any worker last said that it lives; None when none ever did."""
    return db.session.scalar(sa.select(sa.func.max(Heartbeat.beat_at)))


def oldest_unsent(now: datetime) -> timedelta | None:
    """Age of the oldest mail that is still to leave; None when the outbox is empty."""
    made_at = db.session.scalar(sa.select(sa.func.min(OutboxMail.made_at)).where(OutboxMail.state == QUEUED))
    return now - made_at if made_at else None


def undeliverable(organisation_id: int, *, limit: int = 50) -> list[OutboxMail]:
    """Mails of an organisation that could not be delivered, newest first; show no content."""
    return list(
        db.session.scalars(
            sa.select(OutboxMail)
            .where(OutboxMail.organisation_id == organisation_id, OutboxMail.state == "dead")
            .order_by(OutboxMail.id.desc())
            .limit(limit)
        )
    )
