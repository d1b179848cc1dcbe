"""Putting mail in the outbox: written in the reader's language, in the same transaction as what it tells of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Protocol, cast

import css_inline
import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale, get_locale
from sqlalchemy.dialects import postgresql, sqlite

from circles import links
from circles.clean import clean_line
from circles.extensions import db
from circles.mail.message import message_id
from circles.mail.models import QUEUED, OutboxMail

_MAILS = cast(sa.Table, OutboxMail.__table__)
_LONG_GONE: ContextVar[bool] = ContextVar("long_gone", default=False)


class Reader(Protocol):
    """Whoever a mail is for: a Person has all of this."""

    id: int
    organisation_id: int
    email: str
    name: str
    locale: str

    @property
    def is_active(self) -> bool:
        """False for a closed account, which gets no mail."""


@dataclass(frozen=True)
class Recipient:
    """Somebody without an account yet. `organisation_id` None where the mail belongs to none."""

    email: str
    name: str
    locale: str
    organisation_id: int | None = None
    id: None = None
    is_active: bool = True


@dataclass(frozen=True)
class Written:
    """A mail's words in one language; text and HTML say the same."""

    subject: str
    text: str
    html: str


class Batch:
    """Mails that are queued together, such as those of one meeting: in one statement, not one for each."""

    def __init__(self) -> None:
        self._rows: list[dict[str, Any]] = []
        self._superseding: set[str] = set()  # topics

    def add(self, row: dict[str, Any], *, supersedes: bool) -> None:
        """Takes one row of the outbox, and whether it replaces what waits on its topic."""
        self._rows.append(row)
        if supersedes:
            self._superseding.add(row["topic"])

    def queue(self, now: datetime) -> int:
        """Puts them in the outbox. Yields how many were not there before."""
        if not self._rows:
            return 0
        made = db.session.execute(_insert_once(db.engine.dialect.name), self._rows).all()
        older = [
            {"of_topic": topic, "newer_than": id_, "at": now}
            for id_, topic in made
            if topic in self._superseding
        ]
        if older:
            db.session.execute(_superseding(), older)
        self._rows = []
        return len(made)


@contextmanager
def as_long_gone() -> Iterator[None]:
    """Within, mail counts as sent when it is queued, its words forgotten: for a past that is put in afterwards.

    The rows stay, so that the same mail never leaves later.
    """
    token = _LONG_GONE.set(True)
    try:
        yield
    finally:
        _LONG_GONE.reset(token)


def compose(kind: str, *, locale: str, **values: Any) -> Written:
    """Renders `templates/mail/<kind>/` in that language: subject, text, and HTML with its styles inlined."""
    if _LONG_GONE.get():
        return Written("", "", "")
    with force_locale(locale):
        subject, text, html = (
            current_app.jinja_env.get_template(f"mail/{kind}/{part}").render(
                address=links.address, get_locale=get_locale, **values
            )
            for part in ("subject.txt", "body.txt", "body.html")
        )
    # Templates part their paragraphs generously, so that one that is left out leaves no gap.
    return Written(
        clean_line(subject), re.sub(r"\n{3,}", "\n\n", text.strip()) + "\n", _inliner().inline(html)
    )


def enqueue(
    *,
    key: str,
    kind: str,
    to: Reader | Recipient,
    written: Written,
    now: datetime,
    topic: str | None = None,
    opens_topic: bool = False,
    lane: str | None = None,
    circle: str | None = None,
    calendar: bytes | None = None,
    calendar_method: str | None = None,
    headers: Sequence[tuple[str, str]] = (),
    from_address: str | None = None,
    batch: Batch | None = None,
) -> bool:
    """Queues one mail to one address. False when this key was queued before: it never leaves twice.

    False too for a closed account.

    In a `batch` it waits until that is queued, and True only means that it was added.

    An unsent mail on the same `topic` is superseded by it; `opens_topic` says that there was none before.
    `lane` is the address unless given: mails in one lane keep their order. `from_address` is the ORGANIZER of a
    calendar mail; else the house's own. `circle` is the public id of the circle that it tells a member about.
    """
    if not to.is_active:
        return False
    settings = current_app.config["SETTINGS"]
    row = {
        "key": key,
        "kind": kind,
        "state": "queued",
        "lane": lane or to.email.lower(),
        "topic": topic,
        "organisation_id": to.organisation_id,
        "person_id": to.id,
        "circle": circle,
        "to_address": to.email,
        "to_name": clean_line(to.name, 120),
        "from_address": from_address or settings.mail_from,
        "from_name": "Vakcirkels",
        "subject": written.subject,
        "message_id": message_id(key, settings.mail_from.rpartition("@")[2]),
        "headers": [list(header) for header in headers],
        "text": written.text,
        "html": written.html,
        "calendar": calendar,
        "calendar_method": calendar_method,
        "made_at": now,
        "due_at": now,
        "tries": 0,
        "leased_until": None,
        "leased_by": None,
        "sent_at": None,
        "error": "",
    }
    if _LONG_GONE.get():
        row |= {"state": "sent", "sent_at": now, "calendar": None, "headers": []}
    wanted = batch or Batch()
    wanted.add(row, supersedes=bool(topic) and not opens_topic)
    return batch is not None or wanted.queue(now) == 1


def was_queued(key: str) -> bool:
    """Whether a mail with this key was ever queued: asked before writing one that most likely was."""
    return bool(db.session.scalar(sa.select(sa.exists().where(OutboxMail.key == key))))


@cache
def _insert_once(dialect: str) -> Any:
    """Made once, on the bare table: a tick queues thousands, and building it took longer than running it."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return (
        insert(_MAILS).on_conflict_do_nothing(index_elements=["key"]).returning(_MAILS.c.id, _MAILS.c.topic)
    )


@cache
def _superseding() -> Any:
    """Drops what was never sent. A mail under lease may be on its way: it goes first, the newer one follows."""
    idle = sa.or_(_MAILS.c.leased_until.is_(None), _MAILS.c.leased_until < sa.bindparam("at"))
    return (
        sa.update(_MAILS)
        .where(
            _MAILS.c.topic == sa.bindparam("of_topic"),
            _MAILS.c.state == QUEUED,
            _MAILS.c.id < sa.bindparam("newer_than"),
            idle,
        )
        .values(state="superseded", text="", html="", calendar=None)
    )


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)
