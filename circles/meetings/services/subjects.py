"""What a meeting is about: a theme, an own question, or only a situation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from circles.database import EditedMeanwhile, lock
from circles.extensions import db
from circles.formats import local
from circles.meetings.errors import MeetingIsOver
from circles.meetings.models import Meeting
from circles.meetings.services.rendering import render
from circles.membership.errors import MovedOn
from circles.membership.models import CircleChange
from circles.membership.services.changes import record_change, undoes
from circles.people.models import Person
from circles.themes.models import Theme, ThemeVersion
from circles.themes.queries import current_version, interests_of, theme_infos
from circles.themes.rotation import Proposal, Talked, propose


def propose_themes(
    meeting: Meeting, *, language: str, now: datetime, others: Sequence[Meeting] = ()
) -> list[Proposal]:
    """Three themes for this meeting with a reason each; what other coming meetings are about is left out."""
    circle = meeting.circle
    talked = _history(circle.id) + [
        Talked(other.theme_id, other.theme.framework if other.theme else None, local(other.starts_at).date())
        for other in others
        if other.id != meeting.id and other.theme_id is not None
    ]
    return propose(
        theme_infos(circle.organisation_id, language),
        history=talked,
        interests=interests_of(circle.id),
        kind=circle.kind,
        today=local(now, circle.zone).date(),
    )


def suggest_subject(meeting: Meeting, others: Sequence[Meeting], now: datetime) -> None:
    """Puts the first proposal on a meeting for which nobody chose. Without themes it is about a situation."""
    language = meeting.circle.organisation.locale
    proposals = propose_themes(meeting, language=language, now=now, others=others)
    if proposals:
        theme = db.session.get_one(Theme, proposals[0].theme_id, options=[joinedload(Theme.versions)])
        _set(meeting, "theme", theme, "", language)


def choose_subject(
    meeting: Meeting,
    person: Person,
    *,
    subject: str,
    theme: Theme | None,
    question: str,
    based_on: int,
    now: datetime,
) -> None:
    """The circle's own choice; told to all, undone for a day. Raises EditedMeanwhile or MeetingIsOver."""
    lock(meeting)
    if meeting.version != based_on:
        raise EditedMeanwhile(meeting)
    if meeting.state != "planned" or now >= meeting.ends_at or meeting.circle.has_ended:
        raise MeetingIsOver
    before = _state(meeting)
    _set(meeting, subject, theme, question, person.locale)
    meeting.chosen = True
    after = _state(meeting)
    if after == before:
        return
    meeting.version += 1
    if meeting.circle.shows_theme:
        meeting.notice(now)  # the title in everybody's calendar changes
    render(meeting, now)
    record_change(
        meeting.circle,
        person,
        "subject_chosen",
        now=now,
        subject=meeting.public_id,
        before=before,
        after=after,
    )


@undoes("subject_chosen")
def undo_subject(change: CircleChange, now: datetime) -> None:
    """Brings the earlier subject back."""
    meeting = db.session.scalars(sa.select(Meeting).where(Meeting.public_id == change.subject)).one()
    if _state(meeting) != change.after or meeting.state != "planned":
        raise MovedOn
    before = change.before
    meeting.subject, meeting.theme_id, meeting.theme_version_id = (
        before["subject"],
        before["theme"],
        before["version"],
    )
    meeting.question = before["question"]
    meeting.version += 1
    if meeting.circle.shows_theme:
        meeting.notice(now)
    render(meeting, now)


def _set(meeting: Meeting, subject: str, theme: Theme | None, question: str, language: str) -> None:
    version: ThemeVersion | None = current_version(theme, language) if theme else None
    meeting.subject = subject
    meeting.theme, meeting.theme_version = theme, version
    meeting.theme_id, meeting.theme_version_id = (
        (theme.id if theme else None),
        (version.id if version else None),
    )
    meeting.question = question.strip() if subject == "own_question" else ""


def _state(meeting: Meeting) -> dict[str, object]:
    return {
        "subject": meeting.subject,
        "theme": meeting.theme_id,
        "version": meeting.theme_version_id,
        "question": meeting.question,
    }


def _history(circle_id: int) -> list[Talked]:
    rows = db.session.execute(
        sa.select(Meeting.theme_id, Theme.elements, Meeting.starts_at)
        .outerjoin(Theme, Theme.id == Meeting.theme_id)
        .where(Meeting.circle_id == circle_id, Meeting.state.in_(("held", "begun")))
        .order_by(Meeting.starts_at)
    )
    return [
        Talked(theme_id, (elements or "")[:1] or None, local(at).date()) for theme_id, elements, at in rows
    ]
