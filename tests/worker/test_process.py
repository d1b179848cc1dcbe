"""The worker as a process: it starts, beats, sends what waits, and stops when it is asked to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from circles.extensions import db
from circles.mail.models import Heartbeat, OutboxMail
from circles.mail.outbox import Recipient, Written, enqueue
from config import ROOT
from tests.smtp import Postbox

PATIENCE_SECONDS = 120


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    with Postbox() as postbox:
        yield postbox


@pytest.fixture
def start(app: Flask, postbox: Postbox, tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Starts a worker on the database of this test, configured by its environment as in production."""
    config = app.config["SETTINGS"]
    env = {
        **os.environ,
        "VAR_DIR": str(tmp_path),
        "DATABASE_URL": config.database_url,
        "SECRET_KEY": config.secret_key,
        "LOG_KEYS": " ".join(config.log_keys),
        "BASE_URL": "http://localhost",
        "MAIL_URL": postbox.url,
    }
    workers = []

    def start() -> subprocess.Popen[str]:
        db.session.commit()
        command = [sys.executable, "-m", "circles.worker"]
        worker = subprocess.Popen(command, cwd=ROOT, env=env, text=True, stderr=subprocess.PIPE)
        workers.append(worker)
        return worker

    yield start
    for worker in workers:
        worker.kill()
        worker.communicate()


def queue(key: str, now) -> None:
    """A mail that waits for a worker."""
    written = Written(f"Vakcirkel {key}", "Tekst\n", "<p>Tekst</p>")
    to = Recipient(f"{key}@delinde.example", "", "nl")
    enqueue(key=key, kind="test", to=to, written=written, now=now)
    db.session.commit()


def wait_until(worker: subprocess.Popen[str], is_so: Callable[[], object]) -> None:
    """Returns when it is so; fails when the worker ends first, or when it takes too long."""
    for _ in range(PATIENCE_SECONDS * 20):
        if is_so():
            return
        with suppress(subprocess.TimeoutExpired):
            _, errors = worker.communicate(timeout=0.05)
            pytest.fail(f"The worker ended with {worker.returncode}: {errors}")
    pytest.fail(f"Nothing after {PATIENCE_SECONDS} seconds.")


def hearts() -> int:
    """How many workers said that they live. Not through the session, which would hold the lock they wait for."""
    with db.engine.connect() as connection:
        return int(connection.scalar(sa.select(sa.func.count()).select_from(Heartbeat)) or 0)


def waiting() -> list[str]:
    """Keys of mails that did not leave, or that a worker still holds."""
    held = sa.or_(OutboxMail.state != "sent", OutboxMail.leased_by.is_not(None))
    return list(db.session.scalars(sa.select(OutboxMail.key).where(held)))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_beats_sends_what_waits_and_stops_when_asked(app, start, postbox, now, number):
    queue("eerst", now.replace(year=2020))
    worker = start()
    assert [mail.recipient for mail in postbox.wait_for(1)] == ["eerst@delinde.example"]
    wait_until(worker, hearts)
    queue("daarna", now.replace(year=2020))
    assert len(postbox.wait_for(2)) == 2  # it is still there, and looks again by itself

    worker.send_signal(number)

    _, errors = worker.communicate(timeout=PATIENCE_SECONDS)
    assert (worker.returncode, "Traceback" in errors) == (0, False), errors
    assert waiting() == []
    assert len(postbox.received) == 2


def test_two_workers_share_the_work_under_names_of_their_own(app, start, postbox, now):
    one, other = start(), start()
    wait_until(one, lambda: hearts() == 2)
    for number in range(30):
        queue(f"nr{number}", now.replace(year=2020))
    assert len({mail.recipient for mail in postbox.wait_for(30)}) == 30
    for worker in (one, other):
        worker.send_signal(signal.SIGTERM)
        worker.communicate(timeout=PATIENCE_SECONDS)
    assert (one.returncode, other.returncode, len(postbox.received)) == (0, 0, 30)


def test_a_worker_with_an_unsafe_setting_does_not_start():
    env = {**os.environ, "SECRET_KEY": "kort"}
    command = [sys.executable, "-m", "circles.worker"]
    result = subprocess.run(
        command, cwd=ROOT, env=env, text=True, capture_output=True, timeout=60, check=False
    )
    assert result.returncode != 0
    assert "SECRET_KEY" in result.stderr.splitlines()[-1]
