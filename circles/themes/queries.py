"""Reading themes: the version that stands, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, load_only

from circles.extensions import db
from circles.membership.models import Circle, Seat
from circles.people.models import Person
from circles.themes.models import HotspotNarrative, HotspotQuestion, Preoccupation, Theme, ThemeVersion
from circles.themes.rotation import ThemeInfo

_CHOOSING = (ThemeVersion.theme_id, ThemeVersion.language, ThemeVersion.number, ThemeVersion.title)


def ready_themes(organisation_id: int, language: str) -> list[ThemeVersion]:
    """The published version of each theme that is ready, by framework and title. One query."""
    return _standing(organisation_id, language, ("ready",), published=True)


def curated_themes(organisation_id: int, language: str) -> list[ThemeVersion]:
    """The newest version of each theme, drafts too, for the hotspot. One query."""
    return _standing(organisation_id, language, ("idea", "in_dialogue", "ready", "rest"), published=False)


def current_version(theme: Theme, language: str) -> ThemeVersion | None:
    """The published version that stands in this language, else in another; None while all are drafts."""
    published = [version for version in theme.versions if version.published_at]
    return _preferred(published, language)


def newest_version(theme: Theme, language: str) -> ThemeVersion | None:
    """The newest version in exactly this language, draft or not."""
    return max((v for v in theme.versions if v.language == language), key=lambda v: v.number, default=None)


def theme_infos(organisation_id: int, language: str) -> list[ThemeInfo]:
    """What choosing a theme needs to know of the ready ones. One query, without their texts."""
    return [
        ThemeInfo(
            id=version.theme_id,
            framework=version.theme.framework,
            elements=frozenset(version.theme.element_ids),
            team_only=version.theme.team_only,
            title=version.title,
        )
        for version in _standing(organisation_id, language, ("ready",), published=True, only=_CHOOSING)
    ]


def interests_of(circle_id: int) -> dict[int, int]:
    """How many seated members marked each theme *dit houdt me bezig*."""
    rows = db.session.execute(
        sa.select(Preoccupation.theme_id, sa.func.count())
        .join(Seat, Seat.person_id == Preoccupation.person_id)
        .where(Seat.circle_id == circle_id, Seat.left_at.is_(None))
        .group_by(Preoccupation.theme_id)
    )
    return {theme_id: int(count) for theme_id, count in rows}


def preoccupations_of(person_id: int) -> set[int]:
    """Ids of the themes this person marked."""
    return set(
        db.session.scalars(sa.select(Preoccupation.theme_id).where(Preoccupation.person_id == person_id))
    )


def open_hotspot(organisation_id: int) -> Circle | None:
    """The hotspot of an organisation once it has opened its shutters, else None."""
    return db.session.scalar(
        sa.select(Circle).where(
            Circle.organisation_id == organisation_id,
            Circle.kind == "hotspot",
            Circle.stage != "ended",
            Circle.shutters_open_at.is_not(None),
        )
    )


def questions_to(organisation_id: int) -> list[HotspotQuestion]:
    """What was asked of the hotspot, unanswered first, then the latest; the last fifty."""
    return list(
        db.session.scalars(
            sa.select(HotspotQuestion)
            .where(HotspotQuestion.organisation_id == organisation_id)
            .options(sa.orm.joinedload(HotspotQuestion.circle))
            .order_by(HotspotQuestion.answered_at.is_not(None), HotspotQuestion.id.desc())
            .limit(50)
        )
    )


def questions_of(person: Person) -> list[HotspotQuestion]:
    """What this person asked, the latest first."""
    return list(
        db.session.scalars(
            sa.select(HotspotQuestion)
            .where(HotspotQuestion.asker_id == person.id)
            .order_by(HotspotQuestion.id.desc())
        )
    )


def standing_narrative(organisation_id: int) -> HotspotNarrative | None:
    """The hotspot's story as it stands; None while it told none."""
    return db.session.scalar(
        sa.select(HotspotNarrative)
        .where(HotspotNarrative.organisation_id == organisation_id)
        .order_by(HotspotNarrative.number.desc())
        .limit(1)
    )


def _standing(
    organisation_id: int,
    language: str,
    stages: tuple[str, ...],
    *,
    published: bool,
    only: Sequence[InstrumentedAttribute[Any]] = (),
) -> list[ThemeVersion]:
    numbered = sa.select(
        ThemeVersion.theme_id, ThemeVersion.language, sa.func.max(ThemeVersion.number).label("number")
    ).group_by(ThemeVersion.theme_id, ThemeVersion.language)
    if published:
        numbered = numbered.where(ThemeVersion.published_at.is_not(None))
    latest = numbered.subquery()
    versions = db.session.scalars(
        sa.select(ThemeVersion)
        .join(
            latest,
            sa.and_(
                latest.c.theme_id == ThemeVersion.theme_id,
                latest.c.language == ThemeVersion.language,
                latest.c.number == ThemeVersion.number,
            ),
        )
        .join(ThemeVersion.theme)
        .options(sa.orm.contains_eager(ThemeVersion.theme), *([load_only(*only)] if only else []))
        .where(Theme.organisation_id == organisation_id, Theme.stage.in_(stages))
    )
    by_theme: dict[int, list[ThemeVersion]] = {}
    for row in versions:
        by_theme.setdefault(row.theme_id, []).append(row)
    chosen = [version for rows in by_theme.values() if (version := _preferred(rows, language))]
    return sorted(
        chosen, key=lambda version: (version.theme.framework or "~", version.title.casefold(), version.id)
    )


def _preferred(versions: Iterable[ThemeVersion], language: str) -> ThemeVersion | None:
    return max(versions, key=lambda version: (version.language == language, version.number), default=None)
