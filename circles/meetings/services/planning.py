"""The rhythm, and the meetings it gives: three ahead as rows, on the circle's wall clock, around holidays."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import islice

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload, selectinload

from circles.days import days_off
from circles.extensions import db
from circles.formats import local
from circles.ids import new_public_id
from circles.meetings.cadence import FURTHEST_SHIFT, Occurrence, Rhythm, upcoming
from circles.meetings.models import Cadence, Meeting, Turn
from circles.meetings.queries import cadence_of
from circles.meetings.services.calling_off import call_off, meetings_after_today, planned_meetings
from circles.meetings.services.rendering import render
from circles.meetings.services.subjects import suggest_subject
from circles.meetings.services.turns import arrange_turns
from circles.membership.errors import MovedOn
from circles.membership.models import MAY_MEET, Circle, CircleChange, Seat
from circles.membership.services.changes import record_change, undoes
from circles.membership.services.stages import must_plan
from circles.people.models import Person, QuietPeriod

LOOKS_FURTHER = 6  # days of a new rhythm, beyond those it plans, in which a planned meeting may fit
FIELDS = ("pattern", "interval", "weekday", "nth", "minutes", "on_day_off")


def set_rhythm(circle: Circle, person: Person, rhythm: Rhythm | None, now: datetime) -> None:
    """A new rhythm from now on; None to plan one date at a time.

    Planned dates that still fit stay; those the old rhythm gave and the new one doesn't are called off.
    Raises CircleHasEnded or CircleRests.
    """
    must_plan(circle)
    cadence = cadence_of(circle.id)
    before = _as_values(cadence)
    _store(circle, cadence, rhythm, now)
    after = _as_values(cadence_of(circle.id))
    if before == after:
        return
    if before:
        record_change(circle, person, "rhythm_changed", now=now, before=before, after=after)
    _replan(circle, rhythm, now)


@undoes("rhythm_changed")
def undo_rhythm(change: CircleChange, now: datetime) -> None:
    """Brings the earlier rhythm and its dates back."""
    circle = db.session.get_one(Circle, change.circle_id)
    cadence = cadence_of(circle.id)
    if _as_values(cadence) != change.after:
        raise MovedOn
    rhythm = _from_values(circle, change.before)
    _store(circle, cadence, rhythm, now)
    _replan(circle, rhythm, now)


def rhythm_of(circle: Circle) -> Rhythm | None:
    """The circle's rhythm as a plain value."""
    cadence = cadence_of(circle.id)
    return _from_values(circle, _as_values(cadence)) if cadence else None


def closed_days(circle: Circle) -> Callable[[date], bool]:
    """Whether a day is a public holiday of the circle's region or quiet in its organisation."""
    quiet = db.session.execute(
        sa.select(QuietPeriod.starts_on, QuietPeriod.ends_on).where(
            QuietPeriod.organisation_id == circle.organisation_id
        )
    ).all()
    region = circle.region

    def closed(day: date) -> bool:
        return day in days_off(region, day.year) or any(first <= day <= last for first, last in quiet)

    return closed


def plan_ahead(circle: Circle, now: datetime) -> int:
    """Adds rows until the circle has its number of meetings ahead, with subject and turns. Yields how many."""
    if not circle.plans:
        return 0
    rhythm = rhythm_of(circle) if len(circle.open_seats) >= MAY_MEET else None
    planned = planned_meetings(circle, now)
    made = _plan(circle, rhythm, planned, now) if rhythm else []
    _arrange(circle, sorted(planned + made, key=lambda meeting: meeting.starts_at), now)
    return len(made)


def add_row(
    circle: Circle, starts_at: datetime, ends_at: datetime, now: datetime, *, planned_on: date | None
) -> Meeting:
    """A planned meeting, not yet announced."""
    meeting = Meeting(
        organisation_id=circle.organisation_id,
        public_id=new_public_id(),
        circle_id=circle.id,
        planned_on=planned_on,
        starts_at=starts_at,
        ends_at=ends_at,
        place=circle.place,
        uid=f"{secrets.token_hex(16)}@vakcirkels",
        sequence=0,
        announced_sequence=0,
        stamped_at=now,
        state="planned",
        subject="situation",
    )
    meeting.circle, meeting.turns = circle, []
    db.session.add(meeting)
    db.session.flush()
    return meeting


def arrange(circle: Circle, now: datetime) -> None:
    """Suggests a subject and turns for each planned meeting that people did not choose themselves."""
    _arrange(circle, planned_meetings(circle, now), now)


def _arrange(circle: Circle, meetings: list[Meeting], now: datetime) -> None:
    for meeting in meetings:
        if not meeting.chosen and meeting.theme_id is None:
            suggest_subject(meeting, meetings, now)
            render(meeting, now)
    arrange_turns(circle, meetings)


def circles_to_plan(now: datetime) -> list[int]:
    """Ids of circles that have too few meetings ahead, a turn that nobody can take, or dates after their end."""
    ahead = (
        sa.select(sa.func.count())
        .where(Meeting.circle_id == Circle.id, Meeting.state == "planned", Meeting.starts_at > now)
        .scalar_subquery()
    )
    seated = (
        sa.select(sa.func.count())
        .where(Seat.circle_id == Circle.id, Seat.left_at.is_(None))
        .scalar_subquery()
    )
    can = sa.select(Seat.id).where(
        Seat.circle_id == Circle.id,
        Seat.person_id == Turn.person_id,
        Seat.left_at.is_(None),
        Seat.paused_at.is_(None),
    )
    orphaned = sa.exists().where(
        Turn.meeting_id == Meeting.id,
        Meeting.circle_id == Circle.id,
        Meeting.state == "planned",
        Meeting.starts_at > now,
        ~can.correlate(Circle, Turn).exists(),
    )
    lives = Circle.stage.in_(("forming", "active"))
    short = sa.and_(
        lives,
        sa.exists().where(Cadence.circle_id == Circle.id),
        seated >= MAY_MEET,
        ahead < Circle.planned_ahead,
    )
    later = sa.exists().where(
        Meeting.circle_id == Circle.id,
        Meeting.state == "planned",
        Meeting.starts_at > now + timedelta(days=1),
    )
    over = sa.or_(
        sa.and_(Circle.stage == "ended", ahead > 0),
        sa.and_(Circle.stage == "resting", later),  # what is today goes on
    )
    return list(db.session.scalars(sa.select(Circle.id).where(sa.or_(short, sa.and_(lives, orphaned), over))))


def plan_circle(circle_id: int, now: datetime) -> int:
    """Plans for one circle what `circles_to_plan` found. Yields how many meetings were made or called off."""
    circle = db.session.scalars(
        sa.select(Circle)
        .where(Circle.id == circle_id)
        .options(
            joinedload(Circle.organisation, innerjoin=True),
            selectinload(Circle.seats).joinedload(Seat.person),
        )
        .with_for_update(of=Circle)
    ).one()
    if not circle.plans:
        over = planned_meetings(circle, now) if circle.has_ended else meetings_after_today(circle, now)
        return sum(call_off(meeting, now) for meeting in over)
    return plan_ahead(circle, now)


def _plan(circle: Circle, rhythm: Rhythm, planned: list[Meeting], now: datetime) -> list[Meeting]:
    """Adds the days that are missing, and those that a closer rhythm gives between what is planned."""
    today = local(now, circle.zone).date()
    missing = circle.planned_ahead - len(planned)
    latest = max((meeting.planned_on for meeting in planned if meeting.planned_on), default=today)
    # A day stays taken when its meeting moved, was skipped or was held; told by the day that the rhythm gave.
    taken = set(
        db.session.scalars(
            sa.select(Meeting.planned_on).where(
                Meeting.circle_id == circle.id, Meeting.planned_on >= today - FURTHEST_SHIFT
            )
        )
    )
    fresh: list[Occurrence] = []
    for occurrence in upcoming(rhythm, after=today, closed=closed_days(circle)):
        if len(fresh) >= missing and occurrence.planned_on >= latest:
            break
        if occurrence.planned_on not in taken:
            fresh.append(occurrence)
    made = (_add(circle, occurrence, now) for occurrence in fresh)
    return [meeting for meeting in made if meeting]


def _add(circle: Circle, occurrence: Occurrence, now: datetime) -> Meeting | None:
    try:
        with db.session.begin_nested():
            return add_row(
                circle, occurrence.starts_at, occurrence.ends_at, now, planned_on=occurrence.planned_on
            )
    except IntegrityError:
        return None  # another worker planned this day


def _replan(circle: Circle, rhythm: Rhythm | None, now: datetime) -> None:
    planned = [
        meeting
        for meeting in planned_meetings(circle, now)
        if meeting.planned_on and meeting.state == "planned"
    ]
    today = local(now, circle.zone).date()
    dates = upcoming(rhythm, after=today, closed=closed_days(circle)) if rhythm else iter(())
    wanted = {item.planned_on: item for item in islice(dates, circle.planned_ahead + LOOKS_FURTHER)}
    for meeting in planned:
        occurrence = wanted.get(meeting.planned_on) if meeting.planned_on else None
        if occurrence is None:
            call_off(meeting, now)
        elif (occurrence.starts_at, occurrence.ends_at) != (meeting.starts_at, meeting.ends_at):
            meeting.starts_at, meeting.ends_at = occurrence.starts_at, occurrence.ends_at
            meeting.version += 1
            meeting.notice(now)
            render(meeting, now)
    db.session.flush()
    plan_ahead(circle, now)


def _store(circle: Circle, cadence: Cadence | None, rhythm: Rhythm | None, now: datetime) -> None:
    if rhythm is None:
        if cadence is not None:
            db.session.delete(cadence)
        db.session.flush()
        return
    if cadence is None:
        cadence = Cadence(circle_id=circle.id)
        db.session.add(cadence)
    cadence.pattern, cadence.interval, cadence.weekday = rhythm.pattern, rhythm.interval, rhythm.weekday
    cadence.nth, cadence.starts_local, cadence.anchor_on = rhythm.nth, rhythm.starts_local, rhythm.anchor_on
    cadence.minutes = round(rhythm.length.total_seconds() / 60)
    cadence.on_day_off, cadence.changed_at = rhythm.on_day_off, now
    db.session.flush()


def _as_values(cadence: Cadence | None) -> dict[str, object]:
    if cadence is None:
        return {}
    values: dict[str, object] = {name: getattr(cadence, name) for name in FIELDS}
    return values | {
        "starts_local": cadence.starts_local.isoformat(),
        "anchor_on": cadence.anchor_on.isoformat(),
    }


def _from_values(circle: Circle, values: dict[str, object]) -> Rhythm | None:
    if not values:
        return None
    plain = {name: values[name] for name in ("pattern", "interval", "weekday", "nth", "on_day_off")}
    return Rhythm(
        **plain,  # type: ignore[arg-type]
        starts_local=datetime.strptime(str(values["starts_local"]), "%H:%M:%S").time(),  # noqa: DTZ007  a wall clock
        anchor_on=date.fromisoformat(str(values["anchor_on"])),
        length=timedelta(minutes=int(str(values["minutes"]))),
        zone=circle.zone,
    )
