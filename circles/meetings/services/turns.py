"""Who leads and who records: suggested fairly, swapped freely."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from circles.extensions import db
from circles.meetings.models import Meeting, Turn
from circles.meetings.queries import answers_to
from circles.meetings.rota import Member, Turns, newcomer_count, next_names, suggest
from circles.membership.errors import MovedOn
from circles.membership.models import Circle, CircleChange, Seat
from circles.membership.services.changes import record_change, undoes
from circles.people.models import Person

RoleName = Literal["host", "scribe"]


def arrange_turns(circle: Circle, meetings: Sequence[Meeting]) -> None:
    """Suggests turns for coming meetings in order; what people chose stays while they can."""
    if not meetings:
        return
    seats = [seat for seat in circle.open_seats if not seat.is_paused]
    members = members_of(circle, seats)
    able = {member.id for member in members}
    answers = answers_to(meetings)
    away = [frozenset(p for p, r in answers[m.id].by_person.items() if r.answer == "no") for m in meetings]
    fixed = [_chosen(meeting, able - gone) for meeting, gone in zip(meetings, away, strict=True)]
    for meeting, turns in zip(
        meetings, suggest(members, meetings=len(meetings), unavailable=away, fixed=fixed), strict=True
    ):
        _put(meeting, "host", turns.host)
        _put(meeting, "scribe", turns.scribe)
    db.session.flush()


def members_of(circle: Circle, seats: Sequence[Seat]) -> list[Member]:
    """Those who take part, with the turns they did while seated here. A newcomer begins level with the others."""
    done = _done(circle.id)
    held = list(
        db.session.scalars(
            sa.select(Meeting.starts_at).where(Meeting.circle_id == circle.id, Meeting.state == "held")
        )
    )
    members = [_member(seat, done, held) for seat in seats]
    elders = [member for member in members if member.meetings_seen]
    for seat, member in zip(seats, members, strict=True):
        if member.meetings_seen == 0 and elders:
            seat.base_host, seat.base_scribe = (
                newcomer_count(elders, "host"),
                newcomer_count(elders, "scribe"),
            )
    return [_member(seat, done, held) for seat in seats]


def next_in_line(circle: Circle, role: RoleName) -> list[Person]:
    """The next three names, so that everybody sees it coming."""
    seats = [seat for seat in circle.open_seats if not seat.is_paused]
    people = {seat.person_id: seat.person for seat in seats}
    done = _done(circle.id)
    held = list(
        db.session.scalars(
            sa.select(Meeting.starts_at).where(Meeting.circle_id == circle.id, Meeting.state == "held")
        )
    )
    return [
        people[person_id] for person_id in next_names([_member(seat, done, held) for seat in seats], role)
    ]


def give_turn(meeting: Meeting, role: str, to: Person | None, by: Person, now: datetime) -> None:
    """Hands a turn to somebody, or leaves it open; told to all, undone for a day."""
    turn = meeting.turn_of(role)
    before = turn.person_id if turn else None
    if before == (to.id if to else None):
        return
    _put(meeting, role, to.id if to else None, chosen=True)
    states = {
        "before": {"role": role, "person": before},
        "after": {"role": role, "person": to.id if to else None},
    }
    record_change(meeting.circle, by, "turns_changed", now=now, subject=meeting.public_id, **states)


@undoes("turns_changed")
def undo_turn(change: CircleChange, _now: datetime) -> None:
    """Gives the turn back."""
    meeting = db.session.scalars(sa.select(Meeting).where(Meeting.public_id == change.subject)).one()
    turn = meeting.turn_of(change.after["role"])
    if (turn.person_id if turn else None) != change.after["person"] or meeting.state != "planned":
        raise MovedOn
    seated = {seat.person_id for seat in meeting.circle.open_seats}
    if change.before["person"] not in seated | {None}:
        raise MovedOn
    _put(meeting, change.before["role"], change.before["person"], chosen=True)


def _chosen(meeting: Meeting, able: set[int]) -> Turns:
    def kept(role: str) -> int | None:
        turn = meeting.turn_of(role)
        return turn.person_id if turn and turn.chosen and turn.person_id in able else None

    return Turns(kept("host"), kept("scribe"))


def _put(meeting: Meeting, role: str, person_id: int | None, *, chosen: bool | None = None) -> None:
    turn = meeting.turn_of(role)
    if person_id is None:
        if turn is not None:
            meeting.turns.remove(turn)
            db.session.delete(turn)
        return
    if turn is None:
        turn = Turn(meeting_id=meeting.id, role=role, person_id=person_id, chosen=bool(chosen))
        meeting.turns.append(turn)
    elif turn.person_id != person_id:
        turn.person_id, turn.chosen = person_id, bool(chosen)
        db.session.flush()
        db.session.expire(turn, ["person"])


def _done(circle_id: int) -> dict[tuple[int, str], tuple[int, datetime]]:
    rows = db.session.execute(
        sa.select(Turn.person_id, Turn.role, sa.func.count(), sa.func.max(Meeting.starts_at))
        .join(Meeting)
        .join(
            Seat,
            sa.and_(Seat.circle_id == circle_id, Seat.person_id == Turn.person_id, Seat.left_at.is_(None)),
        )
        .where(Meeting.circle_id == circle_id, Meeting.state == "held", Meeting.starts_at >= Seat.sat_at)
        .group_by(Turn.person_id, Turn.role)
    )
    return {(person_id, role): (count, last) for person_id, role, count, last in rows}


def _member(
    seat: Seat, done: dict[tuple[int, str], tuple[int, datetime]], held: Sequence[datetime]
) -> Member:
    hosted, last_hosted = done.get((seat.person_id, "host"), (0, None))
    scribed, last_scribed = done.get((seat.person_id, "scribe"), (0, None))
    return Member(
        id=seat.person_id,
        since=seat.sat_at,
        hosted=hosted,
        scribed=scribed,
        base_host=seat.base_host,
        base_scribe=seat.base_scribe,
        last_hosted=last_hosted,
        last_scribed=last_scribed,
        hosts=seat.hosts,
        scribes=seat.scribes,
        meetings_seen=sum(at >= seat.sat_at for at in held),
    )
