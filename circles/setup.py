"""Makes the secrets that an installation needs, once: `python -m circles.setup`."""

from __future__ import annotations

import base64
import os
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path

from config import ROOT


def main(env: Mapping[str, str] = os.environ) -> None:
    """Write `secret_key` and `log_keys` under VAR_DIR where they are absent, and say so."""
    var_dir = Path(env.get("VAR_DIR") or ROOT / "var")
    for path in write_secrets(var_dir):
        print(f"Wrote {path}. Keep a copy apart from the database.")


def write_secrets(var_dir: Path) -> list[Path]:
    """The files that were written, for their owner alone to read; what is there already stays as it is."""
    var_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    wanted = {"secret_key": new_secret_key(), "log_keys": new_log_key("k1")}
    return [var_dir / name for name, text in wanted.items() if write_once(var_dir / name, text)]


def new_secret_key() -> str:
    """64 characters out of 48 random bytes: signs sessions and links."""
    return secrets.token_urlsafe(48)


def new_log_key(name: str) -> str:
    """`name:base64 of 32 random bytes`: a key that seals texts at rest."""
    return f"{name}:{base64.b64encode(secrets.token_bytes(32)).decode()}"


def write_once(path: Path, text: str) -> bool:
    """Write one line to a new file with mode 0600. False, and nothing changed, when the file exists."""
    if path.exists():
        return False
    # The file gets its name only when it is whole: no reader or second writer ever sees half a key.
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(f"{text}\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        os.unlink(draft)
    return True


if __name__ == "__main__":
    main()
