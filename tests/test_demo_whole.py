"""The demo at its full size: what it is said to hold is there, and each account that is printed gets in."""

from __future__ import annotations

import contextvars
from collections import Counter

import pytest
import sqlalchemy as sa

from circles import clock, demo
from circles.demo.cast import CAST
from circles.extensions import db, migrations
from circles.membership.models import Circle
from circles.participation.models import ParticipationRelease
from circles.people.models import Department, HeadCount, Organisation, Person, Profession
from circles.themes.models import Theme
from tests.conftest import NOW, make_app, settings

LINDE, ANKER = "delinde", "hetanker"
SIGNED_IN_TO = {
    "alice": "/",
    "olga": "/organisatie",
    "ada": "/beheer",
    "hanna": "/hotspot",
    "xenia": "/organisatie",
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The demo as `make run` loads it. It is only looked at."""
    app = make_app(settings(tmp_path_factory.mktemp("whole"), demo=True))
    with app.app_context(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: NOW)
        migrations.upgrade()
        assert demo.load(NOW)
        db.session.commit()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def inside(whole):
    """In the context of the loaded demo."""
    with whole.app_context():
        yield whole


def count(model, slug: str) -> int:
    """How many of these belong to an organisation."""
    belonging = (
        sa.select(sa.func.count())
        .select_from(model)
        .join(Organisation, Organisation.id == model.organisation_id)
    )
    return int(db.session.scalar(belonging.where(Organisation.slug == slug)) or 0)


def test_it_has_the_size_that_is_told(inside):
    assert {slug: count(Person, slug) for slug in (LINDE, ANKER)} == {LINDE: 240, ANKER: 40}
    assert (count(Department, LINDE), count(Profession, LINDE), count(Circle, LINDE)) == (9, 6, 26)
    assert {slug: count(ParticipationRelease, slug) for slug in (LINDE, ANKER)} == {LINDE: 5, ANKER: 5}


def test_every_department_has_a_number_of_heads_for_each_quarter(inside):
    counted = Counter(db.session.scalars(sa.select(HeadCount.department_id)))
    assert set(counted) == set(db.session.scalars(sa.select(Department.id)))
    assert min(counted.values()) >= 5


def test_circles_are_in_each_stage_that_a_circle_comes_to(inside):
    stages = set(
        db.session.scalars(sa.select(Circle.stage).join(Organisation).where(Organisation.slug == LINDE))
    )
    assert stages == {"forming", "active", "resting", "ended"}


def test_the_hotspot_has_something_of_its_own_in_each_stage(inside):
    themes = db.session.scalars(sa.select(Theme).join(Organisation).where(Organisation.slug == LINDE)).all()
    assert {theme.stage for theme in themes} == {"in_dialogue", "ready", "rest"}
    assert {theme.stage for theme in themes if theme.library_key is None} == {"in_dialogue", "ready"}


def test_the_workbench_shows_a_draft_and_a_theme_that_rests(whole):
    page = contextvars.Context().run(sign_in(whole, "hanna@delinde.example").get, "/hotspot").text
    assert "Wie mag hier twijfelen?" in page
    for stage in ("in_dialogue", "ready", "rest"):
        assert f'id="fase-{stage}"' in page


def sign_in(app, email: str):
    """A browser in which that person came in with the password of the demo."""
    browser, outside = app.test_client(), contextvars.Context()
    outside.run(browser.post, "/inloggen", data={"email": email})
    answer = outside.run(browser.post, "/inloggen", data={"password": demo.PASSWORD})
    assert (answer.status_code, answer.headers.get("Location")) == (303, "/"), email
    return browser


@pytest.mark.parametrize("role", CAST, ids=lambda role: role.key)
def test_each_printed_account_gets_in(whole, role):
    assert role.email in demo.sign_in_table()
    browser = sign_in(whole, role.email)
    answer = contextvars.Context().run(browser.get, SIGNED_IN_TO.get(role.key, "/"))
    assert answer.status_code == 200
    assert role.name in answer.text
