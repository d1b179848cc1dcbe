"""Which meetings exist: three ahead on the circle's wall clock, around holidays, whatever the circle changes."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from circles.extensions import db
from circles.meetings.cadence import Rhythm
from circles.meetings.models import Meeting
from circles.meetings.services import changing, planning
from circles.membership.errors import MovedOn
from circles.membership.models import Circle
from circles.membership.queries import recent_changes
from circles.membership.services import changes, seats
from circles.people.models import QuietPeriod
from circles.themes.services import load_library
from tests.meetings.conftest import seat_of

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
EVERY_FOUR_WEEKS = Rhythm(
    pattern="weekly",
    interval=4,
    weekday=3,
    nth=None,
    starts_local=time(14, 0),
    length=timedelta(minutes=90),
    zone="Europe/Amsterdam",
    anchor_on=date(2027, 3, 8),
)
MARCH_APRIL_JUNE = [date(2027, 3, 11), date(2027, 4, 8), date(2027, 6, 3)]  # 6 May is Ascension


def meetings(circle: Circle, state: str = "planned") -> list[Meeting]:
    db.session.expire_all()
    return list(
        db.session.scalars(
            sa.select(Meeting)
            .where(Meeting.circle_id == circle.id, Meeting.state == state)
            .order_by(Meeting.starts_at)
        )
    )


def days(circle: Circle, state: str = "planned") -> list[date]:
    return [meeting.starts_at.astimezone(AMSTERDAM).date() for meeting in meetings(circle, state)]


@pytest.fixture
def planned(cast, session, now) -> Circle:
    planning.set_rhythm(cast.circle, cast.alice, EVERY_FOUR_WEEKS, now)
    session.commit()
    return cast.circle


def test_three_are_planned_from_three_members_on(world, cast, now, worker):
    circle = world.circle(*world.people(cast.linde, 2))
    planning.set_rhythm(circle, cast.alice, EVERY_FOUR_WEEKS, now)
    worker.round(minutes=1)
    assert days(circle) == []
    seats.sit_down(circle, cast.dan, now)
    worker.round(minutes=1)
    assert days(circle) == MARCH_APRIL_JUNE


def test_each_is_at_two_on_the_wall_on_either_side_of_the_change_of_the_clock(planned):
    starts = [meeting.starts_at for meeting in meetings(planned)]
    assert [(at.hour, at.astimezone(AMSTERDAM).hour) for at in starts] == [(13, 14), (12, 14), (12, 14)]
    assert {meeting.ends_at - meeting.starts_at for meeting in meetings(planned)} == {timedelta(minutes=90)}


def test_quiet_weeks_are_skipped(session, cast, now):
    quiet = QuietPeriod(
        organisation_id=cast.linde.id,
        name="Rapportweek",
        starts_on=date(2027, 4, 5),
        ends_on=date(2027, 4, 9),
    )
    session.add(quiet)
    planning.set_rhythm(cast.circle, cast.alice, EVERY_FOUR_WEEKS, now)
    assert days(cast.circle) == [date(2027, 3, 11), date(2027, 6, 3), date(2027, 7, 1)]


def test_a_circle_may_have_a_holiday_shifted_to_the_next_working_day(cast, now):
    planning.set_rhythm(cast.circle, cast.alice, replace(EVERY_FOUR_WEEKS, on_day_off="shift"), now)
    assert days(cast.circle) == [date(2027, 3, 11), date(2027, 4, 8), date(2027, 5, 7)]
    assert meetings(cast.circle)[2].planned_on == date(2027, 5, 6)


def test_holidays_are_those_of_the_circles_own_region(cast, now):
    cast.circle.region = "BE-VLG"
    rhythm = replace(EVERY_FOUR_WEEKS, weekday=2, anchor_on=date(2027, 7, 21), interval=1)
    planning.set_rhythm(cast.circle, cast.alice, rhythm, now)
    assert days(cast.circle) == [date(2027, 7, 28), date(2027, 8, 4), date(2027, 8, 11)]  # 21 July


def test_when_one_has_passed_the_next_is_planned(planned, worker):
    worker.round_at(meetings(planned)[0].ends_at)
    assert days(planned) == [*MARCH_APRIL_JUNE, date(2027, 7, 1)]  # the first asks whether it was held
    worker.round(minutes=1)
    assert days(planned) == [*MARCH_APRIL_JUNE, date(2027, 7, 1)]


def test_a_circle_chooses_how_many_are_ahead(session, planned, worker):
    planned.planned_ahead = 5
    session.commit()
    worker.round(minutes=1)
    assert days(planned) == [*MARCH_APRIL_JUNE, date(2027, 7, 1), date(2027, 7, 29)]


def test_a_skipped_day_stays_taken(session, cast, planned, now, worker):
    changing.skip(meetings(planned)[0], cast.bob, now)
    worker.round(minutes=2)
    assert days(planned) == [date(2027, 4, 8), date(2027, 6, 3), date(2027, 7, 1)]


def test_each_has_a_theme_of_its_own_and_turns(cast, session, now):
    load_library(cast.linde, now)
    planning.set_rhythm(cast.circle, cast.alice, EVERY_FOUR_WEEKS, now)
    session.commit()
    made = meetings(cast.circle)
    assert [meeting.subject for meeting in made] == ["theme"] * 3
    assert len({meeting.theme_id for meeting in made}) == 3
    assert [sorted(turn.role for turn in meeting.turns) for meeting in made] == [["host", "scribe"]] * 3
    assert len({meeting.turn_of("host").person_id for meeting in made}) == 3


def test_a_new_rhythm_keeps_what_fits_and_calls_off_the_rest(session, cast, planned, now):
    kept = [meeting.uid for meeting in meetings(planned)[::2]]
    planning.set_rhythm(planned, cast.bob, replace(EVERY_FOUR_WEEKS, interval=12), now)
    assert days(planned) == [date(2027, 3, 11), date(2027, 6, 3), date(2027, 8, 26)]
    assert [meeting.uid for meeting in meetings(planned)[:2]] == kept
    assert days(planned, "cancelled") == [date(2027, 4, 8)]


def test_a_closer_rhythm_fills_the_days_in_between(cast, planned, now, worker):
    kept = [meeting.uid for meeting in meetings(planned)[:2]]
    planning.set_rhythm(planned, cast.bob, replace(EVERY_FOUR_WEEKS, interval=1), now)
    first = date(2027, 3, 11)
    assert days(planned) == [first + timedelta(weeks=weeks) for weeks in range(5)]
    assert [meeting.uid for meeting in meetings(planned)[::4]] == kept
    assert days(planned, "cancelled") == [date(2027, 6, 3)]
    worker.round_at(meetings(planned)[1].starts_at)
    assert days(planned)[2:] == [first + timedelta(weeks=weeks) for weeks in range(2, 5)]


def test_another_hour_moves_what_is_planned(cast, planned, now):
    before = [(meeting.uid, meeting.sequence) for meeting in meetings(planned)]
    planning.set_rhythm(planned, cast.bob, replace(EVERY_FOUR_WEEKS, starts_local=time(9, 30)), now)
    assert days(planned) == MARCH_APRIL_JUNE
    assert {m.starts_at.astimezone(AMSTERDAM).time() for m in meetings(planned)} == {time(9, 30)}
    assert [(m.uid, m.sequence) for m in meetings(planned)] == [(uid, n + 1) for uid, n in before]


def test_the_same_rhythm_again_changes_nothing(cast, planned, now):
    before = [(meeting.uid, meeting.sequence) for meeting in meetings(planned)]
    planning.set_rhythm(planned, cast.bob, EVERY_FOUR_WEEKS, now)
    assert [(meeting.uid, meeting.sequence) for meeting in meetings(planned)] == before
    assert recent_changes(planned, now) == []


def test_undoing_brings_the_rhythm_and_its_days_back(session, cast, planned, now):
    planning.set_rhythm(planned, cast.bob, replace(EVERY_FOUR_WEEKS, weekday=1), now)
    assert days(planned) == [date(2027, 3, 9), date(2027, 4, 6), date(2027, 5, 4)]
    [change] = recent_changes(planned, now)
    changes.undo(change, cast.carol, now)
    assert days(planned) == MARCH_APRIL_JUNE


def test_a_rhythm_that_changed_again_is_not_undone(cast, planned, now):
    planning.set_rhythm(planned, cast.bob, replace(EVERY_FOUR_WEEKS, weekday=1), now)
    [change] = recent_changes(planned, now)
    planning.set_rhythm(planned, cast.carol, replace(EVERY_FOUR_WEEKS, weekday=0), now)
    with pytest.raises(MovedOn):
        changes.undo(change, cast.alice, now)


def test_a_circle_may_plan_one_date_at_a_time(session, cast, planned, now, worker):
    planning.set_rhythm(planned, cast.bob, None, now)
    extra = datetime(2027, 3, 17, 13, 0, tzinfo=AMSTERDAM)
    changing.add_meeting(
        planned, cast.bob, starts_at=extra, ends_at=extra + timedelta(hours=1), place="De Ark", now=now
    )
    worker.round(minutes=2)
    assert days(planned) == [date(2027, 3, 17)]
    assert days(planned, "cancelled") == MARCH_APRIL_JUNE


def test_who_rests_meets_nobody_and_comes_back_to_the_same_days(session, planned, worker):
    planned.stage = "resting"
    session.commit()
    worker.round(minutes=1)
    assert (days(planned), days(planned, "cancelled")) == ([], MARCH_APRIL_JUNE)
    planned.stage = "forming"
    session.commit()
    worker.round(minutes=2)
    assert days(planned) == MARCH_APRIL_JUNE


def test_a_turn_of_who_leaves_passes_to_somebody_else(session, planned, now, worker):
    leaver = meetings(planned)[0].turn_of("host").person
    seats.leave(seat_of(planned, leaver), now)
    worker.round(minutes=1)
    turns = {turn.person_id for meeting in meetings(planned) for turn in meeting.turns}
    assert turns == {seat.person_id for seat in planned.open_seats}


def test_two_workers_at_once_plan_each_day_once(app, world, session, cast, now):
    circle = world.circle(*world.people(cast.linde, 6))
    session.flush()
    rhythm = replace(EVERY_FOUR_WEEKS)
    circle.planned_ahead = 1
    planning.set_rhythm(circle, cast.alice, rhythm, now)
    circle.planned_ahead = 6
    session.commit()
    barrier, outcomes = threading.Barrier(4), []

    def plan() -> None:
        with app.app_context():
            barrier.wait()
            try:
                outcomes.append(planning.plan_circle(circle.id, now))
                db.session.commit()
            except Exception as error:
                outcomes.append(error)

    threads = [threading.Thread(target=plan) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [0, 0, 0, 5]
    assert len(set(days(circle))) == len(days(circle)) == 6


def test_the_schema_refuses_a_day_twice(session, planned):
    first = meetings(planned)[0]
    values = {
        column.key: getattr(first, column.key)
        for column in sa.inspect(Meeting).columns
        if column.key not in {"id", "public_id", "uid"}
    }
    session.add(Meeting(**values, public_id="bcdfghjkmn", uid="ander@vakcirkels"))
    with pytest.raises(sa.exc.IntegrityError, match=r"(?i)unique"):
        session.flush()
