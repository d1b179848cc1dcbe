"""Whose turn it is to lead and to record: suggested, fair over time, never imposed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count, islice, product
from math import floor
from typing import Literal

RoleName = Literal["host", "scribe"]


@dataclass(frozen=True)
class Member:
    """Somebody seated, and the turns done while seated here."""

    id: int
    since: datetime
    hosted: int = 0
    scribed: int = 0
    base_host: float = 0.0  # the level one began at: newcomer_count on sitting down
    base_scribe: float = 0.0
    last_hosted: datetime | None = None
    last_scribed: datetime | None = None
    hosts: bool = True  # False: voorlopig niet
    scribes: bool = True
    meetings_seen: int = 1  # held while seated; 0: has not been to one yet, and does not lead the first

    def done(self, role: RoleName) -> float:
        """Turns counted for fairness: those done, and the level one began at."""
        return self.base_host + self.hosted if role == "host" else self.base_scribe + self.scribed

    def last(self, role: RoleName) -> datetime | None:
        """When this turn last came."""
        return self.last_hosted if role == "host" else self.last_scribed

    def willing(self, role: RoleName) -> bool:
        """Takes this turn when it comes."""
        return self.hosts if role == "host" else self.scribes


@dataclass(frozen=True)
class Turns:
    """Who leads and who records one meeting; None when nobody can."""

    host: int | None = None
    scribe: int | None = None


def suggest(
    members: Sequence[Member],
    *,
    meetings: int,
    unavailable: Sequence[frozenset[int]] = (),
    fixed: Sequence[Turns] = (),
    left_open: Sequence[frozenset[RoleName]] = (),
) -> list[Turns]:
    """Turns for the next meetings in order. `fixed` are those that people chose; `unavailable` who cannot come to each.

    `left_open` are the turns of each that people gave to nobody.

    Who did a turn least often is next; among those, who has had neither turn in this round, then who waits longest,
    then who sat down first. One person has both turns only when nobody else can. What is suggested for one meeting
    counts for those after it. Deterministic, in whatever order the members come.
    """
    return list(islice(_suggestions(members, unavailable, fixed, left_open), meetings))


def next_names(
    members: Sequence[Member], role: RoleName, n: int = 3, *, planned: Sequence[Turns] = ()
) -> list[int]:
    """The next people for this turn, each once, in the order in which it comes to them if everybody can come.

    First those who have it at the meetings that are `planned`, where None is nobody.
    """
    names: list[int] = []
    left_open = [_open_in(turns) for turns in planned]
    coming = _suggestions(members, fixed=planned, left_open=left_open)
    for turns in islice(coming, len(planned) + 4 * n):
        person = turns.host if role == "host" else turns.scribe
        if person is not None and person not in names:
            names.append(person)
        if len(names) == n:
            return names
    # Somebody far behind may have all these meetings; the others follow as they wait.
    rest = [_Tally(member) for member in members if member.willing(role) and member.id not in names]
    rest.sort(key=lambda tally: (tally.done(role), tally.wait(role)))
    return [*names, *(tally.member.id for tally in rest)][:n]


def newcomer_count(members: Sequence[Member], role: RoleName) -> float:
    """The level a newcomer begins at: the mean of those who take this turn; 0 when nobody does.

    In whole turns, halves up, so that the newcomer begins within one turn of everybody who kept up. Also for who takes
    turns again after a long while: their base rises to it, so that they need not make up for what they missed.
    """
    levels = [member.done(role) for member in members if member.willing(role)]
    return float(floor(sum(levels) / len(levels) + 0.5)) if levels else 0.0


@dataclass
class _Tally:
    """A member, and the coming meetings for which each turn was given to them so far."""

    member: Member
    given: dict[RoleName, list[int]] = field(default_factory=lambda: {"host": [], "scribe": []})
    expected: int = 0  # coming meetings so far that the member can be at

    def done(self, role: RoleName) -> float:
        return self.member.done(role) + len(self.given[role])

    def both(self, role: RoleName) -> float:
        """Both turns together. Who takes only this one comes after who is level and takes both."""
        if self.member.hosts and self.member.scribes:
            return self.done("host") + self.done("scribe")
        return 2 * self.done(role) + 1

    def wait(self, role: RoleName) -> tuple[int, float, datetime, int]:
        """Sorts the longest wait first, then the order of sitting down."""
        latest = self.given[role][-1] if self.given[role] else -1
        last = self.member.last(role)
        return latest, last.timestamp() if last else 0.0, self.member.since, self.member.id


def _suggestions(
    members: Sequence[Member],
    unavailable: Sequence[frozenset[int]] = (),
    fixed: Sequence[Turns] = (),
    left_open: Sequence[frozenset[RoleName]] = (),
) -> Iterator[Turns]:
    tallies = {member.id: _Tally(member) for member in members}
    for number in count():
        away = unavailable[number] if number < len(unavailable) else frozenset()
        chosen = fixed[number] if number < len(fixed) else Turns()
        nobody = left_open[number] if number < len(left_open) else frozenset()
        turns = _turns(tallies, away, chosen, nobody)
        for person, tally in tallies.items():
            tally.expected += person not in away
            if person == turns.host:
                tally.given["host"].append(number)
            if person == turns.scribe:
                tally.given["scribe"].append(number)
        yield turns


def _open_in(turns: Turns) -> frozenset[RoleName]:
    taken: dict[RoleName, int | None] = {"host": turns.host, "scribe": turns.scribe}
    return frozenset(role for role, person in taken.items() if person is None)


def _turns(
    tallies: dict[int, _Tally], away: frozenset[int], chosen: Turns, nobody: frozenset[RoleName]
) -> Turns:
    there = [tally for person, tally in tallies.items() if person not in away]
    hosts: list[_Tally | None] = [
        tally
        for tally in there
        if tally.member.hosts and _may_lead(tally, tallies.values()) and "host" not in nobody
    ]
    scribes: list[_Tally | None] = [
        tally for tally in there if tally.member.scribes and "scribe" not in nobody
    ]
    if chosen.host is not None:
        hosts = [tallies.get(chosen.host)]
    if chosen.scribe is not None:
        scribes = [tallies.get(chosen.scribe)]
    host, scribe = min(product(hosts or [None], scribes or [None]), key=_cost)
    return Turns(
        host.member.id if host else chosen.host,
        scribe.member.id if scribe else chosen.scribe,
    )


def _may_lead(tally: _Tally, everybody: Iterable[_Tally]) -> bool:
    """Not one's first meeting. In a circle that never met it is everybody's first, and somebody must lead."""
    return _has_seen_one(tally) or not any(_has_seen_one(other) for other in everybody)


def _has_seen_one(tally: _Tally) -> bool:
    return tally.member.meetings_seen + tally.expected > 0


def _cost(pair: tuple[_Tally | None, _Tally | None]) -> tuple[object, ...]:
    """Sorts the best pair first.

    Who has had neither turn goes before who has had one, so that near the end of a round nobody is left who lacks
    both: that person would need both turns at one meeting, or somebody else a turn too many.
    """
    host, scribe = pair
    taken: list[tuple[_Tally, RoleName]] = []
    if host:
        taken.append((host, "host"))
    if scribe:
        taken.append((scribe, "scribe"))
    return (
        host is not None and host is scribe,
        sum(tally.done(role) for tally, role in taken),
        sum(tally.both(role) for tally, role in taken),
        [tally.wait(role) for tally, role in taken],
    )
