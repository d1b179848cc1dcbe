"""What this slice keeps of one person, to take along. Marks go with the person; a theme they wrote stays, unsigned."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from circles.extensions import db
from circles.people.models import Person
from circles.themes.models import Preoccupation, Theme, ThemeVersion
from circles.themes.queries import questions_of
from circles.themes.services import TEXT_FIELDS


def own_data(person: Person) -> dict[str, Any]:
    """Themes marked as *dit houdt me bezig*, and texts of themes that this person wrote."""
    marks = db.session.execute(
        sa.select(Preoccupation, Theme)
        .join(Theme, Theme.id == Preoccupation.theme_id)
        .where(Preoccupation.person_id == person.id)
        .options(selectinload(Theme.versions))
        .order_by(Preoccupation.id)
    ).all()
    written = db.session.scalars(
        sa.select(ThemeVersion)
        .where(ThemeVersion.author_id == person.id)
        .options(joinedload(ThemeVersion.theme))
        .order_by(ThemeVersion.id)
    ).all()
    return {
        "on_my_mind": [
            {"theme": _title(theme, person.locale), "since": mark.since_at.isoformat()}
            for mark, theme in marks
        ],
        "themes_written": [_text(version) for version in written],
        "asked_of_the_hotspot": [
            {"text": row.text, "answer": row.answer, "at": row.asked_at.isoformat()}
            for row in questions_of(person)
        ],
    }


def _title(theme: Theme, language: str) -> str:
    published = [version for version in theme.versions if version.published_at]
    best = max(published, key=lambda row: (row.language == language, row.number), default=None)
    return best.title if best else ""


def _text(version: ThemeVersion) -> dict[str, Any]:
    about = {"language": version.language, "number": version.number, "at": version.written_at.isoformat()}
    return about | {name: getattr(version, name) for name in TEXT_FIELDS}
