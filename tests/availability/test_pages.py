"""The table of half hours: ticks that work with a keyboard, kept or handed back."""

from __future__ import annotations

import re
from html import unescape

import pytest
import sqlalchemy as sa

from circles.availability.free import unpack
from circles.availability.models import WeeklyHours
from circles.availability.queries import hours_of
from circles.availability.services import say_hours
from tests.conftest import StrictClient

DAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag")
MONDAY_8, FRIDAY_2030 = "16", str(4 * 48 + 41)


@pytest.fixture
def browser(client_for, cast) -> StrictClient:
    """Bob's."""
    return client_for(cast.bob)


def boxes(page: str) -> list[str]:
    """The tag of each half hour, in order of reading."""
    return re.findall(r'<input[^>]*name="uur"[^>]*>', page)


def ticked(page: str) -> list[str]:
    """The half hours that are ticked."""
    return [re.search(r'value="([^"]*)"', tag)[1] for tag in boxes(page) if tag.endswith(" checked>")]


def free(session, person) -> list[int] | None:
    """The half hours kept for a person, None when nothing is."""
    session.expire_all()
    week = hours_of([person.id]).get(person.id)
    return None if week is None else unpack(week)


def test_each_half_hour_is_a_checkbox_that_says_its_day_and_time(browser):
    page = browser.get("/ik/uren").text
    tags = boxes(page)
    labels = [unescape(re.search(r'aria-label="([^"]*)"', tag)[1]) for tag in tags]
    wanted = [
        f"{day} {half // 2:02}.{half % 2 * 30:02}" for half in range(8 * 2, 21 * 2) for day in DAYS
    ]  # 8.00 to 21.00
    assert labels == wanted
    assert all('type="checkbox"' in tag and "tabindex" not in tag and "disabled" not in tag for tag in tags)
    assert [re.search(r'value="(\d+)"', tag)[1] for tag in (tags[0], tags[-1])] == [MONDAY_8, FRIDAY_2030]
    assert len(re.findall(r'<th scope="row">', page)) == 26
    assert re.findall(r'<th scope="col"><abbr title="(\w+)">', page) == list(DAYS)


def test_the_table_that_scrolls_can_be_reached_and_has_a_name(browser):
    assert re.search(
        r'class="scroll" tabindex="0" role="region" aria-label="[^"]+"', browser.get("/ik/uren").text
    )


def test_nothing_is_ticked_until_somebody_says_so(browser, session, cast):
    assert ticked(browser.get("/ik/uren").text) == []
    assert free(session, cast.bob) is None


def test_ticks_are_kept_changed_and_taken_away(browser, session, cast, time):
    answer = browser.post("/ik/uren", data={"uur": [MONDAY_8, "17", FRIDAY_2030]})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/ik/uren")
    assert free(session, cast.bob) == [16, 17, 233]
    assert ticked(browser.get("/ik/uren").text) == ["16", "17", "233"]
    later = time.forward(hours=1)
    browser.post("/ik/uren", data={"uur": "17"})
    assert free(session, cast.bob) == [17]
    assert session.scalars(sa.select(WeeklyHours.changed_at)).all() == [later]
    browser.post("/ik/uren", data={})
    assert free(session, cast.bob) == []  # said: never; that differs from not having said anything


def test_saying_it_twice_is_saying_it_once(browser, session, cast):
    browser.post("/ik/uren", data={"uur": ["17", "17"]})
    assert free(session, cast.bob) == [17]


@pytest.mark.parametrize("wrong", ["336", "-1", "dinsdag", "", "1.5", "9" * 5000, "\x00"])
def test_what_is_no_half_hour_changes_nothing_and_loses_no_tick(browser, session, cast, now, wrong):
    say_hours(cast.bob, [40], now)
    answer = browser.post("/ik/uren", data={"uur": [MONDAY_8, wrong, FRIDAY_2030]})
    assert answer.status_code == 422
    assert "Dat lukte niet: kies halve uren uit de tabel." in answer.text
    assert ticked(answer.text) == [MONDAY_8, FRIDAY_2030]
    assert free(session, cast.bob) == [40]


def test_hours_are_of_the_person_alone(client_for, browser, session, cast, now):
    say_hours(cast.carol, [20], now)
    browser.post("/ik/uren", data={"uur": MONDAY_8, "person": cast.carol.public_id})
    assert ticked(browser.get("/ik/uren").text) == [MONDAY_8]
    assert (free(session, cast.bob), free(session, cast.carol)) == ([16], [20])


def test_in_english_the_days_are_english(browser, cast):
    cast.bob.locale = "en"
    page = browser.get("/ik/uren").text
    assert re.findall(r'<abbr title="(\w+)">', page) == [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
    ]
    assert 'aria-label="Monday 08:00"' in page
