"""The parent of web and worker: it stops both, and never leaves one running alone."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from circles.run import PortTaken, require_free

STAYS = "import os, time; os.write(1, b'up\\n'); time.sleep(600)"  # in one piece, as both write to one pipe
FAILS = "import sys; sys.stdin.read(); sys.exit(3)"
PARENT = """
import os, sys
from circles.run import serve
services = {name: [sys.executable, "-c", code] for name, code in zip(("web", "worker"), sys.argv[1:])}
sys.exit(serve(os.environ, services))
"""


@pytest.fixture
def start() -> Iterator:
    """Starts a parent with two services, given as Python code."""
    parents = []

    def start(*services: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", PARENT, *services]
        parent = subprocess.Popen(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        parents.append(parent)
        return parent

    yield start
    for parent in parents:
        parent.terminate()  # not kill: what it started would stay, and hold the pipe
        parent.communicate(timeout=60)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_asked_to_stop_it_stops_both(start, number):
    parent = start(STAYS, STAYS)
    assert [parent.stdout.readline() for _ in range(2)] == ["up\n", "up\n"]

    parent.send_signal(number)

    # The pipe closes when the last of the three has gone.
    assert parent.communicate(timeout=30) == ("", "")
    assert parent.returncode == 0


@pytest.mark.parametrize("services", [(FAILS, STAYS), (STAYS, FAILS)])
def test_when_one_dies_the_other_is_stopped(start, services):
    parent = start(*services)

    _, errors = parent.communicate(timeout=30)

    died = ("web", "worker")[services.index(FAILS)]
    assert errors == f"The {died} ended with status 3; everything is stopped.\n"
    assert parent.returncode == 1


def test_a_taken_port_is_said_before_anything_starts():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=f"make run PORT={port + 1}"):
            require_free("127.0.0.1", port)
