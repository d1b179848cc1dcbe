"""Keeping, editing, deleting and closing what a circle concluded."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from circles.conclusions.errors import GoneForGood, MeetingNotBegun, NotYours
from circles.conclusions.models import DELETED_FOR, Conclusion, ConclusionVersion
from circles.database import EditedMeanwhile, lock
from circles.extensions import db
from circles.ids import new_public_id
from circles.meetings.models import Meeting
from circles.people.models import Person


def record(
    meeting: Meeting,
    person: Person,
    *,
    kind: str,
    text: str,
    now: datetime,
    note: str = "",
    case_owner: Person | None = None,
    owner: Person | None = None,
    due_on: date | None = None,
    client_id: str | None = None,
) -> Conclusion:
    """Keeps one thing. The same `client_id` twice is one conclusion. Raises MeetingNotBegun."""
    if not meeting.has_begun(now):
        raise MeetingNotBegun
    known = _by_client_id(meeting, client_id)
    if known:
        return known
    conclusion = Conclusion(
        organisation_id=meeting.organisation_id,
        public_id=new_public_id(),
        circle_id=meeting.circle_id,
        meeting_id=meeting.id,
        kind=kind,
        recorder_id=person.id,
        case_owner_id=case_owner.id if case_owner else None,
        owner_id=owner.id if owner and kind == "intention" else None,
        due_on=due_on if kind == "intention" else None,
        client_id=client_id or None,
        kept_at=now,
        changed_at=now,
        changed_by_id=person.id,
    )
    conclusion.text, conclusion.note = text.strip(), note.strip()
    try:
        with db.session.begin_nested():
            db.session.add(conclusion)
    except IntegrityError:
        known = _by_client_id(meeting, client_id)  # the same draft, sent twice at once
        if known is None:
            raise
        return known
    return conclusion


def edit(
    conclusion: Conclusion, person: Person, *, kind: str, text: str, note: str, based_on: int, now: datetime
) -> None:
    """A new text; the earlier one is kept with its author and time. Raises EditedMeanwhile."""
    lock(conclusion)
    if conclusion.version != based_on or conclusion.deleted_at:
        raise EditedMeanwhile(conclusion)
    if (conclusion.kind, conclusion.text, conclusion.note) == (kind, text.strip(), note.strip()):
        return
    earlier = ConclusionVersion(
        organisation_id=conclusion.organisation_id,
        public_id=new_public_id(),
        conclusion_id=conclusion.id,
        number=conclusion.version,
        kind=conclusion.kind,
        author_id=conclusion.changed_by_id,
        written_at=conclusion.changed_at,
    )
    earlier.text, earlier.note = conclusion.text, conclusion.note
    db.session.add(earlier)
    conclusion.kind, conclusion.text, conclusion.note = kind, text.strip(), note.strip()
    conclusion.changed_at, conclusion.changed_by_id = now, person.id
    db.session.flush()


def delete(conclusion: Conclusion, person: Person, now: datetime) -> None:
    """Out of the log; for thirty days it can be brought back, then it is gone everywhere."""
    lock(conclusion)
    if conclusion.deleted_at is None:
        conclusion.deleted_at, conclusion.deleted_by_id = now, person.id


def restore(conclusion: Conclusion, person: Person, now: datetime) -> None:
    """Back into the log. Raises GoneForGood; NotYours when who brought the situation took it back."""
    lock(conclusion)
    if conclusion.deleted_at and now - conclusion.deleted_at > DELETED_FOR:
        raise GoneForGood
    if conclusion.is_withdrawn and conclusion.case_owner_id != person.id:
        raise NotYours
    conclusion.deleted_at = conclusion.deleted_by_id = None


def withdraw(conclusion: Conclusion, person: Person, now: datetime) -> None:
    """Who brought the situation takes back what was kept from it. Raises NotYours."""
    if conclusion.case_owner_id != person.id:
        raise NotYours
    delete(conclusion, person, now)
    conclusion.deleted_by_id = (
        person.id
    )  # also when somebody else deleted it before: nobody else brings it back


def settle_intention(conclusion: Conclusion, state: str, now: datetime) -> None:
    """A voornemen is `done`, `released`, for `later`, or `open` again."""
    lock(conclusion)
    conclusion.intention = state
    conclusion.intention_closed_at = now if state in {"done", "released"} else None


def conclusions_to_wipe(now: datetime) -> list[int]:
    """Ids of what was deleted more than thirty days ago."""
    return list(db.session.scalars(sa.select(Conclusion.id).where(Conclusion.deleted_at < now - DELETED_FOR)))


def wipe(conclusion_id: int, _now: datetime) -> int:
    """Forgets one deleted conclusion and all its versions."""
    db.session.execute(sa.delete(ConclusionVersion).where(ConclusionVersion.conclusion_id == conclusion_id))
    db.session.execute(sa.delete(Conclusion).where(Conclusion.id == conclusion_id))
    return 1


def _by_client_id(meeting: Meeting, client_id: str | None) -> Conclusion | None:
    if not client_id:
        return None
    return db.session.scalar(
        sa.select(Conclusion).where(
            Conclusion.circle_id == meeting.circle_id, Conclusion.client_id == client_id
        )
    )
