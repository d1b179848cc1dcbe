"""What the outbox keeps of one person: to take along, and to erase."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

import sqlalchemy as sa

from circles.extensions import db
from circles.mail.models import FAREWELL, QUEUED, OutboxMail
from circles.mail.outbox import Reader

AT_ONCE = 500  # addresses in one statement
SOMEBODY = {"nl": "een oud-lid", "en": "a former member"}


def own_data(person: Reader) -> dict[str, Any]:
    """Which mails this person was sent, and when; in the order in which they were queued."""
    rows = db.session.scalars(
        sa.select(OutboxMail).where(OutboxMail.person_id == person.id).order_by(OutboxMail.id)
    )
    return {
        "mail": [
            {
                "kind": row.kind,
                "written": row.made_at.isoformat(),
                "sent": row.sent_at.isoformat() if row.sent_at else None,
            }
            for row in rows
        ]
    }


def erase(person: Reader, *, elsewhere: bool) -> None:
    """Deletes all mail to this person, and their name from mail to others of the organisation.

    Cancellations that still have to leave keep the address until they do, and not longer: then delivery deletes the
    row. `elsewhere` is True while another organisation has somebody with this address, whose mail is left alone.
    """
    db.session.execute(
        sa.update(OutboxMail)
        .where(
            OutboxMail.person_id == person.id,
            OutboxMail.state == QUEUED,
            OutboxMail.calendar_method == "CANCEL",
        )
        .values(person_id=None, kind=FAREWELL, topic=None)
        .execution_options(synchronize_session=False)
    )
    address = sa.func.lower(OutboxMail.to_address).in_({person.email.lower()})
    ours = OutboxMail.organisation_id == person.organisation_id
    nobodys = sa.false() if elsewhere else OutboxMail.organisation_id.is_(None)
    db.session.execute(
        sa.delete(OutboxMail)
        .where(
            OutboxMail.kind != FAREWELL,
            sa.or_(OutboxMail.person_id == person.id, sa.and_(address, sa.or_(ours, nobodys))),
        )
        .execution_options(synchronize_session=False)
    )
    _forget_name(person.name, person.organisation_id)


def let_go(organisation_id: int, addresses: Sequence[str]) -> None:
    """Before an organisation is erased: cancellations still leave, codes for these addresses do not.

    All other mail goes with the organisation's row.
    """
    db.session.execute(
        sa.update(OutboxMail)
        .where(
            OutboxMail.organisation_id == organisation_id,
            OutboxMail.state == QUEUED,
            OutboxMail.calendar_method == "CANCEL",
        )
        .values(organisation_id=None, person_id=None, kind=FAREWELL, topic=None)
        .execution_options(synchronize_session=False)
    )
    for start in range(0, len(addresses), AT_ONCE):
        db.session.execute(
            sa.delete(OutboxMail)
            .where(
                OutboxMail.organisation_id.is_(None),
                OutboxMail.kind != FAREWELL,
                sa.func.lower(OutboxMail.to_address).in_(addresses[start : start + AT_ONCE]),
            )
            .execution_options(synchronize_session=False)
        )


def _forget_name(name: str, organisation_id: int) -> None:
    first = (name.split() or [""])[0]
    if not first:
        return
    rows = db.session.scalars(
        sa.select(OutboxMail)
        .where(
            OutboxMail.organisation_id == organisation_id,
            OutboxMail.kind != FAREWELL,
            sa.or_(
                *(
                    column.contains(first, autoescape=True)
                    for column in (OutboxMail.subject, OutboxMail.text)
                ),
                OutboxMail.html.contains(escape(first), autoescape=True),
            ),
        )
        .execution_options(populate_existing=True)
    )
    pattern = _pattern({name, first})
    for mail in rows:
        _forget(mail, pattern)


def _forget(mail: OutboxMail, pattern: re.Pattern[str]) -> None:
    """What still has to leave says it without the name; of what has left, the words go."""
    somebody = SOMEBODY["en" if 'lang="en"' in mail.html else "nl"]
    mail.subject = pattern.sub(somebody, mail.subject)
    if not pattern.search(mail.text) and not pattern.search(mail.html):
        return
    if mail.state == "queued":
        mail.text, mail.html = pattern.sub(somebody, mail.text), pattern.sub(somebody, mail.html)
    else:
        mail.text = mail.html = ""


def _pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Matches each of the words as a whole, as it stands in text and in HTML; the longest first."""
    spelled = {form for word in words for form in (word, escape(word), escape(word, quote=False))}
    longest_first = sorted(spelled, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
