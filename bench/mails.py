"""Invitations: planned and queued in one tick, then handed to a mail server on this machine by one worker."""

from __future__ import annotations

import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import sqlalchemy as sa

from bench.filling import fill_unplanned
from bench.places import Place, say
from bench.scale import Scale
from bench.table import Row
from circles import clock
from circles.database import UnitOfWork
from circles.extensions import db
from circles.mail import delivery
from circles.mail.message import as_bytes
from circles.mail.models import OutboxMail
from circles.mail.transport import transport_for
from circles.worker.rounds import run_job
from circles.worker.schedule import SCHEDULE, Job
from config import ROOT
from tests.smtp import read_journal

TICK_SECONDS = 60.0
SLOWEST_MS = 200.0
PER_SECOND = 100.0
MEETING_JOBS = {"meetings planned", "calendar mails queued"}


def rows(place: Place, scale: Scale) -> Iterator[Row]:
    """A tick within a minute, no transaction of which holds the database for long; then the mails, beside a peer."""
    say(f"{place.database}: {scale.invited // 8} circles plan and invite")
    with place.app.app_context():
        fill_unplanned(people=scale.invited, now=clock.now())
    yield from _tick(place, scale)
    yield from _sending(place, scale)


def _tick(place: Place, scale: Scale) -> Iterator[Row]:
    with place.app.app_context(), _timed_transactions() as (watched, lengths):
        began, now = time.perf_counter(), clock.now()
        for job in SCHEDULE:
            run_job(watched(job), now)
        spent = time.perf_counter() - began
        queued = db.session.scalar(
            sa.select(sa.func.count())
            .select_from(OutboxMail)
            .where(OutboxMail.kind == "meeting_invitation", OutboxMail.state == "queued")
        )
        db.session.rollback()
    yield Row(
        f"{place.database}: a tick that plans and queues {scale.invited:,} invitations",
        f"{spent:.1f} s, {queued:,} queued",
        f"< {TICK_SECONDS:.0f} s",
        fast=spent < TICK_SECONDS,
        right=queued == scale.invited,
    )
    lengths.sort()
    yield Row(
        f"{place.database}: slowest transaction of a meeting or circle in it",
        f"{lengths[-1] * 1000:.0f} ms of {len(lengths):,}; p99 {lengths[-1 - len(lengths) // 100] * 1000:.0f} ms",
        f"at most {SLOWEST_MS:.0f} ms",
        fast=lengths[-1] * 1000 <= SLOWEST_MS,
    )


@contextmanager
def _timed_transactions() -> Iterator[tuple[object, list[float]]]:
    """A job that notes when it begins with a thing; and the seconds from there to the commit, for each of them."""
    began: list[float] = []
    lengths: list[float] = []

    def watched(job: Job) -> Job:
        def do(thing: int, now: datetime) -> int:
            began.append(time.perf_counter())
            return job.do(thing, now)

        return replace(job, do=do) if job.name in MEETING_JOBS else job

    def note(_session: object) -> None:
        if began:
            lengths.append(time.perf_counter() - began.pop())

    sa.event.listen(UnitOfWork, "after_commit", note)
    try:
        yield watched, lengths
    finally:
        sa.event.remove(UnitOfWork, "after_commit", note)


def _sending(place: Place, scale: Scale) -> Iterator[Row]:
    say(f"{place.database}: sending {scale.mails:,} of them")
    with _postbox(place.folder / "ours") as (url, journal):
        ours = _by_worker(place, url, scale.mails)
        taken = {mail.parsed()["Message-ID"] for mail in read_journal(journal)}
        with_calendar = sum(
            b"METHOD:REQUEST" in mail.content or b"method=REQUEST" in mail.content
            for mail in read_journal(journal)
        )
    ready = _ready_made(place)
    with _postbox(place.folder / "peer") as (url, journal):
        peer = _by_smtplib(url, ready)
    yield Row(
        f"{place.database}: one worker sends {len(ready):,} invitations",
        f"{ours:.0f} mails/s, {len(taken):,} arrived, {with_calendar:,} with a calendar",
        f"at least {PER_SECOND:.0f}/s; smtplib alone {peer:.0f}/s",
        fast=ours >= PER_SECOND,
        right=len(taken) == len(ready) == with_calendar >= scale.mails,
    )


def _by_worker(place: Place, url: str, wanted: int) -> float:
    """Mails a second, as the worker's own loop sends them; at least `wanted` of them."""
    sent = 0
    with transport_for(url) as transport:
        began = time.perf_counter()
        while sent < wanted:
            with place.app.app_context():
                outcome = delivery.deliver(transport, worker="bench")
            assert outcome.sent == outcome.total > 0, outcome
            sent += outcome.sent
        return sent / (time.perf_counter() - began)


def _ready_made(place: Place) -> list[tuple[str, str, bytes]]:
    """What was sent, as a peer without an outbox needs it."""
    with place.app.app_context():
        mails = db.session.scalars(sa.select(OutboxMail).where(OutboxMail.state == "sent"))
        return [(mail.from_address, mail.to_address, as_bytes(delivery.letter_of(mail))) for mail in mails]


def _by_smtplib(url: str, mails: list[tuple[str, str, bytes]]) -> float:
    """The same bytes over one connection, with nothing noted: as fast as this server takes them."""
    parts = urlsplit(url)
    began = time.perf_counter()
    with smtplib.SMTP(parts.hostname or "", parts.port or 0) as server:
        for sender, recipient, content in mails:
            server.sendmail(sender, [recipient], content)
    return len(mails) / (time.perf_counter() - began)


@contextmanager
def _postbox(journal: Path) -> Iterator[tuple[str, Path]]:
    """A mail server in a process of its own, which writes down what it takes; ends with the block."""
    command = [sys.executable, "-m", "tests.smtp", str(journal)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        try:
            yield server.stdout.readline().strip(), journal
        finally:
            server.stdin.close()
            try:
                server.wait(30)
            except subprocess.TimeoutExpired:
                server.kill()
