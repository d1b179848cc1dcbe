"""What a member changes for everybody is noted, told to all, and can be undone for 24 hours."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from circles.database import lock
from circles.extensions import db
from circles.ids import new_public_id
from circles.membership import mails
from circles.membership.errors import MovedOn, TooLate
from circles.membership.models import Circle, CircleChange
from circles.people.models import Person

UNDO_FOR = timedelta(hours=24)
TELL_AFTER = timedelta(seconds=60)
TOLD_BY_CALENDAR = frozenset({"meeting_moved", "meeting_skipped", "meeting_added"})
# About one person alone: who did it takes it back, nobody else.
PERSONAL = frozenset({"left", "paused", "end_wished"})
Undo = Callable[[CircleChange, datetime], None]
UNDO: dict[str, Undo] = {}


def undoes(kind: str) -> Callable[[Undo], Undo]:
    """Registers how a kind of change is taken back. It raises MovedOn when the state is no longer `after`."""

    def register(undo: Undo) -> Undo:
        UNDO[kind] = undo
        return undo

    return register


def record_change(
    circle: Circle,
    person: Person | None,
    kind: str,
    *,
    now: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    subject: str = "",
) -> CircleChange:
    """Notes what changed, with the state to go back to. The states are sealed: they may hold what the circle wrote.

    Nobody did what came about by itself: a rest that was over.
    """
    change = CircleChange(
        organisation_id=circle.organisation_id,
        public_id=new_public_id(),
        circle_id=circle.id,
        person_id=person.id if person else None,
        kind=kind,
        subject=subject,
        made_at=now,
    )
    change.states = json.dumps({"before": before or {}, "after": after or {}})
    db.session.add(change)
    db.session.flush()
    return change


def is_theirs(change: CircleChange, person: Person) -> bool:
    """Whether it is up to this member to take a change back: what one did for all is up to all."""
    return change.kind not in PERSONAL or change.person_id == person.id


def may_undo(change: CircleChange, now: datetime) -> bool:
    """Whether the button makes sense."""
    return change.kind in UNDO and change.undone_at is None and now - change.made_at <= UNDO_FOR


def undo(change: CircleChange, person: Person, now: datetime) -> None:
    """Takes a change back. Raises TooLate, or MovedOn from the kind's own undo."""
    lock(change)
    if not may_undo(change, now):
        raise TooLate
    if db.session.get_one(Circle, change.circle_id).has_ended:
        raise MovedOn
    try:
        UNDO[change.kind](change, now)
    except sa.exc.NoResultFound as error:  # the seat it was about went with a person who was erased
        raise MovedOn from error
    change.undone_at, change.undone_by_id = now, person.id


def changes_to_tell(now: datetime) -> list[int]:
    """Ids of circles in which something changed that the others have not been mailed about."""
    return list(
        db.session.scalars(
            sa.select(CircleChange.circle_id)
            .where(CircleChange.told_at.is_(None), CircleChange.made_at <= now - TELL_AFTER)
            .group_by(CircleChange.circle_id)
            .order_by(CircleChange.circle_id)
        )
    )


def tell_changes(circle_id: int, now: datetime) -> int:
    """One mail to each other seated member about what changed in a circle. Yields how many mails were queued."""
    changes = db.session.scalars(
        sa.select(CircleChange)
        .where(CircleChange.circle_id == circle_id, CircleChange.told_at.is_(None))
        .order_by(CircleChange.id)
        .with_for_update()
    ).all()
    circle = db.session.get_one(Circle, circle_id)
    for change in changes:
        change.told_at = now
    news = [change for change in changes if change.kind not in TOLD_BY_CALENDAR and change.undone_at is None]
    queued = 0
    for seat in circle.open_seats:
        others = [change for change in news if not _knows(seat.person, change)]
        undoable = [change for change in others if change.kind in UNDO and change.kind not in PERSONAL]
        queued += bool(others and mails.circle_news(circle, seat.person, others, undoable, now))
    return queued


def _knows(person: Person, change: CircleChange) -> bool:
    """Did it, let somebody in, or was told of it in a mail of its own."""
    let_in = change.kind == "joined" and change.after.get("let_in_by") == person.public_id
    return let_in or change.person_id == person.id or person.id in change.after.get("told", ())
