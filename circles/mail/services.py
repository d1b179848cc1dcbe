"""The pulse of a worker, and forgetting what was sent long ago."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from circles.extensions import db
from circles.mail.models import QUEUED, Heartbeat, OutboxMail

BODIES_KEPT = timedelta(days=30)
CODES_KEPT = timedelta(days=1)
ROWS_KEPT = timedelta(days=365)
AT_ONCE = 500  # topics in one statement


def beat(worker: str, now: datetime) -> None:
    """Notes that this worker lives."""
    row = db.session.scalar(sa.select(Heartbeat).where(Heartbeat.worker == worker))
    if row is None:
        db.session.add(Heartbeat(worker=worker, beat_at=now))
    else:
        row.beat_at = now
    stale = now - timedelta(days=1)
    db.session.execute(sa.delete(Heartbeat).where(Heartbeat.beat_at < stale))


def forget_bodies(now: datetime) -> int:
    """Wipes what sent mails said thirty days ago; the row stays, so that its key is never queued again."""
    old = sa.update(OutboxMail).where(
        OutboxMail.state.in_(("sent", "dead", "superseded")),
        OutboxMail.made_at < now - BODIES_KEPT,
        OutboxMail.text != "",
    )
    result = db.session.execute(
        old.values(text="", html="", calendar=None, headers=[]).execution_options(synchronize_session=False)
    )
    return int(getattr(result, "rowcount", 0))


def forget_rows(now: datetime) -> int:
    """Deletes mails with a code after a day, and after a year also that any other mail was sent. Yields how many.

    By then nothing would queue them anew: codes have keys of their own, and the rest tells of meetings long past.
    """
    old = sa.or_(
        OutboxMail.made_at < now - ROWS_KEPT,
        sa.and_(OutboxMail.kind == "sign_in_code", OutboxMail.made_at < now - CODES_KEPT),
    )
    result = db.session.execute(
        sa.delete(OutboxMail)
        .where(OutboxMail.state != "queued", old)
        .execution_options(synchronize_session=False)
    )
    return int(getattr(result, "rowcount", 0))


def call_back(topics: Sequence[str], now: datetime) -> set[str]:
    """Drops mails on these topics that did not leave yet. Yields the topics of which one was dropped."""
    idle = sa.or_(OutboxMail.leased_until.is_(None), OutboxMail.leased_until < now)
    dropped: set[str] = set()
    for start in range(0, len(topics), AT_ONCE):
        rows = db.session.scalars(
            sa.update(OutboxMail)
            .where(OutboxMail.topic.in_(topics[start : start + AT_ONCE]), OutboxMail.state == QUEUED, idle)
            .values(state="superseded", text="", html="", calendar=None)
            .returning(OutboxMail.topic)
            .execution_options(synchronize_session=False)
        )
        dropped.update(topic for topic in rows if topic)
    return dropped


def try_again(mail: OutboxMail, now: datetime) -> bool:
    """Queues a mail that could not be delivered once more. False when it is no longer dead, or its words are wiped."""
    return _leave_the_dead(mail, OutboxMail.text != "", state="queued", due_at=now, tries=0)


def set_aside(mail: OutboxMail) -> bool:
    """Nothing more is done about a mail that could not be delivered. False when it is no longer dead."""
    return _leave_the_dead(mail, state="superseded")


def _leave_the_dead(mail: OutboxMail, *which: sa.ColumnElement[bool], **values: object) -> bool:
    result = db.session.execute(
        sa.update(OutboxMail)
        .where(OutboxMail.id == mail.id, OutboxMail.state == "dead", *which)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return bool(getattr(result, "rowcount", 0))
