"""What no address alone leads to: a step of signing in, two who edit at once, an answer that went wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, abort
from playwright.sync_api import Page

from circles import clock
from circles.conclusions import services as conclusions
from circles.conclusions.models import Conclusion
from circles.extensions import db
from circles.policy import allow, anyone
from tests.browser.conftest import tour
from tests.factories import Cast, World


def everything(
    visit: Callable[..., Page], app: Flask, cast: Cast, world: World, *, width: int, language: str = "nl"
) -> Iterator[tuple[Page, str]]:
    """Each page, and then each of these situations, with its address."""
    for tab, page in tour(visit, cast, world, width=width, language=language):
        yield tab, page.url
    yield from situations(visit, app, cast, width=width, language=language)


def situations(visit: Callable[..., Page], app: Flask, cast: Cast, **how: Any) -> Iterator[tuple[Page, str]]:
    """Each in its own tab, after `tour` made what there is to see."""
    yield _the_code(visit, cast, **how), "/inloggen, the code"
    yield _two_who_edit(visit, cast, **how), "/conclusie/…/wijzigen, 409"
    for code in (403, 500):
        for person in (None, cast.bob):
            yield (
                _gone_wrong(visit, app, code, person, **how),
                f"{code}, {person.name if person else 'nobody'}",
            )


def _the_code(visit: Callable[..., Page], cast: Cast, **how: Any) -> Page:
    tab = visit(None, "/inloggen", **how)
    tab.locator("input[name=email]").fill(cast.bob.email)
    with tab.expect_navigation():
        tab.locator("main form button").first.click()
    assert tab.locator("input[name=code]").is_visible()
    return tab


def _two_who_edit(visit: Callable[..., Page], cast: Cast, **how: Any) -> Page:
    kept = db.session.scalars(sa.select(Conclusion).order_by(Conclusion.id)).first()
    assert kept is not None
    tab = visit(cast.bob, f"/conclusie/{kept.public_id}/wijzigen", **how)
    conclusions.edit(
        kept, cast.alice, kind=kept.kind, text="Alice schreef dit.", note="", based_on=kept.version,
        now=clock.now(),
    )  # fmt: skip
    db.session.commit()
    tab.locator("textarea[name=text]").fill("Bob schreef dat.")
    with tab.expect_navigation():
        tab.locator("main form button:not([type=button])").first.click()
    assert tab.get_by_text("Alice schreef dit.").first.is_visible()
    return tab


def _gone_wrong(visit: Callable[..., Page], app: Flask, code: int, person: Any, **how: Any) -> Page:
    """The help page as it would answer if it failed. As a good answer, or Chromium itself would complain."""
    tab = visit(person, "/toegankelijkheid", **how)
    tab.route("**/help", lambda route: route.fulfill(response=route.fetch(), status=200))
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(app.view_functions, "web.help", allow(anyone)(lambda: abort(code)))
        tab.goto("/help")
    assert tab.locator("h1").is_visible()
    return tab
