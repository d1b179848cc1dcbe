"""What people print: the participation figures on few pages, without menus and buttons."""

from __future__ import annotations

import re

from circles.participation import services
from tests.participation.conftest import CLOSED, SETTLED, linde  # noqa: F401  a fixture

MOST_PAGES = 4


def pages_of(pdf: bytes) -> int:
    """Number of pages in a PDF as Chromium writes it."""
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_the_participation_figures_print_on_four_pages(visit, linde, cast, session, time):  # noqa: F811
    time.to(SETTLED)
    services.make_release(linde, CLOSED, SETTLED)
    session.commit()
    page = visit(cast.olga, "/organisatie/deelname")
    assert 1 <= pages_of(page.pdf(format="A4")) <= MOST_PAGES
    page.emulate_media(media="print")
    assert not page.get_by_role("navigation").first.is_visible()
    assert page.get_by_role("img", name="Welke afdelingen ontmoeten elkaar?").first.is_visible()
