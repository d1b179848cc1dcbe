"""The web server and the worker under one parent: `python -m circles.run`, or `make run`.

Migrates, loads the demo organisations the first time (unless DEMO=0), then serves until
it is asked to stop or until one of the two ends by itself.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from queue import SimpleQueue
from threading import Thread

from config import ROOT, Config, ConfigError

PYTHON = sys.executable
FLASK = [PYTHON, "-m", "flask", "--app", "wsgi"]
SERVICES = {
    "web": [PYTHON, "-m", "gunicorn", "--config", "circles/gunicorn_conf.py", "wsgi:app"],
    "worker": [PYTHON, "-m", "circles.worker"],
}
GRACE_SECONDS = 15
ASKED = "asked to stop"


def main() -> int:
    """Exit status: 0 after being asked to stop, 1 when something failed."""
    env = {"DEMO": "1", "HOST": "127.0.0.1", "PORT": "8000", **{k: v for k, v in os.environ.items() if v}}
    try:
        config = Config.from_env(env)
        require_free(env["HOST"], int(env["PORT"]))
        prepare(config, env)
    except (ConfigError, PortTaken) as error:
        return _fail(str(error))
    except subprocess.CalledProcessError as error:
        return _fail(f"`{' '.join(error.cmd[1:])}` ended with status {error.returncode}.")
    except KeyboardInterrupt:
        return 0
    print(welcome(config), flush=True)
    return serve(env)


class PortTaken(Exception):
    """Another program listens where we were told to; the message says what to do."""


def require_free(host: str, port: int) -> None:
    """Raises PortTaken when we could not listen there."""
    try:
        socket.create_server((host, port), family=_family(host)).close()
    except OSError as error:
        raise PortTaken(
            f"Cannot listen on {host}:{port}: {error.strerror}. Try `make run PORT={port + 1}`."
        ) from error


def prepare(config: Config, env: Mapping[str, str]) -> None:
    """Bring the database up to date and, in a demo, filled. Raises CalledProcessError when that fails."""
    _flask("db", "upgrade", env=env)
    if config.demo:
        _flask("demo", env=env)


def welcome(config: Config) -> str:
    """Where to go and how to get in."""
    lines = ["", f"Vakcirkels is on {config.base_url}"]
    if config.demo:
        lines += ["Sign in as alice@delinde.example, or as anybody in the table above;"]
        lines += ["the password is demo-vakcirkels-2026"]
    return "\n".join([*lines, "Stop with Ctrl-C.", ""])


def serve(env: Mapping[str, str], services: Mapping[str, list[str]] = SERVICES) -> int:
    """Run the services until asked to stop (0) or until one of them ends (1); none outlives this call."""
    endings: SimpleQueue[str] = SimpleQueue()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: endings.put(ASKED))
    children = {name: _start(name, command, env, endings) for name, command in services.items()}
    ended = endings.get()
    stop(children)
    if ended == ASKED:
        return 0
    return _fail(f"The {ended} ended with status {children[ended].returncode}; everything is stopped.")


def stop(children: Mapping[str, subprocess.Popen[bytes]]) -> None:
    """Ask every child to finish, and end those that do not within the time of grace."""
    for child in children.values():
        child.terminate()
    for child in children.values():
        try:
            child.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _start(
    name: str, command: list[str], env: Mapping[str, str], endings: SimpleQueue[str]
) -> subprocess.Popen[bytes]:
    # A group of its own: Ctrl-C reaches this parent alone, which then stops both in an orderly way.
    child = subprocess.Popen(command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, process_group=0)

    def report() -> None:
        child.wait()
        endings.put(name)

    Thread(target=report, daemon=True).start()
    return child


def _flask(*arguments: str, env: Mapping[str, str]) -> None:
    subprocess.run([*FLASK, *arguments], cwd=ROOT, env=env, check=True)


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _fail(message: str) -> int:
    print(message, file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main())
