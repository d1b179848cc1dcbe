"""Where is measured: an app as it is served, on a database of its own that is gone afterwards."""

from __future__ import annotations

import base64
import logging
import os
import secrets
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from bench.filling import Filled, Visitor, fill
from circles import clock, create_app
from circles.extensions import db, migrations
from config import ROOT, Config
from tests.postgres import fresh_database

DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass
class Place:
    """A migrated database, the app on it, and the environment that makes another process see the same."""

    database: str  # in words
    folder: Path
    env: dict[str, str]
    app: Flask
    _filled: dict[int, Filled] = field(default_factory=dict)

    def filled(self, people: int, years: float) -> Filled:
        """An organisation of that many people who met for that long; made at the first time of asking."""
        if people not in self._filled:
            say(f"{self.database}: filling {people:,} people")
            with self.app.app_context():
                self._filled[people] = fill(people=people, years=years, now=clock.now())
        return self._filled[people]

    def client(self, visitor: Visitor) -> FlaskClient:
        """A browser in which that person is signed in."""
        client = self.app.test_client()
        with client.session_transaction() as session:
            session["sign_in"] = visitor.token
        return client

    def cookie(self, visitor: Visitor) -> str:
        """What such a browser sends along to a real server."""
        signer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        return f"{self.app.config['SESSION_COOKIE_NAME']}={signer.dumps({'sign_in': visitor.token})}"


@contextmanager
def place(kind: str) -> Iterator[Place | None]:
    """A place on `sqlite` or `postgresql`. None when this machine has no PostgreSQL."""
    with tempfile.TemporaryDirectory(prefix="circles-bench-") as name:
        folder = Path(name)
        with _database(kind, folder) as url:
            if url is None:
                yield None
                return
            env = _environment(folder, url)
            app = create_app(Config.from_env(env))
            with app.app_context():
                migrations.upgrade()
            try:
                yield Place(DATABASES[kind], folder, env, app)
            finally:
                with app.app_context():
                    db.engine.dispose()


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[str | None]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'circles.db'}"
        return
    # On a laptop the disk is waited for, as in production: what is measured would look too fast otherwise.
    with fresh_database(f"circles_bench_{os.getpid()}", durable=True) as url:
        yield url


def _environment(folder: Path, url: str) -> dict[str, str]:
    """Nothing of what is set on this machine, but what a process needs to run."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return kept | {
        "PYTHONPATH": str(ROOT),
        "VAR_DIR": str(folder / "var"),
        "DATABASE_URL": url,
        "SECRET_KEY": secrets.token_urlsafe(48),
        "LOG_KEYS": f"bench:{base64.b64encode(secrets.token_bytes(32)).decode()}",
        "DEMO": "0",
    }


def say(words: str, at: datetime | None = None) -> None:
    """How far it is, beside the table."""
    print(f"{at or clock.now():%H:%M:%S}  {words}", file=sys.stderr, flush=True)


logging.getLogger("alembic").setLevel(logging.WARNING)
