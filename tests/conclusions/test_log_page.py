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


def options(page: str, name: str) -> dict[str, str]:
    """What a list to choose from offers: the value of each, by its words."""
    found = re.search(rf'<select id="{name}".*?</select>', page, re.S)
    pairs = re.findall(r'<option value="([^"]+)"[^>]*>([^<]*)<', found[0]) if found else []
    return {words.strip(): value for value, words in pairs}


def test_the_log_is_narrowed_to_a_theme_a_meeting_or_who_recorded(
    client_for, cast, two_themes, keep, meetings
):
    keep("Van Carol.", person=cast.carol)
    bob = client_for(cast.bob)
    page = bob.get("/logboek").text
    themes, whens, people = (options(page, name) for name in ("thema", "keer", "wie"))
    assert list(themes) == [two_themes.title]
    assert list(whens) == ["8 februari 2027", "30 januari 2027", "31 december 2026", "1 december 2026"]
    assert list(people) == ["Alice Aalders", "Carol Cuypers"]
    for query, found in (
        ({"thema": themes[two_themes.title]}, ["Later.", "Eerst."]),
        ({"keer": whens["31 december 2026"]}, ["Toen."]),
        ({"wie": people["Carol Cuypers"]}, ["Van Carol."]),
        ({"wie": people["Alice Aalders"], "thema": themes[two_themes.title], "zoek": "eerste"}, ["Eerst."]),
        ({"wie": cast.dan.public_id}, []),
    ):
        assert texts(bob.get("/logboek", query_string=query).text) == found


def test_nothing_is_offered_that_one_may_not_read(client_for, session, world, cast, now, keep):
    before = world.meeting(cast.circle, now - timedelta(days=60), state="held")
    keep("Van toen.", meeting=before, now=now - timedelta(days=60))
    after = world.meeting(cast.circle, now - timedelta(days=10), state="held")
    keep("Van daarna.", person=cast.carol, meeting=after, now=now - timedelta(days=10))
    offered = {name: options(client_for(cast.bob).get("/logboek").text, name) for name in ("keer", "wie")}
    assert [len(found) for found in offered.values()] == [2, 2]
    page = client_for(cast.eve).get("/logboek").text
    assert list(options(page, "keer")) == ["31 december 2026"]
    assert list(options(page, "wie")) == ["Alice Aalders"]
    assert texts(client_for(cast.eve).get(f"/logboek?wie={cast.carol.public_id}").text) == []
