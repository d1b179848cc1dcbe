"""What the app refuses to start with, said by name; the web and the worker alike."""

from __future__ import annotations

import base64
import os
import subprocess
import sys

import pytest

from config import ROOT, Config, ConfigError

GOOD = {
    "SECRET_KEY": "s" * 32,
    "LOG_KEYS": "k1:" + base64.b64encode(b"k" * 32).decode(),
    "BASE_URL": "https://circles.example",
}


@pytest.fixture
def env(tmp_path):
    """Surroundings with which the app starts: an empty folder, and what is needed."""
    return GOOD | {"VAR_DIR": str(tmp_path)}


def test_with_these_it_starts(env):
    assert Config.from_env(env).is_https


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "s" * 31),
        ("LOG_KEYS", ""),
        ("BASE_URL", "http://circles.example"),
        ("BASE_URL", "http://localhost.circles.example"),
        ("BASE_URL", "http://192.0.2.7:8000"),
        ("BASE_URL", "ftp://localhost"),
        ("DATABASE_URL", "mysql://localhost/circles"),
        ("MAIL_URL", "http://localhost"),
        ("TIMEZONE", "Europe/Nergens"),
        ("TRUSTED_PROXIES", "veel"),
    ],
)
def test_what_is_unsafe_is_refused_by_name(env, name, value):
    with pytest.raises(ConfigError, match=f"^{name}:"):
        Config.from_env(env | {name: value})


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_this_very_machine_does_without_https(env, host):
    assert not Config.from_env(env | {"BASE_URL": f"http://{host}:8000"}).is_https


@pytest.mark.parametrize("program", [["-c", "import wsgi"], ["-m", "circles.worker"]], ids=["web", "worker"])
@pytest.mark.parametrize(
    ("name", "value"), [("SECRET_KEY", "kort"), ("LOG_KEYS", ""), ("BASE_URL", "http://circles.example")]
)
def test_neither_the_web_nor_the_worker_starts(env, program, name, value):
    ended = subprocess.run(
        [sys.executable, *program],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **env, name: value},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, f"ConfigError: {name}:" in ended.stderr) == (1, True), ended.stderr[-400:]


def test_a_log_key_of_the_wrong_size_stops_the_start(env):
    short = env | {"LOG_KEYS": "k1:" + base64.b64encode(b"k" * 16).decode(), "BASE_URL": "http://localhost"}
    ended = subprocess.run(
        [sys.executable, "-c", "import wsgi"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **short},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
