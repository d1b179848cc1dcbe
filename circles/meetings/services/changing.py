"""Moving, skipping, adding and holding meetings. Everybody is told once the quiet minute is over."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from circles.database import EditedMeanwhile, lock
from circles.extensions import db
from circles.meetings import mails
from circles.meetings.errors import InThePast, MeetingIsOver, TooEarly
from circles.meetings.models import Meeting
from circles.meetings.services.planning import add_row, arrange
from circles.meetings.services.rendering import render
from circles.membership.errors import MovedOn
from circles.membership.models import Circle, CircleChange
from circles.membership.services.changes import record_change, undoes
from circles.membership.services.stages import must_plan
from circles.people.models import Person

ASKED_FOR = timedelta(days=14)


def reschedule(
    meeting: Meeting,
    person: Person,
    *,
    starts_at: datetime,
    ends_at: datetime,
    place: str,
    based_on: int,
    now: datetime,
) -> CircleChange | None:
    """Another time or place, the same event for every calendar. None when nothing changed.

    Raises EditedMeanwhile, MeetingIsOver or InThePast.
    """
    lock(meeting)
    if meeting.version != based_on:
        raise EditedMeanwhile(meeting)
    _still_ahead(meeting, now)
    if starts_at <= now:
        raise InThePast
    before = _state(meeting)
    meeting.starts_at, meeting.ends_at, meeting.place = starts_at, ends_at, place.strip()
    after = _state(meeting)
    if after == before:
        return None
    _told_anew(meeting, now)
    return _record(meeting, person, "meeting_moved", before, after, now)


def skip(meeting: Meeting, person: Person, now: datetime) -> CircleChange:
    """Not this time; its day stays taken, so the rhythm goes on after it. Raises MeetingIsOver."""
    lock(meeting)
    _still_ahead(meeting, now)
    meeting.state, meeting.closed_at = "skipped", now
    _told_anew(meeting, now)
    return _record(meeting, person, "meeting_skipped", {"state": "planned"}, {"state": "skipped"}, now)


def add_meeting(
    circle: Circle, person: Person, *, starts_at: datetime, ends_at: datetime, place: str, now: datetime
) -> Meeting:
    """An extra meeting beside the rhythm. Raises InThePast, CircleHasEnded or CircleRests."""
    must_plan(circle)
    if starts_at <= now:
        raise InThePast
    meeting = add_row(circle, starts_at, ends_at, now, planned_on=None)
    meeting.place = place.strip()
    arrange(circle, now)
    render(meeting, now)
    _record(meeting, person, "meeting_added", {"state": "none"}, {"state": "planned"}, now)
    return meeting


@undoes("meeting_moved")
def undo_move(change: CircleChange, now: datetime) -> None:
    """Back to the earlier time and place: one more update for every calendar."""
    meeting = _subject(change)
    if _state(meeting) != change.after or meeting.state != "planned":
        raise MovedOn
    before = change.before
    starts_at, ends_at = (
        datetime.fromisoformat(before["starts_at"]),
        datetime.fromisoformat(before["ends_at"]),
    )
    if starts_at <= now:
        raise MovedOn
    meeting.starts_at, meeting.ends_at, meeting.place = starts_at, ends_at, before["place"]
    _told_anew(meeting, now)


@undoes("meeting_skipped")
def undo_skip(change: CircleChange, now: datetime) -> None:
    """It goes on after all."""
    meeting = _subject(change)
    if meeting.state != "skipped" or meeting.starts_at <= now or not meeting.circle.plans:
        raise MovedOn
    meeting.state, meeting.closed_at = "planned", None
    _told_anew(meeting, now)


@undoes("meeting_added")
def undo_add(change: CircleChange, now: datetime) -> None:
    """Calls the extra meeting off."""
    meeting = _subject(change)
    if meeting.state != "planned" or meeting.starts_at <= now:
        raise MovedOn
    meeting.state, meeting.closed_at = "cancelled", now
    _told_anew(meeting, now)


def begin(meeting: Meeting, now: datetime) -> None:
    """Any member begins, from half an hour before. Twice is once. Raises TooEarly, MeetingIsOver."""
    if meeting.state == "begun":
        return
    if meeting.state != "planned" or now >= meeting.ends_at:
        raise MeetingIsOver
    if not meeting.may_begin(now):
        raise TooEarly
    meeting.state, meeting.begun_at = "begun", now


def confirm(meeting: Meeting, *, held: bool, now: datetime) -> None:
    """*Zijn jullie bij elkaar geweest?* Raises MeetingIsOver when it was answered before."""
    if meeting.state != "planned" or now < meeting.ends_at:
        raise MeetingIsOver
    if held:
        meeting.state, meeting.held_at = "held", meeting.ends_at
    else:
        _not_held(meeting, now)


def meetings_to_close(now: datetime) -> list[int]:
    """Ids of meetings whose end has passed and that are still open."""
    return list(
        db.session.scalars(
            sa.select(Meeting.id)
            .where(Meeting.state.in_(("planned", "begun")), Meeting.ends_at <= now)
            .order_by(Meeting.id)
        )
    )


def close(meeting_id: int, now: datetime) -> int:
    """A begun meeting was held. Of one never begun it is asked once; unanswered for two weeks it counts as skipped."""
    meeting = db.session.get_one(Meeting, meeting_id, with_for_update=True)
    if meeting.state == "begun":
        meeting.state, meeting.held_at = "held", meeting.ends_at
        return 1
    if meeting.state != "planned":
        return 0
    if now - meeting.ends_at > ASKED_FOR:
        _not_held(meeting, now)
        return 1
    asked = _whom_to_ask(meeting)
    return int(bool(asked and mails.held_question(meeting, asked, now)))


def _whom_to_ask(meeting: Meeting) -> Person | None:
    seated = {seat.person_id: seat.person for seat in meeting.circle.open_seats}
    turns = [
        turn for role in ("host", "scribe") if (turn := meeting.turn_of(role)) and turn.person_id in seated
    ]
    return turns[0].person if turns else next(iter(seated.values()), None)


def _not_held(meeting: Meeting, now: datetime) -> None:
    """It is over: feeds show that it did not take place, nobody is mailed."""
    meeting.state, meeting.closed_at = "skipped", now
    render(meeting, now)


def _told_anew(meeting: Meeting, now: datetime) -> None:
    meeting.version += 1
    meeting.notice(now)
    render(meeting, now)


def _still_ahead(meeting: Meeting, now: datetime) -> None:
    if meeting.state != "planned" or meeting.starts_at <= now or meeting.circle.has_ended:
        raise MeetingIsOver


def _state(meeting: Meeting) -> dict[str, str]:
    return {
        "starts_at": meeting.starts_at.isoformat(),
        "ends_at": meeting.ends_at.isoformat(),
        "place": meeting.place,
    }


def _record(
    meeting: Meeting, person: Person, kind: str, before: dict[str, str], after: dict[str, str], now: datetime
) -> CircleChange:
    return record_change(
        meeting.circle, person, kind, now=now, subject=meeting.public_id, before=before, after=after
    )


def _subject(change: CircleChange) -> Meeting:
    meeting = db.session.scalars(sa.select(Meeting).where(Meeting.public_id == change.subject)).one()
    lock(meeting)
    return meeting
