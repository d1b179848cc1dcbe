"""Every page in Chromium: nothing for axe to find, no sideways scroll, no error in the console, in light and dark."""

from __future__ import annotations

import pytest

from tests.browser.conftest import WIDTHS, axe_findings, scrolls_sideways, tour


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing(visit, cast, world, width, language):
    findings = {}
    for tab, page in tour(visit, cast, world, width=width, language=language):
        found = axe_findings(tab)
        if scrolls_sideways(tab):
            found.append("scrolls sideways")
        if found:
            findings[page.url] = found
    assert findings == {}


def test_nothing_scrolls_sideways_on_the_smallest_screen(visit, cast, world):
    visits = tour(visit, cast, world, width=320)
    assert [page.url for tab, page in visits if scrolls_sideways(tab)] == []
