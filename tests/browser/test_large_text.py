"""Text at twice its size, as people set it in their browser: nothing scrolls sideways."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright

from tests.browser.conftest import launch, scrolls_sideways
from tests.browser.situations import everything


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """A Chromium in which 1 rem is 32 pixels instead of 16."""
    browser = launch(playwright, "--blink-settings=defaultFontSize=32")
    yield browser
    browser.close()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_nothing_scrolls_sideways_at_twice_the_text(visit, app, cast, world, language):
    wide = []
    for tab, place in everything(visit, app, cast, world, width=390, language=language):
        assert tab.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") >= 32
        if scrolls_sideways(tab):
            wide.append(place)
    assert "\n".join(wide) == ""
