"""What the log keeps of one person: to take along, and to erase; and a whole log to take along."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import contains_eager, joinedload

from circles import formats
from circles.conclusions import queries
from circles.conclusions.models import Conclusion, ConclusionVersion
from circles.conclusions.services import settle_intention, wipe
from circles.extensions import db
from circles.meetings.models import Meeting
from circles.membership.models import Circle
from circles.people.models import Person


def own_data(person: Person) -> dict[str, Any]:
    """The words this person wrote in logs, as far as they may read those; and voornemens that are theirs."""
    return {
        "written_in_logs": [
            {
                "circle": found.circle.name,
                "meeting": found.meeting.starts_at.isoformat(),
                "kind": row.kind,
                "text": row.text,
                "note": row.note,
                "written": _written_at(row).isoformat(),
                "still_stands": row is found,
            }
            for found, row in own_words(person)
        ],
        "my_intentions": [
            {
                "circle": row.circle.name,
                "text": row.text if row.changed_by_id == person.id else None,  # else the words are another's
                "due": row.due_on.isoformat() if row.due_on else None,
                "state": row.intention,
            }
            for row in _readable(person, Conclusion.owner_id == person.id)
        ],
        "situations_of_mine": [
            {"circle": row.circle.name, "meeting": row.meeting.starts_at.isoformat(), "kind": row.kind}
            for row in _readable(person, Conclusion.case_owner_id == person.id)
        ],
    }


def own_words(person: Person) -> list[tuple[Conclusion, Conclusion | ConclusionVersion]]:
    """Each text this person wrote in a log they may read, by meeting: the conclusion, and the text as it was theirs.

    That text is the conclusion itself where nobody else wrote since.
    """
    standing = _readable(person, Conclusion.changed_by_id == person.id)
    versions = db.session.scalars(
        sa.select(ConclusionVersion)
        .join(ConclusionVersion.conclusion)
        .join(Conclusion.circle)
        .join(Conclusion.meeting)
        .where(
            ConclusionVersion.author_id == person.id,
            Conclusion.deleted_at.is_(None),
            queries.readable_by(person),
        )
        .options(
            contains_eager(ConclusionVersion.conclusion).options(
                contains_eager(Conclusion.circle), contains_eager(Conclusion.meeting)
            )
        )
    )
    found: list[tuple[Conclusion, Conclusion | ConclusionVersion]] = [(row, row) for row in standing]
    found += [(version.conclusion, version) for version in versions]
    return sorted(found, key=lambda pair: (pair[0].meeting.starts_at, pair[0].id, _written_at(pair[1])))


def words_as_markdown(person: Person, now: datetime) -> str:
    """What this person wrote in logs, by circle and meeting. Nobody else's words, and no names but those of circles."""
    blocks = ["# " + _("Wat ik schreef in logboeken"), formats.day(now, person.wall_zone)]
    changed = _("later gewijzigd")
    by_circle = sorted(own_words(person), key=lambda pair: (pair[0].circle.name, pair[0].circle_id))
    for (_id, name), in_circle in groupby(by_circle, lambda pair: (pair[0].circle_id, pair[0].circle.name)):
        blocks.append(f"## {name}")
        for at, rows in groupby(in_circle, lambda pair: pair[0].meeting.starts_at):
            blocks.append(f"### {formats.day(at, person.wall_zone)}")
            for found, row in rows:
                later = "" if row is found else f" ({changed})"
                blocks += [f"*{kind_words()[row.kind]}*{later}", row.text, *_noted(row.note)]
    return "\n\n".join(blocks) + "\n"


def log_as_markdown(circle: Circle, rows: Iterable[Conclusion], reader: Person, now: datetime) -> str:
    """The log of a circle, the latest meeting first, as those who sit there read it."""
    blocks = [
        "# " + _("Logboek van %(name)s", name=circle.name),
        formats.day(now, reader.wall_zone),
        "> " + _("Dit is van de mensen in de cirkel. Laat het nergens slingeren."),
    ]
    for meeting, kept in groupby(rows, lambda row: row.meeting):
        theme = f": {meeting.theme_version.title}" if meeting.theme_version else ""
        blocks.append(f"## {formats.day(meeting.starts_at, reader.wall_zone)}{theme}")
        for row in kept:
            blocks += [f"*{kind_words()[row.kind]}*", row.text, *_noted(row.note), _signature(row)]
    return "\n\n".join(blocks) + "\n"


def erase(person: Person, now: datetime) -> None:
    """Wipes what this person took back from their own situations, and lets their open voornemens go.

    What the circle keeps stays, without a name: the schema takes that away with the person's row.
    """
    withdrawn = sa.select(Conclusion.id).where(
        Conclusion.case_owner_id == person.id,
        Conclusion.deleted_by_id == person.id,
        Conclusion.deleted_at.is_not(None),
    )
    for conclusion_id in db.session.scalars(withdrawn).all():
        wipe(conclusion_id, now)
    mine = sa.select(Conclusion).where(
        Conclusion.owner_id == person.id,
        Conclusion.kind == "intention",
        Conclusion.intention.in_(("open", "later")),
    )
    for conclusion in db.session.scalars(mine).all():
        settle_intention(conclusion, "released", now)


def kind_words() -> dict[str, str]:
    """The kinds of conclusion in the reader's language."""
    return {
        "insight": _("inzicht"),
        "norm": _("dit vinden wij goed werk"),
        "intention": _("voornemen"),
        "question": _("open vraag"),
    }


def _readable(person: Person, mine: sa.ColumnElement[bool]) -> list[Conclusion]:
    return list(
        db.session.scalars(
            sa.select(Conclusion)
            .join(Conclusion.circle)
            .join(Conclusion.meeting)
            .where(mine, Conclusion.deleted_at.is_(None), queries.readable_by(person))
            .options(
                contains_eager(Conclusion.circle),
                contains_eager(Conclusion.meeting).joinedload(Meeting.theme_version),
                joinedload(Conclusion.owner),
            )
            .order_by(Conclusion.id)
        )
    )


def _written_at(row: Conclusion | ConclusionVersion) -> datetime:
    return row.changed_at if isinstance(row, Conclusion) else row.written_at


def _noted(note: str) -> list[str]:
    return [_("Toelichting") + ": " + note] if note else []


def _signature(row: Conclusion) -> str:
    if row.recorder:
        return str(_("vastgelegd door %(who)s", who=row.recorder.first_name))
    return str(_("vastgelegd door een oud-lid"))
