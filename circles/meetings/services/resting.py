"""Letting a circle rest, and beginning again. What was planned is called off; undoing brings it back."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa

from circles.database import lock
from circles.extensions import db
from circles.meetings.models import Meeting
from circles.meetings.services.calling_off import call_off, meetings_after_today
from circles.meetings.services.planning import plan_ahead
from circles.meetings.services.rendering import render
from circles.membership.errors import MovedOn
from circles.membership.models import FULL_ENOUGH, Circle, CircleChange
from circles.membership.services.changes import record_change, undoes
from circles.membership.services.stages import must_go_on, must_plan
from circles.people.models import Person


def rest(circle: Circle, person: Person, now: datetime, *, until: datetime | None = None) -> CircleChange:
    """Nothing is planned until somebody begins again, or until that day; what is today goes on.

    Told to all, undone for a day. Raises CircleHasEnded, or CircleRests when it does already.
    """
    lock(circle)
    must_plan(circle)
    stage = circle.stage
    off = {
        meeting.public_id: meeting.planned_on.isoformat() if meeting.planned_on else None
        for meeting in meetings_after_today(circle, now)
    }
    _put_to_rest(circle, until, now)
    return record_change(circle, person, "rested", now=now, before={"stage": stage, "meetings": off})


@undoes("rested")
def undo_rest(change: CircleChange, now: datetime) -> None:
    """It goes on as it was: the same meetings, for every calendar the same events."""
    circle = _circle_of(change)
    if not circle.rests:
        raise MovedOn
    _wake(circle, change.before["stage"])
    called_off: dict[str, str | None] = change.before["meetings"]
    for meeting in db.session.scalars(sa.select(Meeting).where(Meeting.public_id.in_(called_off))):
        if meeting.state == "cancelled" and meeting.starts_at > now:
            day = called_off[meeting.public_id]
            _bring_back(meeting, date.fromisoformat(day) if day else None, now)
    db.session.flush()
    plan_ahead(circle, now)


def begin_again(circle: Circle, person: Person | None, now: datetime) -> CircleChange | None:
    """Plans again. Nobody did it where the time to rest was over. None when it goes on already.

    Told to all, undone for a day. Raises CircleHasEnded.
    """
    lock(circle)
    must_go_on(circle)
    if not circle.rests:
        return None
    until = circle.rests_until.isoformat() if circle.rests_until else None
    _wake(circle, _stage_before(circle))
    change = record_change(circle, person, "resumed", now=now, before={"until": until})
    plan_ahead(circle, now)
    return change


@undoes("resumed")
def undo_begin_again(change: CircleChange, now: datetime) -> None:
    """It rests on, until the same day where that lies ahead."""
    circle = _circle_of(change)
    if not circle.plans:
        raise MovedOn
    until = datetime.fromisoformat(change.before["until"]) if change.before["until"] else None
    _put_to_rest(circle, until if until and until > now else None, now)


def rests_that_end(now: datetime) -> list[int]:
    """Ids of circles that have rested until the day they chose."""
    return list(
        db.session.scalars(
            sa.select(Circle.id)
            .where(Circle.stage == "resting", Circle.rests_until <= now)
            .order_by(Circle.id)
        )
    )


def end_rest(circle_id: int, now: datetime) -> int:
    """Lets one circle begin again by itself."""
    return int(begin_again(db.session.get_one(Circle, circle_id), None, now) is not None)


def _put_to_rest(circle: Circle, until: datetime | None, now: datetime) -> None:
    circle.stage, circle.rests_until = "resting", until
    for meeting in meetings_after_today(circle, now):
        call_off(meeting, now)


def _wake(circle: Circle, stage: str) -> None:
    """Who joined meanwhile may have filled it."""
    full = len(circle.open_seats) >= FULL_ENOUGH
    circle.stage, circle.rests_until = "active" if full else stage, None


def _bring_back(meeting: Meeting, planned_on: date | None, now: datetime) -> None:
    meeting.state, meeting.closed_at, meeting.planned_on = "planned", None, planned_on
    meeting.version += 1
    meeting.notice(now)
    render(meeting, now)


def _stage_before(circle: Circle) -> str:
    rested = db.session.scalar(
        sa.select(CircleChange)
        .where(CircleChange.circle_id == circle.id, CircleChange.kind == "rested")
        .order_by(CircleChange.id.desc())
        .limit(1)
    )
    return str(rested.before["stage"]) if rested else "forming"


def _circle_of(change: CircleChange) -> Circle:
    """The circle, held. Raises MovedOn when it rested or began again since."""
    circle = db.session.get_one(Circle, change.circle_id)
    lock(circle)
    since = sa.select(CircleChange.id).where(
        CircleChange.circle_id == circle.id,
        CircleChange.id > change.id,
        CircleChange.kind.in_(("rested", "resumed")),
        CircleChange.undone_at.is_(None),
    )
    if db.session.scalar(since.limit(1)):
        raise MovedOn
    return circle
