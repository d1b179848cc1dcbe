"""Taking one's data along, and erasing oneself: every slice says what it keeps of a person."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from circles import links
from circles.availability import personal as availability
from circles.conclusions import personal as conclusions
from circles.conclusions.queries import log_of
from circles.extensions import db
from circles.mail import personal as mail
from circles.meetings import personal as meetings
from circles.meetings.services.announcing import take_out
from circles.membership import personal as membership
from circles.membership.models import Circle
from circles.membership.services.changes import record_change
from circles.people import personal as people
from circles.people.models import AuditEntry, Organisation, Person
from circles.people.services import ending
from circles.people.services.signing_in import audit
from circles.themes import personal as themes

LINK_LIVES = timedelta(hours=24)
EXPORTED, LOG_EXPORTED = "data exported", "log exported"  # kinds in the trail


def make_export(person: Person, now: datetime) -> None:
    """Opens the links to the person's own data for a day, and notes it in the trail."""
    audit(EXPORTED, person=person, now=now)


def open_export(person: Person, now: datetime) -> tuple[str, datetime] | None:
    """The token of the person's links and until when they work; None when nothing was asked for in the past day."""
    made_at = db.session.scalar(
        sa.select(sa.func.max(AuditEntry.made_at)).where(
            AuditEntry.person_id == person.id, AuditEntry.kind == EXPORTED
        )
    )
    if made_at is None or now - made_at >= LINK_LIVES:
        return None
    return links.sign("export", person.public_id, made_at.isoformat()), made_at + LINK_LIVES


def may_fetch(person: Person, token: str, now: datetime) -> bool:
    """Whether this link is this person's own and not a day old."""
    said = links.read("export", token)
    if said is None or said[0] != person.public_id:
        return False
    return now - datetime.fromisoformat(said[1]) < LINK_LIVES


def as_json(person: Person, now: datetime) -> str:
    """All that is kept of this person, as JSON, slice by slice. Instants in UTC. Of others only names of circles."""
    parts = (people, availability, membership, themes, meetings, conclusions)
    kept: dict[str, Any] = {"made": now.isoformat()}
    for part in parts:
        kept |= part.own_data(person)
    kept |= mail.own_data(person)
    return json.dumps(kept, ensure_ascii=False, indent=2) + "\n"


def words_as_markdown(person: Person, now: datetime) -> str:
    """What this person wrote in the logs of their circles."""
    return conclusions.words_as_markdown(person, now)


def export_log(circle: Circle, person: Person, now: datetime) -> str:
    """A circle's log as Markdown, for who sits there. The circle sees who took it along; nobody gets mail about it."""
    rows = log_of(person, circle=circle.public_id)
    change = record_change(circle, person, "log_exported", now=now)
    change.told_at = now
    audit(LOG_EXPORTED, person=person, now=now, detail=circle.public_id)
    return conclusions.log_as_markdown(circle, rows, person, now)


def erase(person: Person, now: datetime) -> None:
    """Erases a person everywhere. Raises LastAdministrator, and then nothing has happened once rolled back.

    In this order: out of the circles, cancellations queued, what others keep loses the name, and the row last: with it
    go sessions, calendar links, answers, notes, hours and marks.
    """
    circles = membership.erase(person, now)
    meetings.erase(person, circles, now)
    conclusions.erase(person, now)
    db.session.flush()
    mail.erase(person, elsewhere=people.has_namesake_elsewhere(person))
    people.erase(person, now)
    db.session.flush()


def erase_organisation(organisation_id: int, now: datetime) -> int:
    """Erases one organisation of which the notice is over: people, circles, logs, figures, mail. Yields 1 or 0.

    What stands in people's calendars is cancelled; those mails alone outlive it, until they have left.
    """
    organisation = db.session.get(Organisation, organisation_id, with_for_update=True)
    if organisation is None or organisation.ends_at is None or organisation.ends_at > now:
        return 0
    everybody = ending.people_of(organisation)
    for person in everybody:
        take_out(person, now)
    db.session.flush()
    alone = [person for person in everybody if not people.has_namesake_elsewhere(person)]
    mail.let_go(organisation_id, [person.email.lower() for person in alone])
    people.erase_organisation(organisation, now)
    return 1
