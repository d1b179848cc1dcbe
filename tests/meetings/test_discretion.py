"""Colleagues read each other's calendars: what an invitation says, to whom, and on whose clock."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from circles.themes.queries import ready_themes
from circles.themes.services import load_library
from tests.meetings.conftest import Told

SECRETS = ("Jeugdhulp", "Alice", "Bob", "Carol")


@pytest.fixture
def themed(cast, session, meeting, now):
    """The meeting, about a theme."""
    load_library(cast.linde, now)
    version = ready_themes(cast.linde.id, "nl")[0]
    version.title = "Wat mag weg?"
    meeting.subject, meeting.theme_id, meeting.theme_version_id = "theme", version.theme_id, version.id
    session.commit()
    return meeting


def told_to(told: list[Told], name: str) -> Told:
    [one] = [one for one in told if one.to == name]
    return one


def test_a_title_says_vakcirkel_and_no_more(cast, themed, worker):
    one = told_to(worker.round(), "bob")
    title = themed.theme_version.title
    assert str(one.event["SUMMARY"]) == "Vakcirkel"
    assert str(one.event["CLASS"]) == "PRIVATE"
    assert one.mail.subject == "Vakcirkel: donderdag 11 maart, 10.00 uur"
    text = (
        f"{one.mail.subject}{one.mail.text}{one.mail.html}{one.event['DESCRIPTION']}{one.event['LOCATION']}"
    )
    assert title
    assert cast.circle.name == "Vakcirkel Jeugdhulp"
    assert not any(secret in text for secret in (title, themed.theme_version.question, *SECRETS))


def test_a_circle_may_choose_to_show_its_theme(cast, themed, worker):
    cast.circle.shows_theme = True
    one = told_to(worker.round(), "bob")
    title = themed.theme_version.title
    assert str(one.event["SUMMARY"]) == f"Vakcirkel: {title}"
    assert one.mail.subject == f"Vakcirkel: {title}: donderdag 11 maart, 10.00 uur"
    assert not any(secret in str(one.event["SUMMARY"]) for secret in SECRETS)


def test_the_description_says_where_to_go_and_that_it_is_working_time(cast, meeting, worker):
    cast.linde.working_time = "Dit is werktijd, afgesproken met de directie."
    one = told_to(worker.round(), "bob")
    assert str(one.event["DESCRIPTION"]).splitlines() == [
        "Voorbereiden, antwoorden of verzetten doe je op de pagina van de bijeenkomst.",
        "Dit is werktijd, afgesproken met de directie.",
        f"http://localhost/bijeenkomst/{meeting.public_id}",
    ]
    assert str(one.event["LOCATION"]) == "De Ark"
    assert "Dit is werktijd" in one.mail.text


def test_without_a_mailbox_the_mail_says_where_to_answer(meeting, worker):
    one = told_to(worker.round(), "bob")
    assert str(one.event["ATTENDEE"].params["RSVP"]) == "FALSE"
    assert one.mail.from_address == "vakcirkels@circles.example"
    assert all(f"?keuze={choice}" in one.mail.text for choice in ("yes", "maybe", "no"))


def test_each_reads_their_own_language_and_an_address_of_their_own(cast, meeting, worker):
    cast.bob.locale = "en"
    told = worker.round()
    bob, carol = told_to(told, "bob"), told_to(told, "carol")
    assert bob.mail.subject == "Craft circle: Thursday 11 March, 10:00"
    assert carol.mail.subject == "Vakcirkel: donderdag 11 maart, 10.00 uur"
    links = [line for line in bob.mail.text.splitlines() if "/antwoord/" in line]
    assert len(links) == 3
    assert not any(link.partition(": ")[2] in carol.mail.text for link in links)


@pytest.mark.parametrize(
    ("starts_at", "amsterdam", "new_york"),
    [
        (datetime(2027, 3, 11, 9, tzinfo=UTC), "10.00", "04.00"),
        (datetime(2027, 3, 18, 9, tzinfo=UTC), "10.00", "05.00"),  # New York is in summer, Amsterdam not yet
        (datetime(2027, 4, 8, 8, tzinfo=UTC), "10.00", "04.00"),
    ],
)
def test_a_member_elsewhere_reads_their_own_clock(world, cast, worker, starts_at, amsterdam, new_york):
    cast.carol.zone = "America/New_York"
    world.meeting(cast.circle, starts_at)
    told = worker.round()
    bob, carol = told_to(told, "bob"), told_to(told, "carol")
    assert f"\n{amsterdam} – " in bob.mail.text
    assert f"\n{new_york} – " in carol.mail.text
    assert "(America/New York)" in carol.mail.text
    assert "America" not in bob.mail.text
    assert bob.starts_at == carol.starts_at == starts_at


def test_who_is_a_day_ahead_reads_their_own_day(world, cast, worker):
    cast.carol.zone = "Pacific/Auckland"
    world.meeting(cast.circle, datetime(2027, 3, 11, 14, tzinfo=UTC))
    told = worker.round()
    assert told_to(told, "bob").mail.subject == "Vakcirkel: donderdag 11 maart, 15.00 uur"
    assert told_to(told, "carol").mail.subject == "Vakcirkel: vrijdag 12 maart, 03.00 uur"
