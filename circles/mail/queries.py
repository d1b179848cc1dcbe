"""What the outbox and the workers look like from outside."""

from __future__ import annotations

from collections.abc import Sequence
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


def undelivered_about(circles: Sequence[str], since: datetime) -> list[OutboxMail]:
    """Mails to members about these circles (by public id) that were refused, the latest first; show no content.

    Not those to somebody whom a later mail did reach.
    """
    later = sa.orm.aliased(OutboxMail)
    reached = sa.exists().where(
        later.person_id == OutboxMail.person_id,
        later.id > OutboxMail.id,
        later.state == "sent",
        later.kind != "sign_in_code",  # these rows go after a day, and what they prove would go with them
    )
    return list(
        db.session.scalars(
            sa.select(OutboxMail)
            .where(
                OutboxMail.state == "dead",
                OutboxMail.made_at > since,
                OutboxMail.circle.in_(circles),
                OutboxMail.person_id.is_not(None),
                ~reached,
            )
            .order_by(OutboxMail.id.desc())
        )
    )
