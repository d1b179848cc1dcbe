"""What I could do now, as Vandaag shows it: a few things, each with a word beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import url_for
from flask_babel import gettext as _

from circles import formats
from circles.conclusions import queries
from circles.meetings.models import Meeting
from circles.meetings.queries import undelivered_in
from circles.membership import queries as membership
from circles.membership.mails import invitation_token
from circles.membership.models import FULL_ENOUGH, Circle
from circles.people.models import Person

MOST_TASKS = 4
FRESH = timedelta(days=7)  # so long after a meeting we ask whether something is still to be kept


@dataclass(frozen=True)
class Task:
    """Something I could do now. `by` says by when it matters; without it the word is that it is open."""

    words: str
    hint: str
    url: str
    by: str = ""


def tasks_for(
    me: Person,
    circles: Sequence[Circle],
    *,
    opened: Sequence[Meeting],
    held: Sequence[Meeting],
    now: datetime,
) -> list[Task]:
    """At most four, what others wait for first. `opened` are the meetings of these circles not closed yet."""
    mine = [circle for circle in circles if _is_convener(circle, me)]
    found = [
        *_invitations(me, now),
        *_unsaid(opened, now),
        *(_asks(me) if mine else ()),
        *_undelivered(me, mine, now),
        *_dates(mine, opened, now),
        *_fresh(held, now),
        *_intentions(me, circles, now),
        *_missing(mine),
        *_profile(me),
    ]
    return found[:MOST_TASKS]


def _invitations(me: Person, now: datetime) -> Iterator[Task]:
    for row in membership.open_invitations_for(me, now):
        url = url_for("membership.invitation", token=invitation_token(row))
        by = _("Tot %(day)s", day=_short(row.expires_at, me))
        yield Task(_("Antwoord op een uitnodiging"), row.circle.name, url, by)


def _unsaid(opened: Sequence[Meeting], now: datetime) -> Iterator[Task]:
    for meeting in opened:
        if meeting.ends_at <= now and meeting.state == "planned":
            url = url_for(".meeting", meeting_id=meeting.public_id)
            yield Task(_("Zijn jullie bij elkaar geweest?"), formats.day(meeting.starts_at), url)


def _asks(me: Person) -> Iterator[Task]:
    for ask in membership.asks_for_convener(me):
        url = url_for("meetings.circle", circle_id=ask.circle.public_id)
        by = _("Tot %(day)s", day=_short(ask.expires_at, me))
        words = _("%(name)s vraagt of er een plek is", name=ask.person.first_name)
        yield Task(words, ask.circle.name, url, by)


def _undelivered(me: Person, mine: Sequence[Circle], now: datetime) -> Iterator[Task]:
    """What kind of mail it was, and what can be done, is on the circle's page."""
    for missed in undelivered_in(mine, now):
        url = url_for("meetings.circle", circle_id=missed.circle.public_id)
        words = _("Mail aan %(who)s kwam niet aan", who=missed.person.first_name)
        if missed.person.id == me.id:
            words = _("Mail aan jou kwam niet aan")
        yield Task(words, missed.circle.name, url)


def _dates(mine: Sequence[Circle], opened: Sequence[Meeting], now: datetime) -> Iterator[Task]:
    planned = {meeting.circle_id for meeting in opened if meeting.ends_at > now}
    for circle in mine:
        if circle.id not in planned and circle.plans and len(circle.open_seats) > 1:
            url = url_for("meetings.add", circle_id=circle.public_id)
            yield Task(_("Plan een volgende bijeenkomst"), circle.name, url)


def _fresh(held: Sequence[Meeting], now: datetime) -> Iterator[Task]:
    for meeting in held:
        if meeting.ends_at > now - FRESH:
            url = url_for(".meeting", meeting_id=meeting.public_id)
            yield Task(_("Vul aan wat jullie vasthielden"), formats.day(meeting.starts_at), url)


def _intentions(me: Person, circles: Sequence[Circle], now: datetime) -> Iterator[Task]:
    """A day that has passed is not held against anybody: it is then simply open."""
    today = formats.local(now, me.wall_zone).date()
    names = {circle.id: circle.name for circle in circles}
    for intention in queries.open_intentions(list(names), owner=me):
        url = url_for(".conclusion", conclusion_id=intention.public_id)
        due = intention.due_on if intention.due_on and intention.due_on >= today else None
        by = _("Voor %(day)s", day=formats.short_day(due)) if due else ""
        words = _("Je voornemen: %(text)s", text=_first(intention.text, 90))
        yield Task(words, names[intention.circle_id], url, by)


def _missing(mine: Sequence[Circle]) -> Iterator[Task]:
    """What keeps a circle from being whole, told to who keeps it going."""
    agreed = queries.circles_with_charter([circle.id for circle in mine]) if mine else set()
    for circle in mine:
        if circle.id not in agreed and len(circle.open_seats) > 1:
            url = url_for("membership.charter", circle_id=circle.public_id)
            yield Task(_("Schrijf jullie spelregels op"), _("Wat heb je nodig om vrijuit te praten?"), url)
    for circle in mine:
        if circle.plans and len(circle.open_seats) < FULL_ENOUGH:
            url = url_for("membership.invite", circle_id=circle.public_id)
            yield Task(
                _("Zoek er iemand bij"), _("Met zes tot acht hoor je meer kanten van een situatie"), url
            )


def _profile(me: Person) -> Iterator[Task]:
    if me.profession is None and me.department is None:
        words = _("Zeg wat je vak is, dan weten anderen wie ze voor zich hebben")
        yield Task(words, _("Twee minuten"), url_for("people.me"))


def _is_convener(circle: Circle, me: Person) -> bool:
    return not circle.has_ended and any(
        seat.is_convener and seat.person_id == me.id for seat in circle.open_seats
    )


def _short(when: datetime, me: Person) -> str:
    return formats.short_day(when, me.wall_zone)


def _first(text: str, letters: int) -> str:
    return text if len(text) <= letters else text[: letters - 1].rsplit(" ", 1)[0] + "…"
