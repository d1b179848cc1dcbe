"""A worker for the test that kills it: drains the outbox at a given instant, configured by its arguments."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path

from circles import create_app
from circles.worker.rounds import deliver_all
from config import Config

if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    given |= {"var_dir": Path(given["var_dir"])} | {k: tuple(given[k]) for k in ("log_keys", "trusted_hosts")}
    with create_app(Config(**given)).app_context():
        deliver_all(datetime.fromisoformat(sys.argv[2]), worker=sys.argv[3])
