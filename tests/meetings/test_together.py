"""When members can meet, on the pages where a time is chosen: half hours common to them, never whose."""

from __future__ import annotations

import re

import pytest

from circles.availability.services import say_hours

MONDAY_9, TUESDAY_14 = 18, 48 + 28
PAGES = ("verzetten", "bijeenkomsten", "ritme")


@pytest.fixture(params=PAGES)
def url(request, session, cast, meeting) -> str:
    """Each page on which a time is chosen."""
    session.commit()
    where = (
        f"/bijeenkomst/{meeting.public_id}"
        if request.param == "verzetten"
        else f"/cirkel/{cast.circle.public_id}"
    )
    return f"{where}/{request.param}"


def says(person, now, *starts: int) -> None:
    """The person can for two hours from each of these half hours."""
    say_hours(person, [start + step for start in starts for step in range(4)], now)


def section(browser, url: str) -> str:
    page = browser.get(url).text
    found = re.search(r'<section class="mededeling" aria-labelledby="samen">.*?</section>', page, re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


def test_what_all_share_is_shown(client_for, cast, now, url):
    says(cast.alice, now, MONDAY_9, TUESDAY_14)
    says(cast.bob, now, TUESDAY_14)
    says(cast.carol, now, MONDAY_9, TUESDAY_14 + 1)
    said = section(client_for(cast.bob), url)
    assert "Alle 3 die hun uren invulden, kunnen dan: dinsdag 14.30 – 16.00" in said
    assert "maandag" not in said


def test_else_what_most_share(client_for, world, session, cast, now, url):
    world.seat(cast.circle, cast.frank, 5)
    for person in (cast.alice, cast.bob, cast.carol):
        says(person, now, MONDAY_9)
    says(cast.frank, now, TUESDAY_14)
    session.refresh(cast.circle)
    assert "3 van de 4 die hun uren invulden, kunnen dan: maandag 09.00 – 11.00" in section(
        client_for(cast.bob), url
    )


def test_of_two_nothing_is_shown(client_for, cast, now, url):
    bob = client_for(cast.bob)
    for person in (cast.alice, cast.bob):
        says(person, now, MONDAY_9)
        said = section(bob, url)
        assert "Vullen drie of meer van jullie hun uren in" in said
        assert "maandag" not in said
    says(cast.carol, now, MONDAY_9)
    assert "maandag 09.00 – 11.00" in section(bob, url)


def test_that_nothing_suits_is_said(client_for, cast, now, url):
    says(cast.alice, now, MONDAY_9)
    says(cast.bob, now, MONDAY_9)
    says(cast.carol, now, TUESDAY_14)
    assert "geen moment waarop genoeg van jullie samen kunnen" in section(client_for(cast.bob), url)


def test_hours_are_told_on_the_clock_of_the_circle(client_for, cast, now, url):
    for person in (cast.alice, cast.carol):
        says(person, now, TUESDAY_14 + 2)
    cast.bob.zone = "America/New_York"
    says(cast.bob, now, TUESDAY_14 - 10)  # 9.00 there is 15.00 here
    assert "dinsdag 15.00 – 17.00" in section(client_for(cast.bob), url)


def test_who_left_pauses_or_sits_elsewhere_does_not_count(client_for, session, cast, now, url):
    for person in (cast.alice, cast.bob, cast.eve, cast.dan):
        says(person, now, MONDAY_9)
    assert "Vullen drie of meer" in section(client_for(cast.bob), url)
    says(cast.carol, now, MONDAY_9)
    assert "maandag 09.00 – 11.00" in section(client_for(cast.bob), url)
    next(seat for seat in cast.circle.open_seats if seat.person_id == cast.carol.id).paused_at = now
    assert "Vullen drie of meer" in section(client_for(cast.bob), url)


def test_in_english_too(client_for, cast, now, url):
    for person in (cast.alice, cast.bob, cast.carol):
        says(person, now, MONDAY_9)
    cast.bob.locale = "en"
    assert "All 3 who filled in their hours can make it: Monday 09:00 – 11:00" in section(
        client_for(cast.bob), url
    )
