"""One run of a job, one round of all of them."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime

from flask import current_app

from circles.extensions import db
from circles.mail import delivery
from circles.mail.delivery import Delivered
from circles.mail.transport import transport_for
from circles.worker.schedule import SCHEDULE, Job

log = logging.getLogger(__name__)


def run_job(job: Job, now: datetime) -> int:
    """Does everything that is due for this job, each in its own transaction. Yields how much came of it.

    What fails is logged and tried again in the next round; it holds up neither the rest nor other jobs.
    """
    done = 0
    for thing in _due(job, now):
        try:
            done += job.do(thing, now)
            db.session.commit()
        except Exception:
            db.session.rollback()
            log.exception("Job %r failed on %s", job.name, thing)
        db.session.expunge_all()
    return done


def _due(job: Job, now: datetime) -> Sequence[int]:
    try:
        things = job.due(now)
        db.session.commit()
    except Exception:
        db.session.rollback()
        log.exception("Job %r failed to see what is due", job.name)
        return []
    return things


def tick(now: datetime, *, worker: str = "tick") -> Iterator[tuple[str, int]]:
    """One round of everything that is due, then delivery until the outbox has nothing left for now.

    Yields what was done, in words, with how much.
    """
    for job in SCHEDULE:
        yield job.name, run_job(job, now)
    yield "mails sent", deliver_all(now, worker=worker).sent


def deliver_all(now: datetime, *, worker: str) -> Delivered:
    """Empties the outbox of what is due at `now`."""
    total = Delivered()
    with transport_for(current_app.config["SETTINGS"].mail_url) as transport:
        while (batch := delivery.deliver(transport, worker=worker, now=now)).total:
            total.sent += batch.sent
            total.postponed += batch.postponed
            total.dead += batch.dead
    return total
