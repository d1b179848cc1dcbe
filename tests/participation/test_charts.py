"""Where bars go, and that the page draws one for each number of its table."""

from __future__ import annotations

import re

import pytest

from circles.participation import charts, services
from circles.participation.charts import Bar
from tests.participation.fixtures import CLOSED, SETTLED


def test_the_highest_bar_is_as_long_as_there_is_room_and_the_rest_in_proportion():
    chart = charts.bars([10, 20, None], width=452, thick=10, pitch=50)
    assert chart.rows == (Bar(28, 200.0, 10), Bar(78, 400.0, 20), Bar(128, None, None))
    assert (chart.longest, chart.height) == (400, 150)


@pytest.mark.parametrize("values", [[], [None], [0]])
def test_with_nothing_to_show_there_is_still_a_chart(values):
    chart = charts.bars(values)
    assert [bar.value for bar in chart.rows] == values
    assert all(bar.length in {None, 0.0} for bar in chart.rows)


def page_of(cast, client_for, time, session) -> str:
    time.to(SETTLED)
    services.make_release(cast.linde, CLOSED, SETTLED)
    return str(client_for(cast.olga).get("/organisatie/deelname").text)


@pytest.mark.parametrize("heading", ["sp", "lv"])
def test_circles_are_drawn_beside_their_table(linde, cast, client_for, time, session, heading):
    page = page_of(cast, client_for, time, session)
    part = re.search(rf'<section[^>]*aria-labelledby="{heading}">.*?</section>', page, re.S)[0]
    drawn = re.findall(r'font-weight="600">(\d+)</text>', part)
    assert drawn == re.findall(r"<td>(\d+)</td>", part) != []
    assert f'role="img" aria-labelledby="{heading}"' in part
    assert re.findall(r"<title>[^<]+: ongeveer (\d+) cirkels</title>", part) == drawn


def test_free_seats_and_waiting_are_said_with_a_question(linde, cast, client_for, time, session):
    page = page_of(cast, client_for, time, session)
    assert "zijn ongeveer 5 plekken vrij" in page
    assert "Minder dan 5 mensen wachten op een plek, of niemand: niet getoond." in page
    assert "Wie weet nog niet dat er een plek is?" in page
    assert "Wat hebben zij nodig om zelf een cirkel te beginnen?" in page
