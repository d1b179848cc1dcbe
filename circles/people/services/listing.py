"""Taking in an invitation list: everybody on it is invited, nothing more, until they say yes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from circles.extensions import db
from circles.mail import services as mail
from circles.people import mails
from circles.people.importing import ListedRow
from circles.people.models import Department, Invitee, ListUpload, Organisation, Person, Profession

BATCH = 500
WAITS_FOR_MAIL = (
    Invitee.invited_at.is_(None),
    Invitee.accepted_at.is_(None),
    Invitee.declined_at.is_(None),
    Invitee.withdrawn_at.is_(None),
)
WITHDRAWN_KEPT = timedelta(days=1)  # so long it can be undone


@dataclass
class Listed:
    """What taking in a list came to."""

    new: int = 0
    changed: int = 0
    members: int = 0  # are here already, and left alone
    departments: tuple[str, ...] = ()  # made anew
    professions: tuple[str, ...] = ()


def take_in(
    organisation: Organisation,
    rows: Sequence[ListedRow],
    *,
    now: datetime,
    progress: Callable[[int], object] = lambda _: None,
    upload: ListUpload | None = None,
) -> Listed:
    """Adds or updates a row of the list for each colleague; absent ones stay. `progress` is told rows done.

    Who was taken off the list is new again. `upload` is noted with those who are new.
    """
    outcome = Listed()
    departments, outcome.departments = _named(Department, organisation, {row.department for row in rows})
    professions, outcome.professions = _named(Profession, organisation, {row.profession for row in rows})
    for start in range(0, len(rows), BATCH):
        part = rows[start : start + BATCH]
        _take_in(organisation, part, departments, professions, outcome, now, upload.id if upload else None)
        progress(len(part))
    return outcome


def due_invitations(_now: datetime) -> list[int]:
    """Ids of invitees whose invitation has not been written yet."""
    return list(
        db.session.scalars(sa.select(Invitee.id).where(*WAITS_FOR_MAIL).order_by(Invitee.id).limit(2_000))
    )


def send_invitation(invitee_id: int, now: datetime) -> int:
    """Queues the organisation's invitation to one colleague, once."""
    invitee = db.session.get(Invitee, invitee_id, with_for_update=True)
    if invitee is None or invitee.invited_at or invitee.withdrawn_at:
        return 0
    invitee.invited_at = now
    return int(mails.invitation_list(invitee, now))


def withdraw(invitees: Iterable[Invitee], now: datetime) -> int:
    """Takes people off the list who did not say yes; their link closes, a mail that waits is not sent.

    Yields how many. `restore` brings back what was withdrawn at one instant.
    """
    gone = [row for row in invitees if row.accepted_at is None and row.withdrawn_at is None]
    called_back = mail.call_back([mails.invitation_topic(row) for row in gone], now)
    for row in gone:
        row.withdrawn_at = now
        if mails.invitation_topic(row) in called_back:
            row.invited_at = None
    return len(gone)


def restore(organisation_id: int, withdrawn_at: datetime) -> int:
    """Puts back on the list who was taken off at that instant. Yields how many."""
    rows = db.session.scalars(
        sa.select(Invitee).where(
            Invitee.organisation_id == organisation_id, Invitee.withdrawn_at == withdrawn_at
        )
    ).all()
    for row in rows:
        row.withdrawn_at = None
    return len(rows)


def forget_withdrawn(now: datetime) -> int:
    """Deletes who was taken off the list longer than a day ago. Yields how many."""
    result = db.session.execute(sa.delete(Invitee).where(Invitee.withdrawn_at < now - WITHDRAWN_KEPT))
    return int(getattr(result, "rowcount", 0))


def says_something_new(wanted: Sequence[object], known: Sequence[object]) -> bool:
    """Whether a line of a list changes what is known: a cell that is filled in and differs."""
    return any(new and new != old for new, old in zip(wanted, known, strict=True))


def _take_in(
    organisation: Organisation,
    rows: Sequence[ListedRow],
    departments: dict[str, int],
    professions: dict[str, int],
    outcome: Listed,
    now: datetime,
    upload_id: int | None,
) -> None:
    addresses = [row.email_normalised for row in rows]
    here = set(
        db.session.scalars(
            sa.select(Person.email_normalised).where(
                Person.organisation_id == organisation.id, Person.email_normalised.in_(addresses)
            )
        )
    )
    known = {
        invitee.email_normalised: invitee
        for invitee in db.session.scalars(
            sa.select(Invitee).where(
                Invitee.organisation_id == organisation.id, Invitee.email_normalised.in_(addresses)
            )
        )
    }
    added: list[dict[str, Any]] = []
    for row in rows:
        if row.email_normalised in here:
            outcome.members += 1
            continue
        wanted = {
            "name": row.name,
            "department_id": departments.get(row.department),
            "profession_id": professions.get(row.profession),
            "speaks": row.language,
        }
        listed = {"email": row.email, "listed_at": now, "upload_id": upload_id}
        invitee = known.get(row.email_normalised)
        if invitee is None:
            speaks = row.language or organisation.locale
            whose = {"organisation_id": organisation.id, "email_normalised": row.email_normalised}
            added.append(whose | listed | wanted | {"speaks": speaks})
            outcome.new += 1
            continue
        if invitee.withdrawn_at:
            invitee.invited_at = invitee.withdrawn_at = None
            _set(invitee, listed)
            outcome.new += 1
        elif says_something_new(list(wanted.values()), [getattr(invitee, name) for name in wanted]):
            outcome.changed += 1
        _set(invitee, {name: value for name, value in wanted.items() if value})
    db.session.flush()
    if added:
        db.session.execute(sa.insert(Invitee), added)


def _set(invitee: Invitee, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(invitee, name, value)


def _named(
    model: type[Any], organisation: Organisation, names: set[str]
) -> tuple[dict[str, int], tuple[str, ...]]:
    """Ids by name, and which names were made."""
    wanted = {name for name in names if name}
    rows = db.session.scalars(sa.select(model).where(model.organisation_id == organisation.id)).all()
    ids = {row.name: row.id for row in rows}
    made = tuple(sorted(wanted - ids.keys()))
    new = [model(organisation_id=organisation.id, name=name) for name in made]
    db.session.add_all(new)
    db.session.flush()
    return ids | {row.name: row.id for row in new}, made
