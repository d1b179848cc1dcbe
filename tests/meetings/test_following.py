"""Calendars follow the settings of the circle: its usual place, and whether the theme may show."""

from __future__ import annotations

from datetime import timedelta

import pytest

from circles.meetings.models import Meeting
from circles.meetings.services.rendering import render
from circles.membership import queries
from circles.membership.services import changes, circles
from circles.themes.models import Theme, ThemeVersion
from tests.meetings.conftest import calendars, seat_of


@pytest.fixture
def themed(world, session, cast, now) -> Meeting:
    """Planned at the usual place, about a theme whose name is shown."""
    cast.circle.place, cast.circle.shows_theme = "De Ark", True
    theme = Theme(organisation_id=cast.linde.id, stage="ready", made_at=now)
    session.add(theme)
    session.flush()
    version = ThemeVersion(
        theme_id=theme.id, language="nl", number=1, origin="organisation", written_at=now, published_at=now,
        title="Macht", question="Wie beslist?",
    )  # fmt: skip
    session.add(version)
    session.flush()
    return world.meeting(
        cast.circle, place="De Ark", subject="theme", theme_id=theme.id, theme_version_id=version.id
    )


def change(cast, now, **values) -> None:
    circles.change_settings(cast.circle, cast.bob, values, based_on=cast.circle.version, now=now)


def test_switching_the_theme_off_takes_it_out_of_every_calendar(cast, now, themed, worker):
    told = worker.round()
    assert {str(one.event["SUMMARY"]) for one in calendars(told)} == {"Vakcirkel: Macht"}
    change(cast, now, shows_theme=False)
    assert calendars(worker.round(seconds=30)) == []  # the quiet minute
    told = calendars(worker.round(seconds=31))
    assert sorted(one.to for one in told) == ["alice", "bob", "carol"]
    assert {(str(one.event["SUMMARY"]), one.sequence, one.kind) for one in told} == {
        ("Vakcirkel", 1, "meeting_update")
    }
    assert not any("Macht" in one.mail.text + str(one.mail.subject) for one in told)


def test_calendar_links_forget_the_title_of_what_was_as_well(cast, world, session, now, themed, worker):
    held = world.meeting(
        cast.circle, now - timedelta(days=20), state="held", theme_id=themed.theme_id,
        theme_version_id=themed.theme_version_id,
    )  # fmt: skip
    for meeting in (held, themed):
        render(meeting, now)
        assert "Macht" in meeting.vevent
    change(cast, now, shows_theme=False)
    assert [meeting for meeting in (held, themed) if "Macht" in meeting.vevent] == []
    assert held.sequence == 0  # nobody is told of what was
    assert calendars(worker.round(seconds=61))


def test_the_usual_place_moves_along_and_another_place_stays(cast, world, session, now, themed, worker):
    elsewhere = world.meeting(cast.circle, now + timedelta(days=20), place="Bij Bob")
    worker.round()
    change(cast, now, place="De Schuur")
    told = calendars(worker.round(seconds=61))
    assert {(one.to, str(one.event["LOCATION"])) for one in told} == {
        ("alice", "De Schuur"), ("bob", "De Schuur"), ("carol", "De Schuur"),
    }  # fmt: skip
    assert (themed.place, themed.version, elsewhere.place, elsewhere.sequence) == (
        "De Schuur",
        2,
        "Bij Bob",
        0,
    )


def test_undoing_brings_place_and_title_back(cast, session, now, themed, worker):
    worker.round()
    change(cast, now, place="De Schuur", shows_theme=False)
    worker.round(seconds=61)
    [made] = queries.recent_changes(cast.circle, now)
    changes.undo(made, cast.carol, worker.time.now)
    told = calendars(worker.round(seconds=61))
    assert {(str(one.event["SUMMARY"]), str(one.event["LOCATION"]), one.sequence) for one in told} == {
        ("Vakcirkel: Macht", "De Ark", 2)
    }


def test_other_settings_tell_no_calendar(cast, now, themed, worker):
    worker.round()
    change(cast, now, name="Andere naam", findable=True)
    assert calendars(worker.round(seconds=61)) == []


def test_the_page_says_beforehand_how_many_are_told(client_for, session, cast):
    path = f"/cirkel/{cast.circle.public_id}/instellingen"
    assert "dan krijgen 3 mensen een bijgewerkte uitnodiging" in client_for(cast.bob).get(path).text
    seat_of(cast.circle, cast.alice).paused_at = cast.circle.begun_at
    assert "dan krijgen 2 mensen een bijgewerkte uitnodiging" in client_for(cast.bob).get(path).text
