"""Every page in Chromium: nothing for axe to find in light and in dark, no sideways scroll, no error in the console."""

from __future__ import annotations

import pytest

from tests.browser.conftest import WIDTHS, axe_findings, scrolls_sideways
from tests.browser.situations import everything


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing(visit, app, cast, world, width, language):
    findings = {}
    for tab, place in everything(visit, app, cast, world, width=width, language=language):
        found = axe_findings(tab)
        if scrolls_sideways(tab):
            found.append("scrolls sideways")
        if found:
            findings[place] = found
    assert findings == {}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_nothing_scrolls_sideways_on_the_smallest_screen(visit, app, cast, world, language):
    seen = everything(visit, app, cast, world, width=320, language=language)
    assert [place for tab, place in seen if scrolls_sideways(tab)] == []
