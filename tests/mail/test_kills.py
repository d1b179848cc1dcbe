"""Workers killed at random moments, alone and beside each other, against a server that drops: nothing is lost."""

from __future__ import annotations

import dataclasses
import json
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from datetime import datetime, timedelta

import sqlalchemy as sa

from circles.extensions import db
from circles.mail.models import OutboxMail
from circles.mail.outbox import Recipient, Written, enqueue
from config import ROOT
from tests.smtp import ACCEPT, HANG_UP, LATER, LOSE_ANSWER, Postbox

MAILS = 200
KILLS = 20
SEED = 20270301
PAIRS, PER_PAIR = 6, 100  # two workers at once, that often, and mails for each two
STEPS = 100  # statements and commits before one of them dies, at most


class Killer:
    """Decides what the server does with each mail, and when the worker that speaks to it dies."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.worker: subprocess.Popen[bytes] | None = None
        self.kills = self.ambiguous = self.until_death = 0

    def watch(self, worker: subprocess.Popen[bytes]) -> None:
        self.until_death = self.random.randint(1, 12)
        self.worker = worker

    def __call__(self, _number: int, _recipient: str) -> str:
        self.until_death -= 1
        if self.until_death == 0 and self.kills < KILLS and self.worker:
            self.kills += 1
            # From at once to some milliseconds later: before the answer, after it, or while the outcome is written.
            threading.Timer(self.random.choice([0, 0.001, 0.003, 0.01]), self.worker.kill).start()
        choice = self.random.choices([ACCEPT, LATER, LOSE_ANSWER, HANG_UP], [85, 5, 5, 5])[0]
        self.ambiguous += choice == LOSE_ANSWER
        return choice


def test_nothing_is_lost_and_every_duplicate_is_the_same_mail(app, now):
    queue(range(MAILS), now, people=40)
    killer = Killer(SEED)
    with Postbox(killer) as postbox:
        rounds = 0
        while _waiting():
            rounds += 1
            assert rounds < 200, "The outbox does not become empty."
            worker = _start_worker(app, postbox.url, now + timedelta(hours=rounds), f"w{rounds}")
            killer.watch(worker)
            worker.wait(timeout=60)
    assert killer.kills == KILLS
    assert killer.ambiguous > 0
    arrived = Counter(mail.parsed()["message-id"] for mail in postbox.received)
    queued = set(db.session.scalars(sa.select(OutboxMail.message_id)))
    assert set(arrived) == queued
    duplicates = sum(arrived.values()) - len(arrived)
    assert duplicates <= killer.kills + killer.ambiguous
    assert len({mail.content for mail in postbox.received}) == MAILS  # a duplicate is the same to the byte


def test_of_two_workers_one_dies_at_any_step_and_nothing_is_lost(app, now):
    chance = random.Random(SEED)
    kills = rounds = 0
    with Postbox() as postbox:
        while rounds < PAIRS or _waiting():
            rounds += 1
            assert rounds < 3 * PAIRS, "The outbox does not become empty."
            dies = rounds <= PAIRS
            if dies:
                queue(range(rounds * PER_PAIR, (rounds + 1) * PER_PAIR), now, people=PER_PAIR)
            at = now + timedelta(hours=rounds)  # leases of the dead are over
            steps = [chance.randint(1, STEPS) if dies else 0, 0]
            workers = [
                _start_worker(app, postbox.url, at, f"{which}{rounds}", str(step))
                for which, step in zip(chance.sample("ab", 2), steps, strict=True)
            ]
            ended = at_once(workers)
            assert ended[1] == 0, "The other goes on as if nothing happened."
            kills += ended[0] == -signal.SIGKILL
    assert kills > PAIRS // 2
    arrived = Counter(mail.parsed()["message-id"] for mail in postbox.received)
    assert set(arrived) == set(db.session.scalars(sa.select(OutboxMail.message_id)))
    assert len(arrived) == PAIRS * PER_PAIR
    assert sum(arrived.values()) - len(arrived) <= kills
    assert len({mail.content for mail in postbox.received}) == len(
        arrived
    )  # a duplicate is the same to the byte


def at_once(workers: list[subprocess.Popen[bytes]]) -> list[int]:
    """Lets them begin when the last of them is ready. Yields how each ended."""
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"ready\n"
    for worker in workers:
        worker.stdin.write(b"go\n")
        worker.stdin.flush()
    ended = [worker.wait(timeout=60) for worker in workers]
    for worker in workers:
        worker.stdin.close()
        worker.stdout.close()
    return ended


def queue(numbers: range, now: datetime, *, people: int) -> None:
    """Queues invitations with these numbers, for so many people in turn."""
    for number in numbers:
        enqueue(
            key=f"invitation:{number}",
            kind="meeting_invitation",
            to=Recipient(f"person{number % people}@delinde.example", "Bob", "nl"),
            written=Written("Vakcirkel", f"Uitnodiging {number}\n", f"<p>Uitnodiging {number}</p>"),
            now=now,
            calendar=f"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nUID:{number}\r\nEND:VCALENDAR\r\n".encode(),
            calendar_method="REQUEST",
        )
    db.session.commit()


def _waiting() -> int:
    db.session.rollback()
    waiting = db.session.scalar(
        sa.select(sa.func.count()).select_from(OutboxMail).where(OutboxMail.state == "queued")
    )
    db.session.rollback()
    return int(waiting or 0)


def _start_worker(app, url: str, at, name: str, *more: str) -> subprocess.Popen[bytes]:
    config = dataclasses.asdict(app.config["SETTINGS"]) | {"mail_url": url}
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.mail.dying_worker",
            json.dumps(config, default=str),
            at.isoformat(),
            name,
            *more,
        ],
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.PIPE if more else None,
        stdout=subprocess.PIPE if more else None,
    )
