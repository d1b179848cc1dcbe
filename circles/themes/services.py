"""Loading the library, and curating what an organisation's circles are offered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from circles.database import EditedMeanwhile, lock
from circles.extensions import db
from circles.ids import new_public_id
from circles.membership.models import Circle
from circles.people.models import Organisation, Person
from circles.themes.errors import NothingToPublish, NotYetEnoughCurators, ShuttersClosed
from circles.themes.library import LibraryTheme, read_library
from circles.themes.models import HotspotNarrative, HotspotQuestion, Preoccupation, Theme, ThemeVersion
from circles.themes.queries import newest_version, open_hotspot, standing_narrative

CURATORS_TO_PUBLISH = 2
TEXT_FIELDS = (
    "title", "question", "why", "opening_questions", "preparation", "preparation_minutes", "work_form",
    "work_form_minutes", "steps", "when_stuck", "reading", "source",
)  # fmt: skip


def load_library(organisation: Organisation, now: datetime) -> int:
    """Brings the organisation's themes up to date with the library. Yields how many versions were added.

    A text is only touched where its latest version came from the library: what people edited stays theirs.
    """
    themes = {
        theme.library_key: theme
        for theme in db.session.scalars(
            sa.select(Theme)
            .where(Theme.organisation_id == organisation.id, Theme.library_key.is_not(None))
            .options(sa.orm.selectinload(Theme.versions))
        )
    }
    return sum(_load(organisation, themes.get(item.key), item, now) for item in read_library())


def begin_theme(organisation_id: int, now: datetime) -> Theme:
    """A theme of one's own, an idea without a text yet."""
    theme = Theme(organisation_id=organisation_id, stage="idea", elements="", made_at=now, versions=[])
    db.session.add(theme)
    db.session.flush()
    return theme


def write_draft(
    theme: Theme, author: Person, *, language: str, texts: Mapping[str, Any], based_on: int, now: datetime
) -> ThemeVersion:
    """Adds a version that only the hotspot sees. Raises EditedMeanwhile when `based_on` is not the newest number."""
    lock(theme)
    newest = newest_version(theme, language)
    if newest and newest.number != based_on:
        raise EditedMeanwhile(newest)
    version = ThemeVersion(
        theme=theme,
        language=language,
        number=(newest.number if newest else 0) + 1,
        origin="organisation",
        author_id=author.id,
        written_at=now,
        **{name: texts[name] for name in TEXT_FIELDS if name in texts},
    )
    if theme.stage == "idea":
        theme.stage = "in_dialogue"
    db.session.add(version)
    db.session.flush()
    return version


def publish(theme: Theme, hotspot: Circle, now: datetime) -> None:
    """Makes the newest versions those that circles see. Raises NotYetEnoughCurators or NothingToPublish."""
    if len(hotspot.open_seats) < CURATORS_TO_PUBLISH:
        raise NotYetEnoughCurators
    newest = [version for language in ("nl", "en") if (version := newest_version(theme, language))]
    drafts = [version for version in newest if version.published_at is None]
    if not drafts and theme.stage == "ready":
        raise NothingToPublish
    if not newest:
        raise NothingToPublish
    for version in drafts:
        version.published_at = now
    theme.stage = "ready"


def let_rest(theme: Theme) -> None:
    """No circle is offered it any more; who talked about it can still read it."""
    theme.stage = "rest"


def bring_back(theme: Theme) -> None:
    """A theme that rested is offered again."""
    if theme.stage == "rest":
        theme.stage = "ready"


def open_shutters(hotspot: Circle, now: datetime) -> None:
    """The hotspot says that it is ready to be found."""
    hotspot.shutters_open_at = hotspot.shutters_open_at or now


def ask_hotspot(
    person: Person, text: str, *, now: datetime, on_behalf_of: Circle | None = None
) -> HotspotQuestion:
    """A question to the hotspot; the circle is named only when the asker says so. Raises ShuttersClosed."""
    if open_hotspot(person.organisation_id) is None:
        raise ShuttersClosed
    question = HotspotQuestion(
        organisation_id=person.organisation_id,
        public_id=new_public_id(),
        asker_id=person.id,
        circle_id=on_behalf_of.id if on_behalf_of else None,
        asked_at=now,
    )
    question.text = text.strip()
    db.session.add(question)
    db.session.flush()
    return question


def answer_question(question: HotspotQuestion, person: Person, answer: str, *, now: datetime) -> None:
    """The hotspot's answer, for who asked alone. A later answer takes the place of an earlier one."""
    question.answer = answer.strip()
    question.answered_at, question.answered_by_id = now, person.id


def tell_narrative(person: Person, text: str, *, based_on: int, now: datetime) -> HotspotNarrative:
    """A new version of the hotspot's story; `based_on` is the number read, 0 for none. Raises EditedMeanwhile."""
    standing = standing_narrative(person.organisation_id)
    if (standing.number if standing else 0) != based_on:
        raise EditedMeanwhile(standing)
    told = HotspotNarrative(
        organisation_id=person.organisation_id,
        number=based_on + 1,
        author_id=person.id,
        written_at=now,
        text=text.strip(),
    )
    try:
        with db.session.begin_nested():
            db.session.add(told)
    except IntegrityError as error:
        raise EditedMeanwhile(standing_narrative(person.organisation_id)) from error  # at the same moment
    return told


def mark_preoccupation(person: Person, theme: Theme, *, on: bool, now: datetime) -> None:
    """*Dit houdt me bezig*, on or off. Doing it twice is doing it once."""
    mark = db.session.scalar(
        sa.select(Preoccupation).where(
            Preoccupation.person_id == person.id, Preoccupation.theme_id == theme.id
        )
    )
    if on and mark is None:
        db.session.add(Preoccupation(person_id=person.id, theme_id=theme.id, since_at=now))
    elif not on and mark is not None:
        db.session.delete(mark)


def _load(organisation: Organisation, theme: Theme | None, item: LibraryTheme, now: datetime) -> int:
    if theme is None:
        theme = Theme(
            organisation_id=organisation.id, library_key=item.key, stage=item.stage, made_at=now, versions=[]
        )
        db.session.add(theme)
    if all(version.origin == "library" for version in theme.versions):
        theme.elements, theme.team_only = " ".join(item.elements), item.team_only
    return sum(_load_text(theme, item, language, now) for language in item.texts)


def _load_text(theme: Theme, item: LibraryTheme, language: str, now: datetime) -> int:
    texts = _columns(item, language)
    newest = newest_version(theme, language)
    if newest and (newest.origin != "library" or all(getattr(newest, name) == texts[name] for name in texts)):
        return 0
    theme.versions.append(
        ThemeVersion(
            language=language,
            number=(newest.number if newest else 0) + 1,
            origin="library",
            written_at=now,
            published_at=now,
            **texts,
        )
    )
    return 1


def _columns(item: LibraryTheme, language: str) -> dict[str, Any]:
    text = asdict(item.texts[language])
    columns = {name: text[name] for name in TEXT_FIELDS if name in text}
    columns["opening_questions"], columns["reading"] = list(text["opening_questions"]), list(text["reading"])
    columns["steps"] = [{"minutes": step["minutes"], "text": step["text"]} for step in text["steps"]]
    columns["preparation_minutes"] = item.preparation_minutes
    columns["work_form_minutes"] = item.work_form_minutes
    return columns
