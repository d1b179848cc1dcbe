"""`python -m circles.worker`: any number of these may run beside each other."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import threading
from datetime import timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from circles import clock, create_app
from circles.extensions import db
from circles.mail import delivery
from circles.mail import services as mail_services
from circles.mail.transport import Transport, transport_for
from circles.worker.rounds import run_job
from circles.worker.schedule import SCHEDULE, Job
from config import Config

log = logging.getLogger("circles.worker")

IDLE_SECONDS = 1.0
BEAT_EVERY = timedelta(seconds=30)


def main() -> None:
    """Runs the table of jobs in the background and sends mail in front, until told to stop."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    config = Config.from_env()
    app = create_app(config)
    name = f"{socket.gethostname()[:20]}-{os.getpid()}-{secrets.token_hex(3)}"
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    scheduler = start_clock(app, name)
    try:
        with transport_for(config.mail_url) as transport:
            drain(app, transport, name, stop)
    finally:
        scheduler.shutdown(wait=True)


def start_clock(app: Flask, worker: str) -> BackgroundScheduler:
    """APScheduler as the clock only: memory store, missed runs fold into one, never two of the same at once."""
    scheduler = BackgroundScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    scheduler.add_job(
        _beat, "interval", args=[app, worker], seconds=BEAT_EVERY.total_seconds(), next_run_time=clock.now()
    )
    for job in SCHEDULE:
        scheduler.add_job(
            _run,
            "interval",
            args=[app, job],
            seconds=job.every.total_seconds(),
            next_run_time=clock.now(),
            id=job.name,
        )
    scheduler.start()
    return scheduler


def drain(app: Flask, transport: Transport, worker: str, stop: threading.Event) -> None:
    """Sends what is due until told to stop. Waits on a monotonic clock, so a clock set back stops nothing."""
    while not stop.is_set():
        try:
            with app.app_context():
                busy = delivery.deliver(transport, worker=worker).total > 0
        except Exception:
            log.exception("Delivery failed; going on in a moment")
            busy = False
        if not busy:
            stop.wait(IDLE_SECONDS)


def _run(app: Flask, job: Job) -> None:
    with app.app_context():
        done = run_job(job, clock.now())
    if done:
        log.info("%s: %d", job.name, done)


def _beat(app: Flask, worker: str) -> None:
    with app.app_context():
        mail_services.beat(worker, clock.now())
        db.session.commit()


if __name__ == "__main__":
    main()
