"""A real Chromium against the app on a real server, at the width of a phone and of a laptop."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from werkzeug.serving import make_server

from circles.extensions import db
from circles.people.models import Person
from tests.conftest import missing
from tests.factories import Cast, World
from tests.pages import Page as Visit
from tests.pages import pages

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

WIDTHS = (390, 1280)
AXE = Path(__file__).parents[1] / "vendor" / "axe.min.js"
RULES_ON_COLOUR = ["color-contrast", "link-in-text-block"]
# Answers that are no page to look at.
DOWNLOADS = {
    "mail.healthz", "meetings.feed", "meetings.calendar_file", "people.enter", "participation.file",
    "mydata.take_json", "mydata.take_markdown",
}  # fmt: skip
# Without these Chromium calls home at every start; with them a run makes no request but to the app.
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """SQLite alone: what a browser sees of these pages, the same tests over HTTP see on both databases."""
    return f"sqlite:///{tmp_path_factory.mktemp('db') / 'circles.db'}"


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What drives browsers, started once."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """The system's Chromium, started once."""
    browser = launch(playwright)
    yield browser
    browser.close()


def launch(playwright: Playwright, *arguments: str) -> Browser:
    """The system's Chromium with these arguments beside the usual ones."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        missing("Chromium")
    return playwright.chromium.launch(executable_path=path, args=[*QUIET, *arguments])


@pytest.fixture
def server(app: Flask) -> Iterator[str]:
    """The app on a port of its own; yields its address."""
    server = make_server("localhost", 0, _read_whole(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def _read_whole(app: Flask) -> WSGIApplication:
    """Closes each answer before it is sent: werkzeug leaves a file open when a browser breaks off a request."""

    def serve(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        with closing(app(environ, start_response)) as answer:
            return list(answer)

    return serve


@pytest.fixture
def visit(chromium: Browser, server: str, app: Flask) -> Iterator[Callable[..., Page]]:
    """Opens a page as somebody: `visit(alice, "/", width=390)`. Any error in the console fails the test."""
    contexts, troubles = [], []

    def open_page(
        person: Person | None, path: str, *, width: int = 1280, language: str = "nl", **options: Any
    ) -> Page:
        viewport = {"width": width, "height": 900}
        context = chromium.new_context(
            viewport=viewport,
            base_url=server,
            locale={"nl": "nl-NL", "en": "en-GB"}[language],
            reduced_motion="reduce",
            **options,
        )
        contexts.append(context)
        if person is not None:
            context.add_cookies([_session_cookie(app, person, server)])
        page = context.new_page()
        page.add_init_script(path=AXE)
        page.on("console", lambda message: message.type == "error" and troubles.append(message.text))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    # A form that comes back with 422 or 409 is said so in the console by Chromium itself.
    assert [text for text in troubles if "status of 4" not in text] == []


def _session_cookie(app: Flask, person: Person, server: str) -> Any:
    client = app.test_client().sign_in(person)
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    return {"name": cookie.key, "value": cookie.value, "url": server}


def tour(
    visit: Callable[..., Page], cast: Cast, world: World, *, width: int, language: str = "nl", **options: Any
) -> Iterator[tuple[Page, Visit]]:
    """Each page in turn, in one tab for each person. Light and dark by turns."""
    visits = [page for page in pages(cast, world) if page.endpoint not in DOWNLOADS and page.status != 204]
    for page in visits:
        if page.person:
            page.person.locale = language
    db.session.commit()
    tabs: dict[Person | None, Page] = {}
    for number, page in enumerate(visits):
        tab = tabs.get(page.person)
        if tab is None:
            tab = tabs[page.person] = visit(page.person, page.url, width=width, language=language, **options)
        tab.emulate_media(color_scheme="dark" if number % 2 else "light")
        tab.goto(page.url)
        yield tab, page


def axe_findings(page: Page) -> list[str]:
    """What axe finds wrong by WCAG 2.2 AA and best practices, in light and in dark: rule and place."""
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = _run_axe(page, {"type": "tag", "values": tags})
    # The same page in the other scheme: only what depends on colour can differ.
    was_dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    page.emulate_media(color_scheme="light" if was_dark else "dark")
    return [*found, *_run_axe(page, {"type": "rule", "values": RULES_ON_COLOUR})]


def _run_axe(page: Page, which: dict[str, Any]) -> list[str]:
    found = page.evaluate("which => axe.run({runOnly: which, resultTypes: ['violations']})", which)
    scheme = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'")
    return [
        f"{item['id']} ({scheme}): {node['html'][:160]}"
        for item in found["violations"]
        for node in item["nodes"]
    ]


def scrolls_sideways(page: Page) -> bool:
    """Whether the page is wider than the screen."""
    return bool(
        page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1")
    )


@pytest.fixture(scope="session", autouse=True)
def _no_download() -> None:
    os.environ.setdefault("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
