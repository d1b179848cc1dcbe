"""Readers and writers at once, as browsers would, against the real server with its own settings."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from statistics import median, quantiles

import sqlalchemy as sa

from bench.browser import Browser, Wrong
from bench.filling import Visitor
from bench.places import Place, say
from bench.scale import Scale
from bench.table import Row
from circles.conclusions.models import Conclusion
from circles.extensions import db
from circles.meetings.models import Meeting, Preparation, Reply
from config import ROOT

PEOPLE_A_WRITER = 10  # one writer stands for some people, so that no meeting page grows beyond measure
READY_SECONDS = 30
STEPS = 3  # of writing: an answer, a note, a conclusion
NOTE = "Ik breng een situatie in waarin ik twijfelde"
TEXT = "Wie twijfelt, vraagt het eerst aan wie het aangaat"


class Crowd:
    """What readers and writers did together."""

    def __init__(self) -> None:
        self.read: list[float] = []  # seconds of each request
        self.written: list[float] = []
        # What the server said it had taken: texts of conclusions; the last answer and note by meeting and person.
        self.kept: list[str] = []
        self.answers: dict[tuple[str, int], str] = {}
        self.notes: dict[tuple[str, int], str] = {}
        self.wrong: list[str] = []

    def all_times(self) -> list[float]:
        """Of every request, in seconds."""
        return self.read + self.written


def rows(place: Place, scale: Scale) -> Iterator[Row]:
    """Readers and writers for some time, without an error, and nothing that was accepted is lost."""
    visitors = place.filled(scale.large, scale.years).visitors
    with _served(place) as port:
        say(f"{place.database}: {scale.readers} readers and {scale.writers} writers, {scale.seconds:.0f} s")
        crowd, spent = _crowd(place, port, visitors, scale)
    lost = _lost(place, crowd)
    times = crowd.all_times()
    who = f"{place.database}: {scale.readers} readers, {scale.writers} writers"
    yield Row(
        who,
        f"{len(times) / spent:.0f} requests/s for {spent:.0f} s, {len(times)} in all, {len(crowd.wrong)} wrong",
        "no error" if not crowd.wrong else f"no error; {crowd.wrong[0]}",
        right=bool(crowd.read and crowd.written) and not crowd.wrong,
    )
    yield Row(f"{who}: reading", _spread(crowd.read), "as fast as they can, no pauses")
    yield Row(f"{who}: writing", _spread(crowd.written), "form and answer each")
    taken = f"{len(crowd.kept)} conclusions, {len(crowd.answers)} answers, {len(crowd.notes)} notes"
    yield Row(
        f"{who}: what was taken",
        f"{taken}; {lost} of them lost",
        "nothing lost",
        right=bool(crowd.kept and crowd.answers and crowd.notes) and not lost,
    )


def _crowd(place: Place, port: int, visitors: list[Visitor], scale: Scale) -> tuple[Crowd, float]:
    crowd, barrier = Crowd(), threading.Barrier(scale.readers + scale.writers + 1)
    until: list[float] = []

    def goes_on(done: int) -> bool:
        # However short the time, everybody does each thing once.
        return time.perf_counter() < until[0] or (done < STEPS and not crowd.wrong)

    def go(steps: Callable[[], Iterator[None]]) -> None:
        barrier.wait()
        done = 0
        while goes_on(done):
            try:
                for _ in steps():
                    done += 1
                    if not goes_on(done):
                        break
            except (Wrong, OSError) as error:
                crowd.wrong.append(f"{type(error).__name__}: {error}"[:120])

    browsers = [(Browser(port, place.cookie(visitor)), visitor) for visitor in visitors]
    readers = [browsers[n % len(browsers)] for n in range(scale.readers)]
    rest = browsers[scale.readers :] or browsers
    writers = [(n, rest[n :: scale.writers][:PEOPLE_A_WRITER]) for n in range(scale.writers)]
    with ThreadPoolExecutor(scale.readers + scale.writers) as pool:
        jobs = [pool.submit(go, lambda b=b, v=v: _read(crowd, b, v)) for b, v in readers]
        jobs += [pool.submit(go, lambda some=some: _write(crowd, some)) for _, some in writers]
        began = time.perf_counter()
        until.append(began + scale.seconds)
        barrier.wait()
        for job in jobs:
            job.result()
        return crowd, time.perf_counter() - began


def _read(crowd: Crowd, browser: Browser, visitor: Visitor) -> Iterator[None]:
    for path in (
        "/",
        f"/cirkel/{visitor.circle}",
        f"/bijeenkomst/{visitor.coming}",
        f"/bijeenkomst/{visitor.held}",
        "/logboek",
    ):
        browser.get(path, crowd.read)
        yield


def _write(crowd: Crowd, people: list[tuple[Browser, Visitor]]) -> Iterator[None]:
    """Each in turn answers, prepares and keeps something: opens the page, fills in its form and sends that."""
    for browser, visitor in people:
        ahead, back = f"/bijeenkomst/{visitor.coming}", f"/bijeenkomst/{visitor.held}"
        whose, number = (visitor.coming, visitor.person_id), len(crowd.written)
        answer, note, text = ("yes", "maybe", "no")[number % 3], f"{NOTE} ({number})", f"{TEXT} ({number})"
        browser.fill_in(ahead, f"{ahead}/antwoord", {"answer": answer}, crowd.written)
        crowd.answers[whose] = answer
        yield
        browser.fill_in(ahead, f"{ahead}/voorbereiding", {"note": note}, crowd.written)
        crowd.notes[whose] = note
        yield
        browser.fill_in(back, f"{back}/conclusies", {"kind": "insight", "text": text}, crowd.written)
        crowd.kept.append(f"{visitor.held} {text}")
        yield


def _lost(place: Place, crowd: Crowd) -> int:
    """How much of what the server took is not in the database."""
    with place.app.app_context():
        rows = db.session.execute(
            sa.select(Conclusion, Meeting.public_id)
            .join(Conclusion.meeting)
            .order_by(Conclusion.id.desc())
            .limit(len(crowd.kept) + len(crowd.wrong))
        ).all()
        kept = Counter(f"{meeting} {conclusion.text}" for conclusion, meeting in rows)
        answers, notes = (
            {
                (meeting, row.person_id): row
                for row, meeting in db.session.execute(
                    sa.select(model, Meeting.public_id)
                    .join(Meeting, Meeting.id == model.meeting_id)
                    .where(Meeting.public_id.in_({meeting for meeting, _ in taken}))
                )
            }
            for model, taken in ((Reply, crowd.answers), (Preparation, crowd.notes))
        )
        lost = (Counter(crowd.kept) - kept).total()
        lost += sum(answers[whose].answer != answer for whose, answer in crowd.answers.items())
        return lost + sum(notes[whose].note != note for whose, note in crowd.notes.items())


def _spread(times: list[float]) -> str:
    if len(times) < 2:
        return f"{len(times)} requests"
    return f"median {median(times) * 1000:.0f} ms, p95 {quantiles(times, n=20)[-1] * 1000:.0f} ms"


@contextmanager
def _served(place: Place) -> Iterator[int]:
    """gunicorn on a free port of this machine; ends with the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    env = place.env | {"HOST": "127.0.0.1", "PORT": str(port)}
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--config",
        "circles/gunicorn_conf.py",
        "--log-level",
        "warning",
        "wsgi:app",
    ]
    server = subprocess.Popen(command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL)
    try:
        _wait_until_ready(port, server)
        yield port
    finally:
        server.terminate()
        try:
            server.wait(READY_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_until_ready(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.perf_counter() + READY_SECONDS
    while time.perf_counter() < until:
        assert server.poll() is None, f"gunicorn ended with status {server.returncode}"
        try:
            return Browser(port, "").get("/help", [])
        except OSError:
            time.sleep(0.1)
    raise AssertionError("gunicorn does not answer")
