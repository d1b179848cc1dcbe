"""Loading the library without touching what people edited, and curating in the hotspot."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from circles.database import EditedMeanwhile
from circles.themes import library, queries, services
from circles.themes.errors import NothingToPublish, NotYetEnoughCurators
from circles.themes.models import Theme, ThemeVersion

KEY = "wat-mag-er-van-zolder"


@pytest.fixture
def loaded(cast, session, now) -> Theme:
    services.load_library(cast.linde, now)
    session.commit()
    return session.scalars(sa.select(Theme).where(Theme.library_key == KEY)).one()


def titles(session, theme, language="nl") -> list[str]:
    rows = sa.select(ThemeVersion).where(ThemeVersion.theme_id == theme.id, ThemeVersion.language == language)
    return [version.title for version in session.scalars(rows.order_by(ThemeVersion.number))]


def test_every_theme_comes_in_both_languages(cast, session, now):
    added = services.load_library(cast.linde, now)
    assert added == 2 * len(library.read_library())
    for language in ("nl", "en"):
        versions = queries.ready_themes(cast.linde.id, language)
        assert {version.language for version in versions} == {language}


def test_loading_again_adds_nothing(cast, loaded, now):
    assert services.load_library(cast.linde, now) == 0


def test_a_changed_text_becomes_a_new_version(cast, session, loaded, now, monkeypatch):
    _change_library(monkeypatch, title="Wat mag er weg?")
    assert services.load_library(cast.linde, now) == 1
    assert titles(session, loaded) == ["Wat mag er van zolder?", "Wat mag er weg?"]


def test_what_people_edited_stays(cast, session, loaded, now, monkeypatch):
    services.write_draft(
        loaded, cast.hanna, language="nl", texts=_texts("Onze eigen zolder"), based_on=1, now=now
    )
    _change_library(monkeypatch, title="Wat mag er weg?")
    assert services.load_library(cast.linde, now) == 0
    assert titles(session, loaded) == ["Wat mag er van zolder?", "Onze eigen zolder"]


def test_a_draft_is_not_shown_to_circles_until_it_is_published(cast, world, session, loaded, now):
    services.write_draft(loaded, cast.hanna, language="nl", texts=_texts("Concept"), based_on=1, now=now)
    session.expire_all()
    assert queries.current_version(loaded, "nl").title == "Wat mag er van zolder?"
    world.seat(cast.hotspot, cast.frank, 2)
    session.expire_all()
    services.publish(loaded, cast.hotspot, now)
    assert queries.current_version(loaded, "nl").title == "Concept"


def test_publishing_takes_two_members(cast, loaded, now):
    services.write_draft(loaded, cast.hanna, language="nl", texts=_texts("Concept"), based_on=1, now=now)
    with pytest.raises(NotYetEnoughCurators):
        services.publish(loaded, cast.hotspot, now)


def test_publishing_nothing_new_says_so(cast, world, session, loaded, now):
    world.seat(cast.hotspot, cast.frank, 2)
    session.expire_all()
    with pytest.raises(NothingToPublish):
        services.publish(loaded, cast.hotspot, now)


def test_two_drafts_at_once_are_not_lost(cast, loaded, now):
    services.write_draft(loaded, cast.hanna, language="nl", texts=_texts("Van Hanna"), based_on=1, now=now)
    with pytest.raises(EditedMeanwhile) as meanwhile:
        services.write_draft(
            loaded, cast.frank, language="nl", texts=_texts("Van Frank"), based_on=1, now=now
        )
    assert meanwhile.value.current.title == "Van Hanna"


def test_marking_twice_is_marking_once(cast, session, loaded, now):
    for _ in range(2):
        services.mark_preoccupation(cast.bob, loaded, on=True, now=now)
        session.flush()
    services.mark_preoccupation(cast.carol, loaded, on=True, now=now)
    session.flush()
    assert queries.interests_of(cast.circle.id) == {loaded.id: 2}
    services.mark_preoccupation(cast.bob, loaded, on=False, now=now + timedelta(days=1))
    session.flush()
    assert queries.preoccupations_of(cast.bob.id) == set()


def _texts(title: str) -> dict[str, object]:
    return {
        "title": title,
        "question": "Wat doe jij?",
        "opening_questions": ["Wanneer?"],
        "preparation_minutes": 5,
    }


def _change_library(monkeypatch, title: str) -> None:
    changed = [
        replace(item, texts={**item.texts, "nl": replace(item.texts["nl"], title=title)})
        if item.key == KEY
        else item
        for item in library.read_library()
    ]
    monkeypatch.setattr(services, "read_library", lambda: changed)
