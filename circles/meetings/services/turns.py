"""Who leads and who records: suggested fairly, handed over freely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from circles.extensions import db
from circles.meetings.models import TURNS, Meeting, RoleName, Turn
from circles.meetings.queries import answers_to
from circles.meetings.rota import Member, Turns, newcomer_count, next_names, suggest
from circles.membership.errors import MovedOn
from circles.membership.models import Circle, CircleChange, Seat
from circles.membership.services.changes import record_change, undoes
from circles.people.models import Person


def arrange_turns(circle: Circle, meetings: Sequence[Meeting]) -> None:
    """Suggests turns for coming meetings in order; what people chose stays while they can, nobody included."""
    if not meetings:
        return
    seats = [seat for seat in circle.open_seats if not seat.is_paused]
    members = members_of(circle, seats)
    able = {member.id for member in members}
    answers = answers_to(meetings)
    away = [frozenset(p for p, r in answers[m.id].by_person.items() if r.answer == "no") for m in meetings]
    suggested = suggest(
        members,
        meetings=len(meetings),
        unavailable=away,
        fixed=[_chosen(meeting, able - gone) for meeting, gone in zip(meetings, away, strict=True)],
        left_open=[meeting.left_open for meeting in meetings],
    )
    for meeting, turns in zip(meetings, suggested, strict=True):
        put(meeting, "host", turns.host)
        put(meeting, "scribe", turns.scribe)
    db.session.flush()


def members_of(circle: Circle, seats: Sequence[Seat]) -> list[Member]:
    """Those who take part, with the turns they did while seated here. A newcomer begins level with the others."""
    past = _past_of(circle)
    members = [_member(seat, past) for seat in seats]
    elders = [member for member in members if member.meetings_seen]
    for seat, member in zip(seats, members, strict=True):
        if member.meetings_seen == 0 and elders:
            seat.base_host, seat.base_scribe = (
                newcomer_count(elders, "host"),
                newcomer_count(elders, "scribe"),
            )
    return [_member(seat, past) for seat in seats]


def next_in_line(circle: Circle, now: datetime) -> dict[RoleName, list[Person]]:
    """The next three names for each turn, so that everybody sees it coming; as planned, then as it goes round.

    One query.
    """
    seats = [seat for seat in circle.open_seats if not seat.is_paused]
    people = {seat.person_id: seat.person for seat in seats}
    turned = _past_of(circle, and_planned_after=now)
    members = [_member(seat, [row for row in turned if row.held]) for seat in seats]
    planned = [
        Turns(*(row.who[role] if row.who.get(role) in people else None for role in TURNS))
        for row in turned
        if not row.held
    ]
    return {
        role: [people[person_id] for person_id in next_names(members, role, planned=planned)]
        for role in TURNS
    }


def give_turn(meeting: Meeting, role: RoleName, to: Person | None, by: Person, now: datetime) -> None:
    """Hands a turn to somebody, or leaves it open until somebody takes it; told to all, undone for a day."""
    turn, left_open = meeting.turn_of(role), role in meeting.left_open
    before, after = turn.person_id if turn else None, to.id if to else None
    if before == after and left_open == (to is None):
        return
    put(meeting, role, after, chosen=True)
    meeting.leave_open(role, to is None)
    states = {
        "before": {"role": role, "person": before, "left_open": left_open},
        "after": {"role": role, "person": after},
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
    put(meeting, change.before["role"], change.before["person"], chosen=True)
    meeting.leave_open(change.before["role"], change.before.get("left_open", False))


def put(meeting: Meeting, role: RoleName, person_id: int | None, *, chosen: bool | None = None) -> None:
    """Notes who has a turn, None for nobody. `chosen` says that people chose it."""
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


@dataclass(frozen=True)
class _Turned:
    """One meeting, held or planned, and who had or has its turns, by role."""

    at: datetime
    held: bool
    who: dict[str, int]


def _past_of(circle: Circle, *, and_planned_after: datetime | None = None) -> list[_Turned]:
    """The meetings that were held, and if asked those that are planned, in order."""
    wanted = Meeting.state == "held"
    if and_planned_after:
        ahead = sa.and_(Meeting.state == "planned", Meeting.starts_at > and_planned_after)
        wanted = sa.or_(wanted, ahead)
    rows = db.session.execute(
        sa.select(Meeting.id, Meeting.starts_at, Meeting.state, Turn.role, Turn.person_id)
        .outerjoin(Turn)
        .where(Meeting.circle_id == circle.id, wanted)
        .order_by(Meeting.starts_at, Meeting.id)
    )
    meetings: dict[int, _Turned] = {}
    for meeting_id, starts_at, state, role, person_id in rows:
        turned = meetings.setdefault(meeting_id, _Turned(starts_at, state == "held", {}))
        if role:
            turned.who[role] = person_id
    return list(meetings.values())


def _chosen(meeting: Meeting, able: set[int]) -> Turns:
    def kept(role: str) -> int | None:
        turn = meeting.turn_of(role)
        return turn.person_id if turn and turn.chosen and turn.person_id in able else None

    return Turns(kept("host"), kept("scribe"))


def _member(seat: Seat, past: Sequence[_Turned]) -> Member:
    seen = [row for row in past if row.at >= seat.sat_at]
    hosted, scribed = (
        [row.at for row in seen if row.who.get(role) == seat.person_id] for role in ("host", "scribe")
    )
    return Member(
        id=seat.person_id,
        since=seat.sat_at,
        hosted=len(hosted),
        scribed=len(scribed),
        base_host=seat.base_host,
        base_scribe=seat.base_scribe,
        last_hosted=max(hosted, default=None),
        last_scribed=max(scribed, default=None),
        hosts=seat.hosts,
        scribes=seat.scribes,
        meetings_seen=len(seen),
    )
