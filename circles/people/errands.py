"""What somebody decided before signing in, done as soon as they are: nobody presses the same button twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from flask import Flask, current_app, session
from flask_babel import force_locale

from circles.people.models import Person

LASTS = timedelta(hours=1)  # as somebody else may sign in on the same device later
KEY = "errand"
# Does it for the person who signed in. Yields the address to go on to; refuses without leaving changes behind.
Finish = Callable[[Person, str, datetime], str]


class Errand(NamedTuple):
    """Which slice is to do something, with what, and until when (seconds since 1970)."""

    name: str
    what: str
    until: float


def register_errand(app: Flask, name: str, finish: Finish) -> None:
    """Sets how a kind of errand is finished. A slice registers its own."""
    app.extensions.setdefault("errands", {})[name] = finish


def remember(name: str, what: str, now: datetime) -> None:
    """Keeps an errand in this browser's cookie until somebody signs in, the last one only."""
    session[KEY] = Errand(name, what, (now + LASTS).timestamp())


def take() -> Errand | None:
    """The errand of this browser, which has none from then on."""
    kept = session.pop(KEY, None)
    return Errand(*kept) if kept else None


def finish(errand: Errand | None, person: Person, now: datetime) -> str | None:
    """Does what was remembered. Yields where to go on; None when there is nothing, or it is too long ago."""
    if errand is None or now.timestamp() >= errand.until:
        return None
    with force_locale(person.locale):  # the page was still in the language of the browser
        done: str = current_app.extensions["errands"][errand.name](person, errand.what, now)
    return done
