"""The log as a page: by date, by theme, searched, and what it says when there is nothing."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from circles.themes import services as themes
from circles.themes.queries import ready_themes


def headings(page: str) -> list[str]:
    found = re.findall(r"<h2 id=\"m-[^>]*>(.*?)</h2>", page, re.S)
    return [re.sub(r"<[^>]+>", "", heading).strip() for heading in found]


def texts(page: str) -> list[str]:
    return re.findall(r"<blockquote.*?<p>(.*?)</p>", page, re.S)


@pytest.fixture
def two_themes(session, world, cast, now, keep):
    """Three meetings: a theme, no theme, and the same theme again."""
    themes.load_library(cast.linde, now)
    session.flush()
    version = ready_themes(cast.linde.id, "nl")[0]
    about = {"subject": "theme", "theme_id": version.theme_id, "theme_version_id": version.id}
    for days, values, text in ((90, about, "Eerst."), (60, {}, "Toen."), (30, about, "Later.")):
        meeting = world.meeting(cast.circle, now - timedelta(days=days), state="held", **values)
        keep(text, meeting=meeting)
    return version


def test_by_date_each_meeting_stands_apart_with_a_way_to_it(client_for, cast, two_themes):
    page = client_for(cast.bob).get("/logboek").text
    title = two_themes.title
    assert headings(page) == [title, "Een situatie uit de praktijk", title]
    assert texts(page) == ["Later.", "Toen.", "Eerst."]
    assert len(re.findall(r'<h2 id="m-[^>]*><a href="/bijeenkomst/', page)) == 3


def test_by_theme_each_theme_stands_once_and_what_had_none_comes_last(client_for, cast, two_themes):
    page = client_for(cast.bob).get("/logboek?per=thema").text
    assert headings(page) == [two_themes.title, "Eigen vragen en situaties"]
    assert texts(page) == ["Later.", "Eerst.", "Toen."]
    assert "30 januari 2027 · vastgelegd door Alice" in page


def test_changing_the_order_keeps_what_was_looked_for(client_for, cast, two_themes):
    page = client_for(cast.bob).get("/logboek?zoek=eerst&soort=insight").text
    assert texts(page) == ["Eerst."]
    assert "Eén gevonden." in page
    other = re.search(r'<a href="([^"]*per=thema[^"]*)"', page)[1].replace("&amp;", "&")
    assert texts(client_for(cast.bob).get(other).text) == ["Eerst."]


def test_what_was_not_found_says_so_and_shows_the_way_back(client_for, cast, two_themes):
    page = client_for(cast.bob).get("/logboek?zoek=eenhoorn").text
    assert texts(page) == []
    assert "Niets gevonden dat hierbij past." in page
    assert 'href="/logboek">Toon alles' in page


def test_an_empty_log_is_told_apart_from_having_no_circle(client_for, cast):
    for person, words in (
        (cast.bob, "Dat mag, het hoeft niet."),
        (cast.frank, "Je zit nog niet in een cirkel."),
    ):
        page = client_for(person).get("/logboek").text
        assert words in page
        assert 'role="search"' not in page


def test_who_left_reads_the_log_without_a_way_into_the_meetings(client_for, session, world, cast, now, keep):
    meeting = world.meeting(cast.circle, now - timedelta(days=60), state="held")
    keep("Van toen.", meeting=meeting, now=now - timedelta(days=60))
    assert f'href="/bijeenkomst/{meeting.public_id}"' in client_for(cast.bob).get("/logboek").text
    page = client_for(cast.eve).get("/logboek").text
    assert texts(page) == ["Van toen."]
    assert "/bijeenkomst/" not in page
