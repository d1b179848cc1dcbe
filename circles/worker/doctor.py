"""What could be wrong with an installation, said in words."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import sqlalchemy as sa
from alembic.util.exc import CommandError
from flask import current_app

from circles.extensions import db, migrations
from circles.mail import queries

CONNECT_SECONDS = 5.0
MAIL_WAITS_TOO_LONG = timedelta(minutes=30)
EXPECTED = (OSError, ValueError, RuntimeError, smtplib.SMTPException, sa.exc.SQLAlchemyError, CommandError)


class NotWell(Exception):
    """Something was looked at and is wrong; says what to do."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: whether it is well, and what to do when it isn't."""

    what: str
    ok: bool
    words: str


def examine(now: datetime) -> list[Finding]:
    """Looks at configuration, database, migrations, mail out, mail in and worker, in that order."""
    return [
        *_configuration(),
        _database(),
        _migrations(),
        _mail_out(),
        _mail_in(),
        _outbox(now),
        _worker(now),
    ]


def _configuration() -> Iterator[Finding]:
    settings = current_app.config["SETTINGS"]
    yield Finding("configuratie", True, f"BASE_URL {settings.base_url}, gegevens in {settings.var_dir}")
    if settings.demo and settings.is_https:
        yield Finding("DEMO", False, "staat aan op een openbaar adres; zet DEMO uit")


def _database() -> Finding:
    return _tried(
        "database",
        lambda: f"{db.engine.dialect.name}, {db.session.scalar(sa.text('SELECT 1')) and 'antwoordt'}",
    )


def _migrations() -> Finding:
    return _tried("migraties", _newest)


def _newest() -> str:
    # On SQLite one look holds the whole database until its transaction ends: this one's with its context.
    with current_app.app_context():
        if migrations.needs_upgrade():
            raise NotWell("draai `flask --app wsgi db upgrade`")
    return "bij"


def _mail_out() -> Finding:
    url = urlsplit(current_app.config["SETTINGS"].mail_url)
    if url.scheme == "file":
        return _tried("mail uit", lambda: f"naar bestanden in {_writable(Path(unquote(url.path)))}")
    return _tried("mail uit", lambda: _greet(url))


def _mail_in() -> Finding:
    inbox = current_app.config["SETTINGS"].inbox_url
    if not inbox:
        return Finding(
            "mail in", True, "geen INBOX_URL: uitnodigingen verwijzen voor het antwoord naar de pagina"
        )
    url = urlsplit(inbox)
    return _tried("mail in", lambda: _reach(url.hostname or "localhost", url.port or 993))


def _outbox(now: datetime) -> Finding:
    return _tried("postvak uit", lambda: _waiting(queries.oldest_unsent(now)))


def _waiting(age: timedelta | None) -> str:
    if age is None:
        return "leeg"
    words = f"oudste mail wacht {int(age.total_seconds() // 60)} minuten"
    if age >= MAIL_WAITS_TOO_LONG:
        raise NotWell(words)
    return words


def _worker(now: datetime) -> Finding:
    return _tried("worker", lambda: _pulse(queries.last_heartbeat(), now))


def _pulse(beat: datetime | None, now: datetime) -> str:
    if beat is None or now - beat >= queries.HEART_STOPS_AFTER:
        raise NotWell("niets gehoord in de laatste twee minuten; start `python -m circles.worker`")
    return "leeft"


def _tried(what: str, attempt: Callable[[], str]) -> Finding:
    try:
        return Finding(what, True, attempt())
    except NotWell as finding:
        return Finding(what, False, str(finding))
    except EXPECTED as error:
        return Finding(what, False, _short(error))
    finally:
        db.session.rollback()  # each look is a transaction of its own, also after an error


def _greet(url: SplitResult) -> str:
    """Does what sending does before the first mail: connects, and encrypts and signs in where MAIL_URL says so."""
    secure = url.scheme == "smtps"
    host, port = url.hostname or "localhost", url.port or (465 if secure else 25)
    kind = smtplib.SMTP_SSL if secure else smtplib.SMTP
    with kind(host, port, timeout=CONNECT_SECONDS) as server:
        server.ehlo()
        if parse_qs(url.query).get("starttls") == ["1"]:
            server.starttls(context=ssl.create_default_context())
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
    return f"{host}:{port} antwoordt"


def _reach(host: str, port: int) -> str:
    with socket.create_connection((host, port), timeout=CONNECT_SECONDS):
        return f"{host}:{port} is bereikbaar"


def _writable(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    probe = folder / ".probe"
    probe.touch()
    probe.unlink()
    return folder


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0][:160]
