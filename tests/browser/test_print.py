"""What people print: the participation figures on few pages, without menus and buttons."""

from __future__ import annotations

import re
from dataclasses import asdict

import pytest

from circles.participation import services
from tests.participation.fixtures import CLOSED, SETTLED
from tests.participation.test_same_everywhere import plain, words_of

MOST_PAGES = 4


def pages_of(pdf: bytes) -> int:
    """Number of pages in a PDF as Chromium writes it."""
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_the_participation_figures_print_on_four_pages(visit, linde, cast, session, time):
    time.to(SETTLED)
    services.make_release(linde, CLOSED, SETTLED)
    session.commit()
    page = visit(cast.olga, "/organisatie/deelname")
    assert 1 <= pages_of(page.pdf(format="A4")) <= MOST_PAGES
    page.emulate_media(media="print")
    assert not page.get_by_role("navigation").first.is_visible()
    assert page.get_by_role("img", name="Welke afdelingen ontmoeten elkaar?").first.is_visible()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_poster_is_one_side_of_a4(visit, cast, session, language):
    cast.ada.locale = language
    cast.linde.name = "Stichting voor Jeugd, Wijk en Zorg De Linde"  # takes two lines
    session.commit()
    page = visit(cast.ada, "/beheer/poster", language=language)
    assert pages_of(page.pdf(format="A4")) == 1
    page.emulate_media(media="print")
    assert page.locator(".poster img").is_visible()
    assert page.locator(".poster .adres").is_visible()
    assert not page.get_by_role("navigation").first.is_visible()


def test_what_is_printed_holds_the_numbers_of_the_release_and_no_other(visit, figures, cast):
    page = visit(cast.olga, "/organisatie/deelname")
    page.emulate_media(media="print")
    printed = page.locator("main").inner_text()
    released = set(plain(asdict(figures))) | words_of(figures)
    assert {int(digits) for digits in re.findall(r"\d+", printed)} - released == set()
    for group in figures.groups:
        assert f"{group.people} van {group.heads}" in printed
    shown = [str(pair.people) for pair in figures.pairs if pair.people is not None]
    squares = page.locator(".alleen-breed text[class*=-inkt]").all_text_contents()
    assert sorted(squares) == sorted(shown)
