"""What every test stands on: an app on a real database, a fixed instant, a cast, and a client that is strict.

Whatever uses `app` runs on SQLite and on PostgreSQL. A missing PostgreSQL skips on a laptop and fails where CI is set.
"""

from __future__ import annotations

import base64
import contextvars
import logging
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, has_app_context
from flask.testing import FlaskClient

from circles import clock, create_app
from circles.database import Model, UnitOfWork, fingerprint
from circles.extensions import db, migrations
from circles.ids import new_token
from circles.people.models import Person, SignIn
from config import Config
from tests.factories import Cast, World
from tests.postgres import fresh_database

logging.getLogger("alembic").setLevel(logging.WARNING)

pytest_plugins = ["tests.participation.fixtures"]  # pages in the browser show the same organisations

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)  # a Monday, 10.00 in Amsterdam


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is set up once for a file (a database, a browser) is set up in one worker; each width is a worker's own.

    All that forms circles is one worker's: machine code is compiled once.
    """
    for item in items:
        compiled = item.path.parent.name == "formation"
        given = getattr(item, "callspec", None)
        parts = (
            [given.params[name] for name in ("database_url", "width") if name in given.params]
            if given
            else []
        )
        item.add_marker(
            pytest.mark.xdist_group("formation" if compiled else " ".join(map(str, [item.path.name, *parts])))
        )


def missing(what: str) -> None:
    """A tool that is not there: skip on a laptop, fail where CI is set."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing.")
    pytest.skip(f"{what} is missing.")


@dataclass
class Time:
    """The instant the app believes it is."""

    now: datetime = NOW

    def forward(self, **length: float) -> datetime:
        """Lets time pass: `time.forward(days=1)`."""
        self.now += timedelta(**length)
        return self.now

    def to(self, instant: datetime) -> datetime:
        """Sets the clock."""
        self.now = instant
        return self.now


class StrictClient(FlaskClient):
    """A browser without JavaScript. Each request starts with nothing in context, as on a real server."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        if not has_app_context():  # following a redirect, inside the request that led to it
            return super().open(*args, **kwargs)
        db.session.commit()
        try:
            return contextvars.Context().run(super().open, *args, **kwargs)
        finally:
            db.session.expire_all()

    def sign_in(self, person: Person) -> StrictClient:
        """Gives this browser a session of that person, as signing in would."""
        token = new_token()
        now = clock.now()
        db.session.add(
            SignIn(
                token_hash=fingerprint(token),
                person_id=person.id,
                device="test",
                signed_in_at=now,
                seen_at=now,
                expires_at=now + timedelta(days=14),
            )
        )
        db.session.commit()
        with self.session_transaction() as session:
            session["sign_in"] = token
        return self


def settings(folder: Path, **changes: Any) -> Config:
    """A configuration for tests, with everything under `folder`."""
    config = Config(
        var_dir=folder,
        database_url=f"sqlite:///{folder / 'circles.db'}",
        secret_key="a secret that is only used in tests, and long enough",
        log_keys=("t1:" + base64.b64encode(b"t" * 32).decode(),),
        base_url="http://localhost",
        mail_url=f"file://{folder / 'mail'}",
        mail_from="vakcirkels@circles.example",
        intake_address=None,
        inbox_url=None,
        trusted_hosts=("localhost",),
        trusted_proxies=0,
        demo=False,
        timezone="Europe/Amsterdam",
    )
    return replace(config, **changes)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An empty database of each kind in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('db') / 'circles.db'}"
        return
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    with fresh_database(f"circles_{worker}_{os.getpid()}") as url:
        if url is None:
            missing("PostgreSQL")
        yield str(url)


@pytest.fixture(scope="session")
def migrated_app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One app for all tests on this database, its tables made by the migrations."""
    app = make_app(settings(tmp_path_factory.mktemp("var"), database_url=database_url))
    with app.app_context():
        migrations.upgrade()
    yield app
    with app.app_context():
        db.engine.dispose()


def make_app(config: Config) -> Flask:
    """The app as it is served, plus a guard: a request that changed something and forgot to commit fails its test."""
    app = create_app(config)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    app.test_client_class = StrictClient
    app.teardown_request(_fail_on_forgotten_commit)
    return app


@sa.event.listens_for(UnitOfWork, "after_flush")
def _note_flush(session: UnitOfWork, _context: object) -> None:
    session.info["uncommitted"] = True


@sa.event.listens_for(UnitOfWork, "do_orm_execute")
def _note_statement(state: Any) -> None:
    if state.is_update or state.is_delete or state.is_insert:
        state.session.info["uncommitted"] = True


@sa.event.listens_for(UnitOfWork, "after_commit")
@sa.event.listens_for(UnitOfWork, "after_rollback")
def _note_end(session: UnitOfWork) -> None:
    session.info.pop("uncommitted", None)


def _fail_on_forgotten_commit(error: BaseException | None) -> None:
    if error is None:
        session = db.session
        assert not session.info.get("uncommitted"), "The request flushed and did not commit."
        changed = [*session.new, *session.dirty, *session.deleted]
        assert changed == [], "The request changed rows and did not commit."


@pytest.fixture(autouse=True)
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    """The clock of this test; it stands still unless told otherwise."""
    time = Time()
    monkeypatch.setattr(clock, "now", lambda: time.now)
    return time


@pytest.fixture
def now(time: Time) -> datetime:
    """The instant at which this test begins."""
    return time.now


@pytest.fixture
def app(migrated_app: Flask) -> Iterator[Flask]:
    """The app with an empty database and a context of its own; rows are wiped afterwards."""
    with migrated_app.app_context():
        yield migrated_app
        db.session.rollback()
        _wipe()


def _wipe() -> None:
    engine = db.engine
    tables = reversed(Model.metadata.sorted_tables)
    with engine.execution_options(begin="IMMEDIATE").begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text("SET session_replication_role = replica"))
        for table in tables:
            connection.execute(table.delete())
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text("SET session_replication_role = DEFAULT"))


@pytest.fixture
def session(app: Flask) -> Any:
    """The session of the test itself; a request has its own. The client commits it before each request."""
    return db.session


@pytest.fixture
def client(app: Flask) -> StrictClient:
    """A browser that nobody is signed in to."""
    return app.test_client()  # type: ignore[return-value]


@pytest.fixture
def client_for(app: Flask) -> Callable[[Person], StrictClient]:
    """Gives a browser in which that person is signed in: `client_for(bob).get("/")`."""
    return lambda person: app.test_client().sign_in(person)  # type: ignore[attr-defined,no-any-return]


@pytest.fixture
def world(app: Flask, now: datetime) -> World:
    """Makes rows quickly, past the services: for arranging, never for acting."""
    return World(now)


@pytest.fixture
def cast(world: World) -> Cast:
    """Two organisations and the people of every story; a circle with Alice as trekker, Bob and Carol."""
    return world.cast()


def bytes_of(file: Path) -> bytes:
    """What a database file holds, read by another process.

    Closing a file drops all locks that a process has on it, SQLite's own too: then the next process to leave takes
    itself for the last one and deletes the journal that we still write.
    """
    return subprocess.run(["cat", str(file)], capture_output=True, check=True).stdout  # noqa: S607


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    """The SQL statements that run inside, in order."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
