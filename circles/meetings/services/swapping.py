"""Swapping two turns: I give mine and take theirs, and they are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from circles.database import lock
from circles.extensions import db
from circles.meetings import mails
from circles.meetings.errors import TurnsMoved
from circles.meetings.models import Meeting, RoleName, Turn
from circles.meetings.queries import Answers
from circles.meetings.services.turns import put
from circles.membership.errors import MovedOn
from circles.membership.models import CircleChange, Seat
from circles.membership.services.changes import record_change, undoes
from circles.people.models import Person


@dataclass(frozen=True)
class Swap:
    """Two turns that could change hands."""

    mine: Turn
    theirs: Turn

    @property
    def name(self) -> str:
        """What a form sends: the two turns, and who had the other when the page was shown."""
        ends = (f"{turn.meeting.public_id}.{turn.role}" for turn in (self.mine, self.theirs))
        return ".".join((*ends, self.theirs.person.public_id))


def swaps_at(
    meeting: Meeting, coming: Sequence[Meeting], person: Person, answers: Mapping[int, Answers]
) -> list[Swap]:
    """What this person could swap that touches this meeting: the same turn of two meetings, or both turns of this one.

    `coming` are the circle's planned meetings and `answers` what was said about each. In order of the other meeting.
    """
    seats = {seat.person_id: seat for seat in meeting.circle.open_seats if not seat.is_paused}
    turns = [turn for other in coming for turn in other.turns if turn.person_id in seats]
    pairs = [
        Swap(mine, theirs)
        for mine in turns
        for theirs in turns
        if mine.person_id == person.id and theirs.person_id != person.id
    ]
    return [
        pair
        for pair in pairs
        if meeting.id in {pair.mine.meeting_id, pair.theirs.meeting_id} and _fits(pair, seats, answers)
    ]


def swap(pair: Swap, by: Person, now: datetime) -> CircleChange:
    """Each has the other's turn from now on; the other is told at once, undone for a day. Raises TurnsMoved."""
    mine, theirs = pair.mine, pair.theirs
    other = theirs.person
    for turn in sorted((mine, theirs), key=lambda turn: turn.id):
        lock(turn)
    if (mine.person_id, theirs.person_id) != (by.id, other.id):
        raise TurnsMoved
    before = [_state(turn) for turn in (mine, theirs)]
    put(mine.meeting, mine.role, other.id, chosen=True)
    put(theirs.meeting, theirs.role, by.id, chosen=True)
    change = record_change(
        mine.meeting.circle,
        by,
        "turns_swapped",
        now=now,
        subject=mine.meeting.public_id,
        before={"turns": before},
        after={"turns": [_state(turn) for turn in (mine, theirs)], "told": [other.id]},
    )
    mails.turns_swapped(change, other, theirs=mine, mine=theirs, now=now)
    return change


@undoes("turns_swapped")
def undo_swap(change: CircleChange, _now: datetime) -> None:
    """Each has their own turn back."""
    after = [(_turn(state), state["person"]) for state in change.after["turns"]]
    if any(turn.person_id != person or turn.meeting.state != "planned" for turn, person in after):
        raise MovedOn
    seated = {seat.person_id for seat in after[0][0].meeting.circle.open_seats}
    if not {state["person"] for state in change.before["turns"]} <= seated:
        raise MovedOn
    for (turn, _person), state in zip(after, change.before["turns"], strict=True):
        put(turn.meeting, turn.role, state["person"], chosen=True)


def _fits(pair: Swap, seats: Mapping[int, Seat], answers: Mapping[int, Answers]) -> bool:
    """Both can come, take that turn, and have no other at the same meeting."""
    mine, theirs = pair.mine, pair.theirs
    if mine.meeting_id == theirs.meeting_id:
        return _takes(seats[theirs.person_id], mine.role) and _takes(seats[mine.person_id], theirs.role)
    return mine.role == theirs.role and all(
        answers[to.meeting_id].of(who.person) != "no"
        and not any(turn.person_id == who.person_id for turn in to.meeting.turns)
        for who, to in ((mine, theirs), (theirs, mine))
    )


def _takes(seat: Seat, role: RoleName) -> bool:
    return seat.hosts if role == "host" else seat.scribes


def _state(turn: Turn) -> dict[str, object]:
    return {"meeting": turn.meeting.public_id, "role": turn.role, "person": turn.person_id}


def _turn(state: dict[str, object]) -> Turn:
    """The turn as it is now. Raises NoResultFound when nobody has it any more."""
    return db.session.scalars(
        sa.select(Turn)
        .join(Turn.meeting)
        .where(Meeting.public_id == state["meeting"], Turn.role == state["role"])
    ).one()
