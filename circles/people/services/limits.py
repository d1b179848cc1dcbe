"""Limits on attempts, kept in a table so that they hold over processes and restarts."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import sqlalchemy as sa

from circles.extensions import db
from circles.people.errors import TooManyTries
from circles.people.models import Attempt

WINDOW = timedelta(minutes=15)


def note_attempt(*, what: str, email: str, address: str, now: datetime) -> None:
    """Counts one attempt. Raises TooManyTries above the limits.

    A limit on an account alone could be used to lock somebody out, so accounts are limited together with the network
    address that asks; an account alone only far above what a person does.
    """
    limits = {
        f"{what}/{email}/{address}": 8,
        f"{what}//{address}": 60,
        f"{what}/{email}/": 60,
        f"{what}//": 3000,
    }
    buckets = {_bucket(text): most for text, most in limits.items()}
    rows = db.session.execute(
        sa.select(Attempt.bucket, sa.func.count())
        .where(Attempt.bucket.in_(buckets), Attempt.made_at > now - WINDOW)
        .group_by(Attempt.bucket)
    )
    counted = dict(rows.all())
    if any(counted.get(bucket, 0) >= most for bucket, most in buckets.items()):
        raise TooManyTries
    db.session.add_all(Attempt(bucket=bucket, made_at=now) for bucket in buckets)


def forget_attempts(now: datetime) -> int:
    """Deletes what no limit looks at any more. Yields how many."""
    result = db.session.execute(sa.delete(Attempt).where(Attempt.made_at < now - 2 * WINDOW))
    return int(getattr(result, "rowcount", 0))


def _bucket(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:40]
