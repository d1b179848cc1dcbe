"""The secrets of an installation are made once, whole, and for their owner alone."""

from __future__ import annotations

import base64
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from circles.setup import write_once, write_secrets


def test_a_fresh_installation_gets_both_secrets(tmp_path: Path) -> None:
    var_dir = tmp_path / "new" / "var"

    written = write_secrets(var_dir)

    assert written == [var_dir / "secret_key", var_dir / "log_keys"]
    assert len((var_dir / "secret_key").read_text().strip()) == 64
    name, key = (var_dir / "log_keys").read_text().strip().split(":")
    assert (name, len(base64.b64decode(key))) == ("k1", 32)


def test_secrets_are_for_their_owner_alone(tmp_path: Path) -> None:
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in write_secrets(tmp_path)}

    assert modes == {"secret_key": 0o600, "log_keys": 0o600}


def test_a_second_setup_leaves_everything_as_it_is(tmp_path: Path) -> None:
    before = {path: path.read_text() for path in write_secrets(tmp_path)}
    (tmp_path / "log_keys").unlink()

    written = write_secrets(tmp_path)

    assert written == [tmp_path / "log_keys"]
    assert (tmp_path / "secret_key").read_text() == before[tmp_path / "secret_key"]


def test_of_many_writers_one_wins_and_nothing_is_left_behind(tmp_path: Path) -> None:
    path = tmp_path / "secret_key"

    with ThreadPoolExecutor(16) as pool:
        won = list(pool.map(lambda number: write_once(path, f"writer {number}"), range(64)))

    assert won.count(True) == 1
    assert path.read_text() == f"writer {won.index(True)}\n"
    assert list(tmp_path.iterdir()) == [path]
