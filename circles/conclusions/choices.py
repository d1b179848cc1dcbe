"""What the log can be narrowed to: the themes, meetings and people that occur in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from circles.conclusions.models import Conclusion
from circles.conclusions.queries import readable_by
from circles.extensions import db
from circles.meetings.models import Meeting
from circles.membership.models import Circle
from circles.people.models import Person
from circles.themes.models import Theme, ThemeVersion


@dataclass(frozen=True)
class Choices:
    """Each by the id that addresses show."""

    themes: dict[str, str]  # title, in order of the alphabet
    meetings: dict[str, tuple[datetime, str]]  # when it began and of which circle, the latest first
    recorders: dict[str, str]  # name, in order of the alphabet


def choices_for(person: Person) -> Choices:
    """What occurs in the conclusions that this person may read. One query."""
    rows = db.session.execute(
        sa.select(
            Meeting.public_id.label("meeting"), Meeting.starts_at, Circle.name.label("circle"),
            Theme.public_id.label("theme"), ThemeVersion.title,
            Person.public_id.label("recorder"), Person.name,
        )
        .select_from(Conclusion)
        .join(Conclusion.circle)
        .join(Conclusion.meeting)
        .outerjoin(Meeting.theme)
        .outerjoin(Meeting.theme_version)
        .outerjoin(Conclusion.recorder)
        .where(Conclusion.deleted_at.is_(None), readable_by(person))
        .distinct()
        .order_by(Meeting.starts_at.desc())
    ).all()  # fmt: skip
    # Backwards, so that of a theme whose title changed the latest stays.
    themes = {row.theme: row.title for row in reversed(rows) if row.theme and row.title}
    return Choices(
        themes=_by_name(themes),
        meetings={row.meeting: (row.starts_at, row.circle) for row in rows},
        recorders=_by_name({row.recorder: row.name for row in rows if row.recorder}),
    )


def _by_name(names: dict[str, str]) -> dict[str, str]:
    return dict(sorted(names.items(), key=lambda item: item[1].casefold()))
