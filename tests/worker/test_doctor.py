"""What is wrong with an installation is said by name; and whether it lives, to the machines that watch it."""

from __future__ import annotations

import contextvars
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from circles.extensions import db
from circles.mail import services as mail
from circles.mail.outbox import Recipient, Written, enqueue
from config import ROOT
from tests.conftest import make_app, settings
from tests.smtp import Postbox

WELL = ["configuratie", "database", "migraties", "mail uit", "mail in", "postvak uit", "worker"]


@pytest.fixture
def doctor(app: Flask, monkeypatch, tmp_path: Path) -> Callable[..., tuple[int, dict[str, str]]]:
    """Runs `flask doctor` with these settings: its exit code, and what is wrong in words."""

    def doctor(**changes: Any) -> tuple[int, dict[str, str]]:
        given = {"mail_url": f"file://{tmp_path / 'mail'}"} | changes
        monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], **given))
        db.session.commit()
        return examined(app)

    return doctor


@pytest.fixture
def living(app: Flask, now) -> None:
    """A worker was heard of just now."""
    mail.beat("w", now)


@pytest.fixture
def empty_app(tmp_path: Path) -> Flask:
    """An app on a database in which no migration ran."""
    return make_app(settings(tmp_path / "leeg"))


def examined(app: Flask) -> tuple[int, dict[str, str]]:
    """Exit code, and each finding that is wrong. All findings are there, in their order."""
    result = contextvars.Context().run(app.test_cli_runner().invoke, args=["doctor"])
    lines = [line.partition("  ") for line in result.output.splitlines()]
    said = [(mark.strip(), *rest.strip().partition(": ")[::2]) for mark, _, rest in lines]
    assert [what for _mark, what, _words in said if what in WELL] == WELL, result.output
    assert {mark for mark, _what, _words in said} <= {"ok", "FOUT"}
    return result.exit_code, {what: words for mark, what, words in said if mark == "FOUT"}


def test_all_is_well(doctor, living):
    assert doctor() == (0, {})


def test_mail_by_smtp_is_well_when_the_server_answers(doctor, living):
    with Postbox() as postbox:
        assert doctor(mail_url=postbox.url) == (0, {})
        assert postbox.received == []


def test_a_worker_that_is_silent_for_two_minutes_is_named(doctor, living, time):
    time.forward(minutes=1, seconds=59)
    assert doctor() == (0, {})
    time.forward(seconds=2)
    words = "niets gehoord in de laatste twee minuten; start `python -m circles.worker`"
    assert doctor() == (1, {"worker": words})


def test_without_any_worker_that_is_said(doctor):
    code, wrong = doctor()
    assert (code, list(wrong)) == (1, ["worker"])


@pytest.mark.parametrize(
    ("version", "words"),
    [("0003", "draai `flask --app wsgi db upgrade`"), ("9999", "CommandError: Can't locate revision")],
)
def test_migrations_that_are_behind_or_ahead_are_named(app, doctor, living, version, words):
    [current] = db.session.scalars(sa.text("SELECT version_num FROM alembic_version")).all()
    _stamp(version)
    try:
        code, wrong = doctor()
    finally:
        _stamp(current)
    assert (code, list(wrong)) == (1, ["migraties"])
    assert wrong["migraties"].startswith(words)


def _stamp(version: str) -> None:
    db.session.execute(sa.text("UPDATE alembic_version SET version_num = :version"), {"version": version})
    db.session.commit()


def test_an_empty_database_is_said_and_not_stumbled_over(empty_app):
    code, wrong = examined(empty_app)
    assert (code, list(wrong)) == (1, ["migraties", "postvak uit", "worker"])
    assert wrong["migraties"] == "draai `flask --app wsgi db upgrade`"
    with empty_app.app_context():
        db.engine.dispose()


def test_a_database_that_does_not_answer_is_named(tmp_path):
    app = make_app(
        settings(tmp_path, database_url="postgresql+psycopg://nobody:geheim@127.0.0.1:9/x?connect_timeout=2")
    )
    code, wrong = examined(app)
    assert (code, list(wrong)) == (1, ["database", "migraties", "postvak uit", "worker"])
    assert "geheim" not in str(wrong)


def test_a_mail_folder_that_cannot_be_written_is_named(doctor, living, tmp_path):
    (tmp_path / "file").touch()
    code, wrong = doctor(mail_url=f"file://{tmp_path / 'file' / 'mail'}")
    assert (code, list(wrong)) == (1, ["mail uit"])
    assert "mail" in wrong["mail uit"]


@pytest.mark.parametrize(
    ("mail_url", "words"),
    [
        ("smtp://127.0.0.1:9", "ConnectionRefusedError"),
        ("smtps://127.0.0.1:9", "ConnectionRefusedError"),
        ("smtp://nergens.invalid:25", "gaierror"),
        ("smtp://127.0.0.1:vijfentwintig", "ValueError"),
        ("smtp://127.0.0.1:99999", "ValueError"),
    ],
)
def test_a_mail_address_where_nobody_answers_is_named(doctor, living, mail_url, words):
    code, wrong = doctor(mail_url=mail_url)
    assert (code, list(wrong)) == (1, ["mail uit"])
    assert wrong["mail uit"].startswith(words)


@pytest.mark.parametrize(("before", "after"), [("alice:geheim-geheim@", ""), ("", "?starttls=1")])
def test_what_the_mail_server_does_not_take_is_named(doctor, living, before, after):
    with Postbox() as postbox:
        code, wrong = doctor(mail_url=postbox.url.replace("//", f"//{before}") + after)
    assert (code, list(wrong)) == (1, ["mail uit"])
    assert wrong["mail uit"].startswith("SMTPNotSupportedError")
    assert "geheim" not in wrong["mail uit"]


def test_an_inbox_that_cannot_be_reached_is_named(doctor, living):
    code, wrong = doctor(inbox_url="imaps://alice:geheim-geheim@127.0.0.1:9/INBOX")
    assert (code, list(wrong)) == (1, ["mail in"])
    assert "geheim" not in wrong["mail in"]


def test_mail_that_waits_for_half_an_hour_is_named_with_its_age(doctor, time, now):
    written = Written("Vakcirkel", "Tekst\n", "<p>Tekst</p>")
    enqueue(key="a", kind="test", to=Recipient("bob@x.example", "", "nl"), written=written, now=now)
    mail.beat("w", time.forward(minutes=29))
    assert doctor() == (0, {})
    mail.beat("w", time.forward(minutes=2))
    assert doctor() == (1, {"postvak uit": "oudste mail wacht 31 minuten"})


def test_a_demo_on_a_public_address_is_named(doctor, living):
    assert doctor(demo=True) == (0, {})
    code, wrong = doctor(demo=True, base_url="https://vakcirkels.example")
    assert (code, list(wrong)) == (1, ["DEMO"])


def test_a_setting_that_stops_the_start_is_named():
    env = {**os.environ, "SECRET_KEY": "kort"}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "doctor"]
    result = subprocess.run(
        command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert result.returncode != 0
    assert "SECRET_KEY" in result.stderr.splitlines()[-1]
    assert "kort" not in result.stderr.replace("korter", "")


def test_healthz_is_well_while_a_heart_beats(client, living, time):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})
    time.forward(minutes=2, seconds=1)
    answer = client.get("/healthz")
    reason = "no worker has been heard of for two minutes"
    assert (answer.status_code, answer.json) == (503, {"status": "failing", "reason": reason})


def test_healthz_says_when_the_database_does_not_answer(empty_app):
    answer = contextvars.Context().run(empty_app.test_client().get, "/healthz")
    reason = "the database does not answer"
    assert (answer.status_code, answer.json) == (503, {"status": "failing", "reason": reason})
    with empty_app.app_context():
        db.engine.dispose()


def test_a_heart_that_stopped_long_ago_is_forgotten(app, now, time):
    mail.beat("old", now)
    later = time.forward(days=1, minutes=1)
    mail.beat("new", later)
    mail.beat("new", later)
    db.session.flush()
    assert db.session.execute(sa.text("SELECT worker FROM heartbeat")).scalars().all() == ["new"]
