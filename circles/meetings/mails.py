"""Invitations, updates, cancellations and reminders: discreet, one recipient each, in their language and time."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from circles import formats, links
from circles.mail.outbox import Batch, Written, compose, enqueue, was_queued
from circles.meetings import ics
from circles.meetings.models import Invitation, Meeting, Turn
from circles.membership.models import CircleChange
from circles.people.mails import unsubscribe_headers, unsubscribe_url
from circles.people.models import Person

PARTSTAT = {"yes": "ACCEPTED", "maybe": "TENTATIVE", "no": "DECLINED", None: "NEEDS-ACTION"}


def organizer_for(meeting: Meeting, person: Person) -> str:
    """ORGANIZER and From of everything this person is told about this meeting, for ever.

    With an intake mailbox it carries a token, so that trust comes from the address that is answered to.
    """
    settings = current_app.config["SETTINGS"]
    if not settings.inbox_url:
        return str(settings.mail_from)
    local, _at, domain = settings.intake_address.partition("@")
    digest = hmac.digest(
        settings.secret_key.encode(), f"{meeting.public_id}/{person.public_id}".encode(), hashlib.sha256
    )
    token = base64.b32encode(digest[:15]).decode().lower()
    return f"{local}+{meeting.public_id}{person.public_id}{token}@{domain}"


def title_of(meeting: Meeting, language: str) -> str:
    """`Vakcirkel`, with the theme only where the circle chose to show it."""
    with force_locale(language):
        title = _("Vakcirkel")
    if meeting.circle.shows_theme and meeting.theme_version is not None:
        return f"{title}: {meeting.theme_version.title}"
    return str(title)


def description_of(meeting: Meeting, language: str) -> str:
    """What the calendar says under the title: where to find the rest, and that this is working time."""
    with force_locale(language):
        words = [_("Voorbereiden, antwoorden of verzetten doe je op de pagina van de bijeenkomst.")]
    if meeting.circle.organisation.working_time:
        words.append(meeting.circle.organisation.working_time)
    words.append(links.address("conclusions.meeting", meeting_id=meeting.public_id))
    return "\n".join(map(str, words))


def answer_url(meeting: Meeting, person: Person) -> str:
    """The page where this person answers without signing in; with `?keuze=` a choice is made ready, not made."""
    token = links.sign("answer", meeting.public_id, person.public_id)
    return links.address("meetings.answer_by_link", token=token)


def tell(
    meeting: Meeting,
    person: Person,
    told: Invitation,
    *,
    kind: str,
    answer: str | None,
    first: bool = False,
    batch: Batch | None = None,
    now: datetime,
) -> None:
    """Queues one iCalendar mail. `kind` is the template, `told` what is noted of it, `first`: nothing was before."""
    if person.mutes("invitation"):
        return  # uses the calendar link
    event = ics.Event(
        uid=told.uid,
        sequence=told.sequence,
        stamped_at=told.stamped_at,
        changed_at=told.stamped_at,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        summary=title_of(meeting, person.locale),
        location=meeting.place,
        description=description_of(meeting, person.locale),
        url=links.address("conclusions.meeting", meeting_id=meeting.public_id),
        categories=("Vakcirkel",),
        cancelled=told.method == "CANCEL",
    )
    calendar = ics.invitation(
        event,
        organizer=ics.Mailbox(told.organizer, "Vakcirkels"),
        attendee=ics.Mailbox(person.email, person.name),
        partstat=PARTSTAT[answer],
        rsvp=bool(current_app.config["SETTINGS"].inbox_url),
        method="CANCEL" if told.method == "CANCEL" else "REQUEST",
    )
    enqueue(
        key=f"invitation:{meeting.public_id}:{told.sequence}:{person.public_id}",
        kind=kind,
        to=person,
        written=_written(kind, meeting, person),
        now=now,
        topic=f"meeting:{meeting.public_id}:{person.public_id}",
        opens_topic=first,
        circle=meeting.circle.public_id,
        calendar=calendar,
        calendar_method=told.method,
        from_address=told.organizer,
        batch=batch,
    )


def reminder(
    meeting: Meeting, person: Person, *, when: str, answer: str | None, turns: Sequence[str], now: datetime
) -> bool:
    """A reminder three days (`three_days`) or a day (`day_before`) ahead; with the turn in the same mail."""
    return _remind("meeting_reminder", meeting, person, now, key=when, when=when, answer=answer, turns=turns)


def record_reminder(meeting: Meeting, person: Person, now: datetime) -> bool:
    """After the meeting, to who records: what do we want to keep?"""
    return _remind("record_reminder", meeting, person, now, key="record")


def held_question(meeting: Meeting, person: Person, now: datetime) -> bool:
    """Nobody pressed Begin: did you meet?"""
    return _remind("held_question", meeting, person, now, key="held")


def turns_swapped(change: CircleChange, reader: Person, *, theirs: Turn, mine: Turn, now: datetime) -> None:
    """Tells who had the other turn: `theirs` is the reader's from now on, `mine` of who swapped."""
    if reader.mutes("circle_news"):
        return  # sees it on the pages, and is reminded of the turn
    who = change.person.first_name if change.person else ""
    values = {"who": who, "theirs": theirs, "mine": mine, "zone": reader.wall_zone}
    values |= {"unsubscribe_url": unsubscribe_url(reader, "circle_news")}
    enqueue(
        key=f"swap:{change.public_id}:{reader.public_id}",
        kind="turns_swapped",
        to=reader,
        circle=theirs.meeting.circle.public_id,
        written=compose("turns_swapped", locale=reader.locale, **values),
        now=now,
        headers=unsubscribe_headers(reader, "circle_news"),
    )


def zone_note(meeting: Meeting, person: Person) -> str:
    """The zone in words, only where the reader's differs from the circle's."""
    return "" if person.wall_zone == meeting.circle.zone else person.wall_zone.replace("_", " ")


def _written(kind: str, meeting: Meeting, person: Person, **values: object) -> Written:
    url = answer_url(meeting, person)
    return compose(
        kind,
        locale=person.locale,
        meeting=meeting,
        circle=meeting.circle,
        person=person,
        zone=person.wall_zone,
        zone_note=zone_note(meeting, person),
        title=title_of(meeting, person.locale),
        yes_url=f"{url}?keuze=yes",
        maybe_url=f"{url}?keuze=maybe",
        no_url=f"{url}?keuze=no",
        answer_url=url,
        **values,
    )


def _remind(
    kind: str, meeting: Meeting, person: Person, now: datetime, *, key: str, **values: object
) -> bool:
    if person.mutes("reminder"):
        return False
    key = f"reminder:{meeting.public_id}:{key}:{formats.local(meeting.starts_at).date()}:{person.public_id}"
    if was_queued(key):
        return False  # every round finds it due until the day is over
    values |= {"unsubscribe_url": unsubscribe_url(person, "reminder")}
    return enqueue(
        key=key,
        kind=kind,
        to=person,
        written=_written(kind, meeting, person, **values),
        now=now,
        topic=f"reminder:{meeting.public_id}:{person.public_id}",
        circle=meeting.circle.public_id,
        headers=unsubscribe_headers(person, "reminder"),
    )
