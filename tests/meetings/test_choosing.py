"""What a meeting is about, and how often the circle meets: chosen on the page."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from circles.extensions import db
from circles.meetings.models import Cadence, Meeting
from circles.membership.queries import recent_changes
from circles.themes.models import ThemeVersion
from circles.themes.queries import ready_themes
from circles.themes.services import load_library
from tests.meetings.test_changing import errors_in, url_of

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
WEEKLY = {
    "pattern": "weekly",
    "interval": "4",
    "nth": "2",
    "weekday": "3",
    "at": "14:00",
    "minutes": "90",
    "first_on": "2027-03-08",
    "on_day_off": "skip",
}


@pytest.fixture
def themes(session, cast, now) -> list[ThemeVersion]:
    """The library, in Dutch."""
    load_library(cast.linde, now)
    session.commit()
    return ready_themes(cast.linde.id, "nl")


def subject_of(meeting: Meeting) -> tuple[str, str | None, str]:
    db.session.expire_all()
    title = meeting.theme_version.title if meeting.theme_version else None
    return meeting.subject, title, meeting.question


def days(session) -> list[tuple[date, str]]:
    rows = session.scalars(sa.select(Meeting).where(Meeting.state == "planned").order_by(Meeting.starts_at))
    local = [row.starts_at.astimezone(AMSTERDAM) for row in rows]
    return [(at.date(), f"{at:%H:%M}") for at in local]


def test_three_are_proposed_with_a_reason(client_for, cast, meeting, themes):
    page = client_for(cast.bob).get(url_of(meeting, "/thema")).text
    proposals = page.partition("<details>")[0]
    assert len(re.findall(r'value="theme:\w+"', proposals)) == 3
    assert len(re.findall(r'<small class="zacht">[^<]+\.</small>', proposals)) == 3
    assert 'value="own_question"' in proposals
    assert 'value="situation" checked' in proposals
    team_only = [version.title for version in themes if version.theme.team_only]
    assert team_only
    assert not any(title in page for title in team_only)


def test_a_theme_is_chosen_and_taken_back(client_for, cast, meeting, themes, worker):
    bob, chosen = client_for(cast.bob), themes[0]
    data = {"subject": f"theme:{chosen.theme.public_id}", "based_on": "1"}
    assert bob.post(url_of(meeting, "/thema"), data=data).headers["Location"] == url_of(meeting)
    assert subject_of(meeting) == ("theme", chosen.title, "")
    [change] = recent_changes(cast.circle, worker.time.now)
    client_for(cast.carol).post(f"/cirkel/{cast.circle.public_id}/wijzigingen/{change.public_id}/ongedaan")
    assert subject_of(meeting) == ("situation", None, "")


def test_an_own_question_is_chosen_and_sealed(client_for, session, cast, meeting):
    data = {"subject": "own_question", "question": " Wat doen we als niemand luistert? ", "based_on": "1"}
    client_for(cast.bob).post(url_of(meeting, "/thema"), data=data)
    assert subject_of(meeting) == ("own_question", None, "Wat doen we als niemand luistert?")
    assert "Wat doen we als niemand luistert?" in client_for(cast.carol).get(url_of(meeting)).text
    [stored] = session.scalars(sa.text("SELECT question_sealed FROM meeting")).all()
    assert b"luistert" not in bytes(stored)


def test_no_theme_is_a_choice_too(client_for, cast, meeting, themes):
    bob = client_for(cast.bob)
    bob.post(
        url_of(meeting, "/thema"), data={"subject": f"theme:{themes[0].theme.public_id}", "based_on": "1"}
    )
    bob.post(url_of(meeting, "/thema"), data={"subject": "situation", "based_on": "2"})
    assert subject_of(meeting) == ("situation", None, "")
    assert meeting.chosen


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Kies een thema, jullie eigen vraag of alleen een situatie."),
        ({"subject": "iets anders"}, "Kies een thema, jullie eigen vraag of alleen een situatie."),
        ({"subject": "own_question", "question": " "}, "Schrijf jullie vraag op."),
        ({"subject": "own_question", "question": "x" * 301}, "Houd de vraag korter dan 300 tekens."),
    ],
)
def test_a_slip_in_choosing_is_told(client_for, cast, meeting, themes, data, words):
    answer = client_for(cast.bob).post(url_of(meeting, "/thema"), data=data | {"based_on": "1"})
    assert answer.status_code == 422
    assert words in errors_in(answer.text)
    assert data.get("question", "").strip() in answer.text
    assert subject_of(meeting) == ("situation", None, "")


def test_a_theme_of_another_house_is_not_to_be_had(client_for, session, cast, meeting, now):
    load_library(cast.anker, now)
    session.commit()
    theirs = ready_themes(cast.anker.id, "nl")[0].theme.public_id
    answer = client_for(cast.bob).post(url_of(meeting, "/thema"), data={"subject": f"theme:{theirs}"})
    assert (answer.status_code, subject_of(meeting)) == (404, ("situation", None, ""))


def test_two_choose_at_once_and_both_choices_are_shown(client_for, cast, meeting, themes):
    bobs = {"subject": "own_question", "question": "De vraag van Bob?", "based_on": "1"}
    client_for(cast.bob).post(url_of(meeting, "/thema"), data=bobs)
    carols = {"subject": "own_question", "question": "De vraag van Carol?", "based_on": "1"}
    clash = client_for(cast.carol).post(url_of(meeting, "/thema"), data=carols)
    assert clash.status_code == 409
    assert "Er staat nu: De vraag van Bob?" in clash.text
    assert 'value="De vraag van Carol?"' in clash.text
    assert subject_of(meeting) == ("own_question", None, "De vraag van Bob?")


def test_what_has_begun_keeps_its_subject(client_for, cast, meeting, themes):
    meeting.state = "begun"
    client_for(cast.bob).post(url_of(meeting, "/thema"), data={"subject": "own_question", "question": "Nu?"})
    data = {"subject": "own_question", "question": "Nu?", "based_on": "1"}
    page = client_for(cast.bob).post(url_of(meeting, "/thema"), data=data, follow_redirects=True).text
    assert "Deze bijeenkomst is al begonnen of voorbij." in page
    assert subject_of(meeting) == ("situation", None, "")


def test_a_shown_title_changes_in_every_calendar_and_a_hidden_one_in_none(
    client_for, cast, meeting, themes, worker
):
    worker.round()
    url, bob = url_of(meeting, "/thema"), client_for(cast.bob)
    bob.post(url, data={"subject": f"theme:{themes[0].theme.public_id}", "based_on": "1"})
    assert [one for one in worker.round(minutes=2) if one.method] == []
    cast.circle.shows_theme = True
    bob.post(url, data={"subject": f"theme:{themes[1].theme.public_id}", "based_on": "2"})
    told = [one for one in worker.round(minutes=2) if one.method]
    assert {str(one.event["SUMMARY"]) for one in told} == {f"Vakcirkel: {themes[1].title}"}
    assert len(told) == 3


def test_a_circle_chooses_its_rhythm(client_for, session, cast):
    bob, url = client_for(cast.bob), f"/cirkel/{cast.circle.public_id}/ritme"
    assert bob.get(url).status_code == 200
    assert bob.post(url, data=WEEKLY).headers["Location"] == f"/cirkel/{cast.circle.public_id}"
    assert days(session) == [
        (date(2027, 3, 11), "14:00"), (date(2027, 4, 8), "14:00"), (date(2027, 6, 3), "14:00"),
    ]  # fmt: skip
    assert "Elke 4 weken op donderdag" in bob.get(f"/cirkel/{cast.circle.public_id}").text
    bob.post(url, data=WEEKLY | {"pattern": "monthly", "nth": "-1", "weekday": "0"})
    assert days(session) == [
        (date(2027, 4, 26), "14:00"),
        (date(2027, 5, 31), "14:00"),
        (date(2027, 6, 28), "14:00"),
    ]  # fmt: skip  29 March is Easter Monday
    bob.post(url, data=WEEKLY | {"pattern": "none"})
    assert (days(session), session.scalars(sa.select(Cadence)).all()) == ([], [])


@pytest.mark.parametrize(
    "change",
    [
        {"interval": "0"}, {"interval": "27"}, {"interval": "vaak"}, {"weekday": "7"}, {"at": ""}, {"minutes": "5"},
        {"first_on": ""}, {"first_on": "0001-01-01"}, {"first_on": "9999-12-31"}, {"pattern": "dagelijks"},
        {"on_day_off": "doorgaan"}, {"pattern": "monthly", "nth": "9"},
    ],
)  # fmt: skip
def test_a_rhythm_that_no_calendar_can_follow_is_refused(client_for, session, cast, change):
    url = f"/cirkel/{cast.circle.public_id}/ritme"
    answer = client_for(cast.bob).post(url, data=WEEKLY | change)
    assert answer.status_code == 422
    assert errors_in(answer.text)
    assert session.scalars(sa.select(Cadence)).all() == []


def test_a_rhythm_in_the_hour_that_the_clock_skips_leaves_that_day_out(client_for, session, cast):
    sundays = WEEKLY | {"weekday": "6", "at": "02:30", "interval": "1", "first_on": "2027-03-15"}
    client_for(cast.bob).post(f"/cirkel/{cast.circle.public_id}/ritme", data=sundays)
    assert days(session) == [
        (date(2027, 3, 21), "02:30"), (date(2027, 4, 4), "02:30"), (date(2027, 4, 11), "02:30"),
    ]  # fmt: skip
    starts = session.scalars(sa.select(Meeting.starts_at).order_by(Meeting.starts_at)).all()
    assert starts[:2] == [datetime(2027, 3, 21, 1, 30, tzinfo=UTC), datetime(2027, 4, 4, 0, 30, tzinfo=UTC)]
