"""What views of all slices use."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from flask import current_app, flash, url_for
from flask_login import current_user

# Newer than the stubs.
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from circles.extensions import db


def is_signed_in() -> bool:
    """Somebody is; also False where there is no request."""
    return bool(current_user and current_user.is_authenticated)


def asset(path: str) -> str:
    """Address of a static file that changes when the file does, so that browsers may keep it for ever."""
    known: dict[str, str] = current_app.extensions.setdefault("assets", {})
    if path not in known:
        content = Path(current_app.static_folder or "", path).read_bytes()
        known[path] = hashlib.sha256(content).hexdigest()[:10]
    return url_for("static", filename=path, v=known[path])


def choices(*pairs: tuple[str, Any]) -> list[Any]:
    """Options of a select or radio field: value and label."""
    return [SelectChoice(value, label) for value, label in pairs]


def aside() -> Any:
    """A short session of its own, for the few rows that a GET may write. Use as a context manager; commit inside."""
    return db.sessionmaker(info={"aside": True})


def undoable(message: str, undo_url: str) -> None:
    """Says on the next page what happened, with a button that takes it back."""
    flash(message, f"undo:{undo_url}")


def inside(target: str | None) -> str | None:
    """The address to go on to after signing in, when it is one of ours; else None."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    return None if any(ord(letter) < 32 for letter in target) else target
