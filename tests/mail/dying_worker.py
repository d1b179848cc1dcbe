"""A worker for the tests that kill it: drains the outbox at a given instant, configured by its arguments.

With a fourth argument it says when it is ready, waits for a line to begin, and kills itself at that step (0: never):
each statement and each commit is two, before it and after it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from circles import create_app
from circles.database import UnitOfWork
from circles.extensions import db
from circles.worker.rounds import deliver_all
from config import Config


def die_at(step: int) -> None:
    """Ends this process without a word when it has come so far."""
    left = step

    def count(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    for moment in ("before_cursor_execute", "after_cursor_execute", "commit"):
        sa.event.listen(db.engine, moment, count)
    sa.event.listen(UnitOfWork, "after_commit", count)


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    given |= {"var_dir": Path(given["var_dir"])} | {k: tuple(given[k]) for k in ("log_keys", "trusted_hosts")}
    with create_app(Config(**given)).app_context():
        if len(sys.argv) > 4:
            sys.stdout.write("ready\n")
            sys.stdout.flush()
            sys.stdin.readline()
            die_at(int(sys.argv[4]))
        deliver_all(datetime.fromisoformat(sys.argv[2]), worker=sys.argv[3])
