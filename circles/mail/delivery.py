"""Taking mail out of the outbox and handing it over: nothing lost, at most one duplicate for each kill.

A worker leases mails in one statement, commits, speaks SMTP outside any transaction, and records each outcome at once.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from circles import clock
from circles.extensions import db
from circles.mail.message import Letter, as_bytes
from circles.mail.models import FAREWELL, QUEUED, OutboxMail
from circles.mail.transport import SMTP_TIMEOUT_SECONDS, Postponed, Refused, Transport

BATCH = 50
LEASE = timedelta(seconds=120)  # longer than twice the SMTP timeout
GIVE_UP_AFTER = timedelta(hours=48)
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)


@dataclass
class Delivered:
    """What one round of sending came to, in mails."""

    sent: int = 0
    postponed: int = 0
    dead: int = 0

    @property
    def total(self) -> int:
        return self.sent + self.postponed + self.dead


def deliver(transport: Transport, *, worker: str, now: datetime | None = None) -> Delivered:
    """Sends one batch of what is due. An empty outcome means that nothing was. Commits for itself, mail by mail.

    `now` stands for the clock in a single round at a given time; without it each step reads the clock.
    """
    outcome = Delivered()
    mails = claim(worker, now or clock.now())
    # Monotonic: a clock set back must not stretch a lease.
    stop_at = time.monotonic() + LEASE.total_seconds() - 2 * SMTP_TIMEOUT_SECONDS
    for mail in mails:
        if time.monotonic() > stop_at:
            _release(worker)
            break
        _send(transport, mail, outcome, now)
    return outcome


def claim(worker: str, now: datetime) -> list[OutboxMail]:
    """Leases the first waiting mail of up to BATCH lanes, oldest due first, in one statement; commits."""
    earlier = sa.orm.aliased(OutboxMail)
    due = (
        sa.select(OutboxMail.id)
        .where(
            OutboxMail.state == QUEUED,
            OutboxMail.due_at <= now,
            sa.or_(OutboxMail.leased_until.is_(None), OutboxMail.leased_until < now),
            ~sa.exists().where(
                earlier.lane == OutboxMail.lane, earlier.state == QUEUED, earlier.id < OutboxMail.id
            ),
        )
        .order_by(OutboxMail.due_at, OutboxMail.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
        .cte("due")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    mails = db.session.scalars(
        sa.update(OutboxMail)
        .where(OutboxMail.id.in_(sa.select(due.c.id)))
        .values(leased_until=now + LEASE, leased_by=worker)
        .returning(OutboxMail)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).all()
    db.session.commit()
    return sorted(mails, key=lambda mail: (mail.due_at, mail.id))


def letter_of(mail: OutboxMail) -> Letter:
    """The frozen row as a letter; the same row always gives the same bytes."""
    return Letter(
        to_address=mail.to_address,
        to_name=mail.to_name,
        from_address=mail.from_address,
        from_name=mail.from_name,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        message_id=mail.message_id,
        date=mail.made_at,
        headers=tuple((name, value) for name, value in mail.headers),
        calendar=mail.calendar,
        calendar_method=mail.calendar_method,
    )


def wait_before_try(tries: int, message_id: str) -> timedelta:
    """How long to wait after that many refusals: doubling, within an hour, spread by ±20 % so that mails part ways."""
    wait = min(FIRST_WAIT * (1 << min(tries - 1, 10)), LONGEST_WAIT)
    spread = hashlib.sha256(f"{message_id}/{tries}".encode()).digest()[0] / 255
    return wait * (0.8 + 0.4 * spread)


def _send(transport: Transport, mail: OutboxMail, outcome: Delivered, now: datetime | None) -> None:
    try:
        transport.send(
            mail.from_address, mail.to_address, as_bytes(letter_of(mail)), message_id=mail.message_id
        )
    except Refused as error:
        outcome.dead += 1
        _record(mail, state="dead", error=str(error))
    except Postponed as error:
        moment = now or clock.now()
        if moment - mail.made_at >= GIVE_UP_AFTER:
            outcome.dead += 1
            _record(mail, state="dead", error=f"48 h: {error}"[:200])
            return
        outcome.postponed += 1
        tries = mail.tries + 1
        wait = wait_before_try(tries, mail.message_id)
        _record(mail, tries=tries, due_at=moment + wait, error=str(error))
    else:
        outcome.sent += 1
        _record(mail, state="sent", sent_at=now or clock.now(), error="")


def _record(mail: OutboxMail, **values: Any) -> None:
    ours = OutboxMail.id == mail.id, OutboxMail.leased_by == mail.leased_by, OutboxMail.state == QUEUED
    kind = db.session.scalar(
        sa.update(OutboxMail)
        .where(*ours)
        .values(leased_until=None, leased_by=None, **values)
        .returning(OutboxMail.kind)
        .execution_options(synchronize_session=False)
    )
    # As the table says it now: whom it is to may have been erased while it was under way.
    if kind == FAREWELL and "state" in values:
        db.session.execute(
            sa.delete(OutboxMail).where(OutboxMail.id == mail.id).execution_options(synchronize_session=False)
        )
    db.session.commit()
    db.session.expunge(mail)


def _release(worker: str) -> None:
    db.session.execute(
        sa.update(OutboxMail)
        .where(OutboxMail.leased_by == worker, OutboxMail.state == QUEUED)
        .values(leased_until=None, leased_by=None)
        .execution_options(synchronize_session=False)
    )
    db.session.commit()
