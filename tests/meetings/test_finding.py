"""Circles that want to be found: what everybody of the organisation may know of them."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from circles.meetings.cadence import Rhythm
from circles.meetings.services import planning
from circles.meetings.views.words import where_words

FOUR_WEEKLY = Rhythm(
    pattern="weekly", interval=4, weekday=3, nth=None, starts_local=time(14, 0), length=timedelta(minutes=90),
    zone="Europe/Amsterdam", anchor_on=date(2027, 3, 1),
)  # fmt: skip


@pytest.fixture
def page(client_for, cast):
    """What Dan sees of the circle of the cast."""
    cast.circle.findable = True

    def page() -> str:
        text = client_for(cast.dan).get("/cirkels/zoeken").text
        return " ".join(text.partition("Vakcirkel Jeugdhulp")[2].partition("</article>")[0].split())

    return page


def test_it_says_when_by_the_rhythm_and_the_next_date(page, cast, world, now):
    assert "eerstvolgende keer" not in page()
    world.meeting(cast.circle, now - timedelta(days=3), state="held")
    world.meeting(cast.circle, now + timedelta(days=20))
    world.meeting(cast.circle, now + timedelta(days=10))
    world.meeting(cast.circle, now + timedelta(days=4), state="skipped")
    assert "eerstvolgende keer donderdag 11 maart" in page()
    planning.set_rhythm(cast.circle, cast.bob, FOUR_WEEKLY, now)
    assert "Elke 4 weken op donderdag, 14.00" in page()


def test_it_says_where_but_never_gives_the_link_to_the_meeting(page, cast):
    cast.circle.place = "De Ark, kamer 2"
    assert "De Ark, kamer 2" in page()
    cast.circle.place = "https://bellen.example/geheim"
    assert ("online" in page(), "bellen.example" in page()) == (True, False)


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        ("Kamer 4.12/4.13", "Kamer 4.12/4.13"),
        ("Teampost St. Jan", "Teampost St. Jan"),
        ("Zoom: HTTPS://zoom.example/j/1", "online"),
        ("meet.example.com/abc-def", "online"),
        ("www.bellen.example", "online"),
    ],
)
def test_a_link_is_a_link_however_it_is_written(app, place, shown):
    with app.test_request_context(headers={"Accept-Language": "nl"}):
        assert where_words(place) == shown


def test_it_says_who_is_missing_beginning_with_ones_own_department(page, cast, world):
    names = ("Advies", "Beleid", "Dagbesteding", "Financiën", "Gebouwen", "Wijkteams", "Zorg")
    rows = {name: world.department(cast.linde, name) for name in names}
    world.department(cast.anker, "Van een ander huis")
    cast.alice.department, cast.bob.department, cast.dan.department = (
        rows["Zorg"], rows["Beleid"], rows["Wijkteams"],
    )  # fmt: skip
    shown = page()
    assert "Mensen van: Beleid, Zorg<" in shown
    assert "Nog niemand van: Wijkteams, Advies, Dagbesteding, Financiën, Gebouwen<" in shown
    world.department(cast.linde, "Vervoer")
    world.department(cast.linde, "Keuken")
    assert "Wijkteams, Advies, Dagbesteding, Financiën, Gebouwen, en nog 2 afdelingen<" in page()
    cast.carol.department = rows["Wijkteams"]
    assert "Nog niemand van: Advies, Dagbesteding, Financiën, Gebouwen, Keuken, en nog" in page()


def test_nobody_is_named(page, cast):
    shown = page()
    assert "5 plekken vrij" in shown
    assert [p.first_name for p in (cast.alice, cast.bob, cast.carol) if p.first_name in shown] == []
