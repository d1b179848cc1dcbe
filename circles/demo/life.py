"""A circle living through time: it begins, fills its seats, meets, and says what became of things."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from random import Random
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from circles.demo import talks
from circles.demo.plots import Plot
from circles.demo.texts import Pile, words
from circles.extensions import db
from circles.formats import local
from circles.meetings.cadence import Rhythm, upcoming
from circles.meetings.models import Meeting
from circles.meetings.services import announcing, changing, planning, resting
from circles.membership.models import Circle
from circles.membership.services import asks, charter, circles, invitations, seats
from circles.people.models import Person

LENGTH = timedelta(minutes=90)
RHYTHM_FROM = 3  # seated
LEAVES_AFTER = 4  # meetings, who of the cast is to leave
RESTS_FOR = timedelta(weeks=9)
CHANGES_FROM, LOSES_FROM = 0.55, 0.8  # parts of a circle's life


@dataclass
class Life:
    """One circle with what is still to come over it."""

    plot: Plot
    rng: Random
    pile: Pile
    to_come: list[Person]  # who will sit down later, the first first
    circle: Circle
    today: datetime
    said: set[str] = field(default_factory=set)  # texts it kept, none twice
    met: int = 0
    told: set[int] = field(default_factory=set)  # ids of meetings that were announced
    leaving: list[Person] = field(default_factory=list)  # of the cast, after a few meetings
    intended: dict[int, str] = field(default_factory=dict)  # what will come of an intention, by conclusion id
    lost: int = 0
    meetings: int = 0  # in all, from its beginning until today

    @property
    def seated(self) -> list[Person]:
        """Who sits here now, longest first."""
        return [seat.person for seat in self.circle.open_seats]


def live(
    plot: Plot,
    people: list[Person],
    pile: Pile,
    rng: Random,
    *,
    since: datetime,
    next_on: date,
    now: datetime,
) -> Life:
    """Begins a circle and lets the time pass until `now`. `next_on` is the day on which it meets next, from `now`."""
    begun_at = _at_work(since + (now - since) * plot.began)
    life = _begin(plot, people, pile, rng, begun_at, now)
    moment = _settle_in(life, begun_at, next_on, now)
    ends_at = since + (now - since) * plot.ended if plot.ended else None
    while (meeting := _first_open(life)) is not None and meeting.ends_at < now:
        if ends_at and meeting.starts_at > ends_at:
            _end(life, moment)
            break
        last = _follows(meeting, now)
        moment = _one_meeting(life, meeting, last=last, now=now)
        if plot.unsaid and last:
            break
        _come_and_go(life, moment, part=(moment - begun_at) / (now - begun_at))
        tend(life, moment)
    if not life.circle.has_ended:
        lately = max(moment, now - timedelta(days=4))
        _fill_up(life, lately)
        if plot.rests:
            _rest(life, lately + timedelta(hours=1), now)
    return life


def tend(life: Life, now: datetime) -> None:
    """What the worker would do for a circle: plan ahead, and tell whom there is something to tell.

    Only of what is still to come today: nobody looks back at what a calendar said of a meeting long ago.
    """
    db.session.flush()
    planning.plan_circle(life.circle.id, now)
    db.session.flush()
    for meeting in db.session.scalars(
        sa.select(Meeting).where(Meeting.circle_id == life.circle.id, Meeting.ends_at > life.today)
    ):
        if meeting.id not in life.told or meeting.settles_at is not None:
            announcing.announce(meeting.id, max(now, meeting.settles_at or now))
            life.told.add(meeting.id)


def sit_down(life: Life, person: Person, now: datetime) -> None:
    """Takes a seat as people do: after an invitation, after asking, or because it was arranged in the corridor."""
    way, host = life.rng.random(), life.seated[0]
    life.told.clear()
    if way < 0.35:
        invitation = invitations.invite(life.circle, host, person.email, now=now - timedelta(days=3))
        invitations.accept_invitation(invitation, person, now)
    elif way < 0.6 and life.circle.findable:
        wish = asks.ask(life.circle, person, now=now - timedelta(days=2), note=life.rng.choice(words("asks")))
        asks.admit(wish, host, now)
    else:
        seats.sit_down(life.circle, person, now)


def leave(life: Life, person: Person, now: datetime) -> None:
    """Gets up from the seat."""
    life.told.clear()
    seats.leave(next(seat for seat in life.circle.open_seats if seat.person_id == person.id), now)


def _begin(plot: Plot, people: list[Person], pile: Pile, rng: Random, now: datetime, today: datetime) -> Life:
    founder, *others = people
    craft = founder.profession if plot.craft else None
    circle = circles.begin_circle(
        founder,
        name=plot.name,
        kind=plot.kind,
        purpose=plot.purpose,
        place=plot.place,
        findable=plot.findable,
        profession=craft,
        now=now,
    )
    if plot.shows_theme:
        circles.change_settings(
            circle, founder, {"shows_theme": True}, based_on=circle.version, now=now + timedelta(hours=1)
        )
    leaving = others[len(plot.cast) - 1 :][: len(plot.later)] if plot.later else []
    return Life(plot, rng, pile, others, circle, today, leaving=leaving)


def _settle_in(life: Life, begun_at: datetime, next_on: date, now: datetime) -> datetime:
    """The first to sit down, the spelregels and the rhythm. Yields when that was done."""
    plot, moment = life.plot, begun_at + timedelta(minutes=30)
    at_once = plot.people if plot.full_at_once else max(len(plot.cast) + len(plot.later), min(4, plot.size))
    while len(life.seated) < at_once:
        sit_down(life, life.to_come.pop(0), moment)
        moment += timedelta(hours=2)
    if len(life.seated) < RHYTHM_FROM:
        return moment
    texts = words("charters_en") if plot.english else words("charters")
    charter.write_charter(
        life.circle, life.rng.choice(life.seated), life.rng.choice(texts), based_on=0, now=moment
    )
    rhythm = Rhythm(
        "weekly", plot.every, next_on.weekday(), None, plot.at, LENGTH, life.circle.zone,
        _anchor(next_on, plot.every, local(moment, life.circle.zone).date()), "shift",
    )  # fmt: skip
    planning.set_rhythm(life.circle, life.seated[0], rhythm, moment)
    life.meetings = _how_many(life, rhythm, moment, now)
    tend(life, moment)
    return moment


def _how_many(life: Life, rhythm: Rhythm, begun_at: datetime, now: datetime) -> int:
    """Meetings that this rhythm gives until now."""
    days = upcoming(rhythm, after=local(begun_at).date(), closed=planning.closed_days(life.circle))
    return sum(1 for _ in takewhile(lambda day: day.ends_at < now, days))


def _anchor(next_on: date, weeks: int, since: date) -> date:
    """The earliest day in this rhythm that is not before `since`."""
    rounds = max(0, (next_on - since).days // (7 * weeks))
    return next_on - timedelta(weeks=weeks * rounds)


def _one_meeting(life: Life, meeting: Meeting, *, last: bool, now: datetime) -> datetime:
    """Answers, meets, keeps. Yields the moment after."""
    after = meeting.ends_at + timedelta(minutes=40)
    number, life.met = life.met, life.met + 1
    if number == life.plot.skipped:
        changing.skip(meeting, life.rng.choice(life.seated), meeting.starts_at - timedelta(days=3))
        return after
    kept = talks.choose(life, meeting, number)
    there = talks.answer(meeting, life.circle.open_seats, life.rng)
    if not (life.plot.unsaid and last):
        talks.meet(life, meeting, there, kept, now)
    changing.close(meeting.id, after)
    return after


def _come_and_go(life: Life, now: datetime, *, part: float) -> None:
    """Seats fill in the first meetings; later some leave, and others come for them or nobody does."""
    plot, waits = life.plot, life.plot.turnover if part < CHANGES_FROM else 0
    if life.met == LEAVES_AFTER and life.leaving:
        leave(life, life.leaving.pop(), now)
    room = plot.size + len(life.leaving) - len(life.seated) - life.lost
    if len(life.to_come) > waits and room > 0:
        sit_down(life, life.to_come.pop(0), now)
    elif len(life.to_come) > waits:
        leave(life, life.rng.choice(life.seated[1:]), now)
        sit_down(life, life.to_come.pop(0), now + timedelta(hours=2))
    elif part > LOSES_FROM and life.lost < plot.lost:
        life.lost += 1
        leave(life, life.rng.choice(life.seated[1:]), now)


def _fill_up(life: Life, now: datetime) -> None:
    """Who was still to come, came."""
    while life.to_come and len(life.seated) + life.lost < life.plot.size:
        sit_down(life, life.to_come.pop(0), now)
    while life.lost < life.plot.lost:
        life.lost += 1
        leave(life, life.rng.choice(life.seated[1:]), now)
    tend(life, now)


def _end(life: Life, now: datetime) -> None:
    for person in life.seated:
        if circles.wish_to_end(life.circle, person, now + timedelta(hours=1)):
            break
    tend(life, now + timedelta(hours=2))


def _rest(life: Life, when: datetime, now: datetime) -> None:
    db.session.flush()
    back = local(now, life.circle.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    resting.rest(life.circle, life.seated[0], when, until=(back + RESTS_FOR).astimezone(UTC))
    life.told.clear()
    tend(life, when + timedelta(hours=1))


def _first_open(life: Life) -> Meeting | None:
    return db.session.scalar(
        sa.select(Meeting)
        .where(Meeting.circle_id == life.circle.id, Meeting.state == "planned")
        .order_by(Meeting.starts_at)
        .limit(1)
    )


def _follows(meeting: Meeting, now: datetime) -> bool:
    """Whether the meeting after this one lies ahead."""
    return not db.session.scalar(
        sa.select(Meeting.id).where(
            Meeting.circle_id == meeting.circle_id, Meeting.state == "planned",
            Meeting.starts_at > meeting.starts_at, Meeting.ends_at < now,
        ).limit(1)
    )  # fmt: skip


def _at_work(instant: datetime) -> datetime:
    """Half past nine in the morning of that day, where the circle is."""
    zone = ZoneInfo("Europe/Amsterdam")
    return instant.astimezone(zone).replace(hour=9, minute=30, second=0, microsecond=0)
