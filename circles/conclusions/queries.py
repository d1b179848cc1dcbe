"""Reading the log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from circles.conclusions.models import Conclusion, ConclusionVersion
from circles.conclusions.stems import Words
from circles.extensions import db
from circles.meetings.models import Meeting
from circles.membership.models import CharterVersion, Circle, Seat
from circles.people.models import Person
from circles.sealing import keyring
from circles.themes.models import Theme, ThemeVersion

_SHOWN = (joinedload(Conclusion.recorder), joinedload(Conclusion.owner), joinedload(Conclusion.case_owner))


def readable_by(person: Person) -> sa.ColumnElement[bool]:
    """The condition under which a conclusion may be read by this person; for queries that join its circle."""
    sits = (
        sa.select(Seat.id)
        .where(Seat.circle_id == Conclusion.circle_id, Seat.person_id == person.id, Seat.left_at.is_(None))
        .correlate(Conclusion)
        .exists()
    )
    sat = (
        sa.select(Seat.id)
        .where(
            Seat.circle_id == Conclusion.circle_id,
            Seat.person_id == person.id,
            Seat.sat_at <= Conclusion.kept_at,
            Seat.left_at >= Conclusion.kept_at,
        )
        .correlate(Conclusion)
        .exists()
    )
    # Says nothing more than the rest, and lets the database begin at the person's own few circles.
    own = Conclusion.circle_id.in_(sa.select(Seat.circle_id).where(Seat.person_id == person.id))
    return sa.and_(own, sa.or_(sits, sa.and_(Circle.leavers_read, sat)))


def log_of(
    person: Person,
    *,
    circle: str | None = None,
    kind: str | None = None,
    theme: str | None = None,
    meeting: str | None = None,
    recorder: str | None = None,
    words: str = "",
    limit: int | None = None,
) -> list[Conclusion]:
    """What this person may read, the latest first; circle, theme, meeting and who recorded by their public ids.

    `words` are looked for in the opened texts: none are on disk.
    """
    readable = [Conclusion.deleted_at.is_(None), readable_by(person)]
    if circle:
        readable.append(Circle.public_id == circle)
    if theme:
        about = sa.select(Meeting.id).join(Meeting.theme).where(Theme.public_id == theme)
        readable.append(Conclusion.meeting_id.in_(about))
    if meeting:
        readable.append(Conclusion.meeting_id.in_(sa.select(Meeting.id).where(Meeting.public_id == meeting)))
    if recorder:
        wrote = sa.select(Person.id).where(Person.public_id == recorder)
        readable.append(Conclusion.recorder_id.in_(wrote))
    wanted = Words(words)
    if wanted:
        readable.append(Conclusion.id.in_(_that_may_hold(wanted, person, readable)))
    query = (
        sa.select(Conclusion)
        .join(Conclusion.circle)
        .join(Conclusion.meeting)
        .where(*readable)
        .options(
            contains_eager(Conclusion.circle),
            contains_eager(Conclusion.meeting)
            .joinedload(Meeting.theme_version)
            .load_only(ThemeVersion.title),
            *_SHOWN,
        )
        .order_by(Meeting.starts_at.desc(), Conclusion.id.desc())
        .limit(limit)
    )
    found = as_last_read(person, db.session.scalars(query).all())
    return [row for row in found if kind in {None, row.kind} and _hold(wanted, row.text, row.note)]


def latest_of(circle: Circle, *, limit: int) -> list[Conclusion]:
    """The last things a circle kept, the latest first; for somebody who sits in it and so may read everything."""
    return list(
        db.session.scalars(
            sa.select(Conclusion)
            .join(Conclusion.meeting)
            .where(Conclusion.circle_id == circle.id, Conclusion.deleted_at.is_(None))
            .options(contains_eager(Conclusion.meeting), *_SHOWN)
            .order_by(Meeting.starts_at.desc(), Conclusion.id.desc())
            .limit(limit)
        )
    )


def as_last_read(person: Person, found: Sequence[Conclusion]) -> list[Conclusion]:
    """The same conclusions, for who left as they stood then: what was written later is not theirs to read.

    Those rows are copies to show; the session does not know them any more.
    """
    left_at = _when_left(person) if found else {}
    late = {row.id: row for row in found if row.changed_at > left_at.get(row.circle_id, row.changed_at)}
    if late:
        versions = sa.select(ConclusionVersion).where(ConclusionVersion.conclusion_id.in_(late))
        for version in db.session.scalars(versions.order_by(ConclusionVersion.number)):
            row = late[version.conclusion_id]
            if version.written_at <= left_at[row.circle_id]:
                _put_back(row, version)
    return list(found)


def circles_in_log(person: Person) -> list[Circle]:
    """Circles this person sits or sat in, for choosing one."""
    return list(
        db.session.scalars(
            sa.select(Circle)
            .where(sa.exists().where(Seat.circle_id == Circle.id, Seat.person_id == person.id))
            .order_by(Circle.name)
        )
    )


def circles_with_charter(circle_ids: Sequence[int]) -> set[int]:
    """Those of these circles that wrote spelregels."""
    return set(
        db.session.scalars(
            sa.select(CharterVersion.circle_id).where(CharterVersion.circle_id.in_(circle_ids)).distinct()
        )
    )


def circles_sat_in(person: Person) -> set[int]:
    """Ids of the circles in which this person sits now, whose meetings they may open."""
    return set(
        db.session.scalars(
            sa.select(Seat.circle_id).where(Seat.person_id == person.id, Seat.left_at.is_(None))
        )
    )


def kept_at(meeting: Meeting) -> list[Conclusion]:
    """What was kept of one meeting, in order."""
    return list(
        db.session.scalars(
            sa.select(Conclusion)
            .where(Conclusion.meeting_id == meeting.id, Conclusion.deleted_at.is_(None))
            .options(*_SHOWN)
            .order_by(Conclusion.id)
        )
    )


def comes_first(meeting: Meeting) -> bool:
    """No meeting of this circle was before it, or is to be."""
    earlier = sa.select(Meeting.id).where(
        Meeting.circle_id == meeting.circle_id,
        Meeting.starts_at < meeting.starts_at,
        Meeting.state.in_(("planned", "begun", "held")),
    )
    return not db.session.scalar(sa.select(earlier.exists()))


def open_intentions(circle_ids: Sequence[int], *, owner: Person | None = None) -> list[Conclusion]:
    """Voornemens that come back until they are closed, the oldest first."""
    query = (
        sa.select(Conclusion)
        .join(Conclusion.circle)
        .where(
            Conclusion.circle_id.in_(circle_ids),
            Conclusion.kind == "intention",
            Conclusion.intention.in_(("open", "later")),
            Conclusion.deleted_at.is_(None),
        )
        .options(contains_eager(Conclusion.circle), *_SHOWN)
        .order_by(Conclusion.kept_at, Conclusion.id)
        .limit(20)
    )
    return list(db.session.scalars(query.where(Conclusion.owner_id == owner.id) if owner else query))


def earlier_versions(conclusion: Conclusion) -> list[ConclusionVersion]:
    """Texts as they were before this one, the latest first."""
    return list(
        db.session.scalars(
            sa.select(ConclusionVersion)
            .where(
                ConclusionVersion.conclusion_id == conclusion.id,
                ConclusionVersion.number < conclusion.version,
            )
            .options(joinedload(ConclusionVersion.author))
            .order_by(ConclusionVersion.number.desc())
        )
    )


def _that_may_hold(words: Words, person: Person, readable: Sequence[sa.ColumnElement[bool]]) -> list[int]:
    """Ids of conclusions with all these words; and of those that this person may read in an earlier version only.

    Opens bare columns: a long log has thousands of texts, and few of them are shown.
    """
    left_at = _when_left(person)
    columns = (
        Conclusion.id, Conclusion.organisation_id, Conclusion.public_id, Conclusion.circle_id,
        Conclusion.changed_at, Conclusion.text_sealed, Conclusion.note_sealed,
    )  # fmt: skip
    unseal = keyring().unseal
    found = []
    for row in db.session.execute(sa.select(*columns).join(Conclusion.circle).where(*readable)):
        to = f"{row.organisation_id}/conclusion/{row.public_id}"
        text = unseal(row.text_sealed, bound_to=f"{to}/text_sealed") if row.text_sealed else ""
        note = unseal(row.note_sealed, bound_to=f"{to}/note_sealed") if row.note_sealed else ""
        if _hold(words, text, note) or row.changed_at > left_at.get(row.circle_id, row.changed_at):
            found.append(row.id)
    return found


def _hold(words: Words, text: str, note: str) -> bool:
    return words.are_in(f"{text} {note}" if note else text)


def _when_left(person: Person) -> dict[int, datetime]:
    """For each circle in which this person has sat and sits no more: when they last left."""
    rows = db.session.execute(
        sa.select(Seat.circle_id, sa.func.max(Seat.left_at))
        .where(Seat.person_id == person.id)
        .group_by(Seat.circle_id)
        .having(sa.func.count(Seat.left_at) == sa.func.count())
    )
    return {circle_id: left_at for circle_id, left_at in rows if left_at}


def _put_back(row: Conclusion, version: ConclusionVersion) -> None:
    if row in db.session:
        db.session.expunge(row)
    row.kind, row.text, row.note = version.kind, version.text, version.note
    row.version = version.number
