"""How long the app takes to start, beside an app of the same framework that does nothing; and the demo to load."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from statistics import median

from bench.places import Place, say
from bench.scale import Scale
from bench.table import Row
from config import ROOT

DEMO_SECONDS = 20
BARE = "import flask; flask.Flask('bare')"
OURS = "import wsgi"
TIMED = "import time; began = time.perf_counter(), time.process_time(); {}; " \
    "print(time.perf_counter() - began[0], time.process_time() - began[1])"  # fmt: skip


def rows(place: Place, scale: Scale) -> Iterator[Row]:
    """Importing and making the app, in a fresh process; the median of some."""
    say("starting")
    ours, ours_cpu = _start(place, OURS, scale.starts)
    bare, bare_cpu = _start(place, BARE, scale.starts)
    yield Row(
        "starting the app",
        f"{ours * 1000:.0f} ms, {ours_cpu * 1000:.0f} ms of it computing",
        f"a bare Flask app: {bare * 1000:.0f} ms, {bare_cpu * 1000:.0f} ms",
    )


def demo(place: Place, scale: Scale) -> Iterator[Row]:
    """`flask demo` from a shell, on a database that holds nothing but its tables."""
    say(f"demo of {scale.shown} people")
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "demo", "--people", str(scale.shown)]
    began = time.perf_counter()
    ended = subprocess.run(
        command, cwd=ROOT, env=place.env | {"DEMO": "1"}, capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - began
    yield Row(
        f"flask demo, {scale.shown} people",
        f"{seconds:.1f} s",
        f"{DEMO_SECONDS} s",
        fast=seconds < DEMO_SECONDS,
        right=ended.returncode == 0 and "De demo is geladen." in ended.stdout,
    )


def _start(place: Place, code: str, times: int) -> tuple[float, float]:
    """Seconds on the wall, and of computing."""
    command = [sys.executable, "-c", TIMED.format(code)]
    runs = [
        subprocess.run(
            command, cwd=ROOT, env=place.env, capture_output=True, text=True, check=True
        ).stdout.split()
        for _ in range(times)
    ]
    # In the median a first run that has to compile does not count.
    return median(float(wall) for wall, _ in runs), median(float(cpu) for _, cpu in runs)
