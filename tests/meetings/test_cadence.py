"""A rhythm on the wall clock: around changes of the clock, holidays and quiet weeks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from circles.days import UnknownRegion, days_off
from circles.meetings.cadence import (
    BadRhythm,
    ClockChange,
    Occurrence,
    Rhythm,
    TimeDoesNotExist,
    TimeIsAmbiguous,
    instant,
    upcoming,
)

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(7)
AMSTERDAM, NEW_YORK = "Europe/Amsterdam", "America/New_York"

EVERY_TUESDAY = Rhythm(
    pattern="weekly",
    interval=1,
    weekday=TUESDAY,
    nth=None,
    starts_local=time(15, 30),
    length=timedelta(minutes=90),
    zone=AMSTERDAM,
    anchor_on=date(2026, 3, 3),
)
THIRD_THURSDAY = replace(
    EVERY_TUESDAY, pattern="monthly", weekday=THURSDAY, nth=3, anchor_on=date(2026, 1, 1)
)


def never(day: date) -> bool:
    return False


def holidays_of(region: str) -> Callable[[date], bool]:
    return lambda day: day in days_off(region, day.year)


def between(first: date, last: date) -> Callable[[date], bool]:
    return lambda day: first <= day <= last


def dates(
    rhythm: Rhythm, n: int, *, after: date | None = None, closed: Callable[[date], bool] = never
) -> list[date]:
    """The first n days on which the circle meets, from the anchor on unless told otherwise."""
    after = after or rhythm.anchor_on - timedelta(days=1)
    return [occurrence.on for occurrence in islice(upcoming(rhythm, after=after, closed=closed), n)]


class TestPattern:
    def test_every_week_begins_on_the_anchor_itself(self):
        assert dates(EVERY_TUESDAY, 3) == [date(2026, 3, 3), date(2026, 3, 10), date(2026, 3, 17)]

    def test_only_days_after_the_given_one_come(self):
        assert dates(EVERY_TUESDAY, 2, after=date(2026, 3, 10)) == [date(2026, 3, 17), date(2026, 3, 24)]

    def test_weeks_are_counted_from_the_week_of_the_anchor(self):
        every_four = replace(EVERY_TUESDAY, interval=4, anchor_on=date(2026, 3, 2))
        # Looking from a week in between does not start the count anew.
        assert dates(every_four, 2, after=date(2026, 3, 12)) == [date(2026, 3, 31), date(2026, 4, 28)]

    def test_weekday_that_passed_in_the_week_of_the_anchor_waits_for_the_next_round(self):
        on_wednesday = replace(EVERY_TUESDAY, interval=2, anchor_on=date(2026, 3, 4))
        long_before = date(2026, 1, 1)
        assert dates(on_wednesday, 2, after=long_before) == [date(2026, 3, 17), date(2026, 3, 31)]

    def test_third_thursday_of_the_month(self):
        assert dates(THIRD_THURSDAY, 5) == [
            date(2026, 1, 15),
            date(2026, 2, 19),
            date(2026, 3, 19),
            date(2026, 4, 16),
            date(2026, 5, 21),
        ]

    def test_months_without_a_fifth_friday_are_passed_over(self):
        fifth_friday = replace(THIRD_THURSDAY, weekday=FRIDAY, nth=5)
        assert dates(fifth_friday, 4) == [
            date(2026, 1, 30),
            date(2026, 5, 29),
            date(2026, 7, 31),
            date(2026, 10, 30),
        ]

    def test_last_friday_is_the_fourth_or_the_fifth(self):
        last_friday = replace(THIRD_THURSDAY, weekday=FRIDAY, nth=-1)
        assert dates(last_friday, 3) == [date(2026, 1, 30), date(2026, 2, 27), date(2026, 3, 27)]

    def test_every_third_month_crosses_the_year(self):
        quarterly = replace(THIRD_THURSDAY, interval=3, anchor_on=date(2026, 8, 1))
        assert dates(quarterly, 3) == [date(2026, 8, 20), date(2026, 11, 19), date(2027, 2, 18)]

    def test_29_february_is_a_day_like_another(self):
        fifth_tuesday = replace(THIRD_THURSDAY, weekday=TUESDAY, nth=5, anchor_on=date(2028, 2, 1))
        assert dates(fifth_tuesday, 1) == [date(2028, 2, 29)]
        begun_then = replace(EVERY_TUESDAY, interval=26, anchor_on=date(2028, 2, 29))
        assert dates(begun_then, 3) == [date(2028, 2, 29), date(2028, 8, 29), date(2029, 2, 27)]

    def test_occurrence_says_what_was_planned_and_where_it_landed(self):
        first = next(upcoming(EVERY_TUESDAY, after=date(2026, 3, 2), closed=never))
        assert first == Occurrence(
            planned_on=date(2026, 3, 3),
            on=date(2026, 3, 3),
            starts_at=datetime(2026, 3, 3, 14, 30, tzinfo=UTC),
            ends_at=datetime(2026, 3, 3, 16, 0, tzinfo=UTC),
        )


class TestClock:
    @pytest.mark.parametrize(
        ("on", "at", "expected"),
        [
            (date(2026, 3, 29), time(1, 59), datetime(2026, 3, 29, 0, 59, tzinfo=UTC)),
            (date(2026, 3, 29), time(3, 0), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
            (date(2026, 10, 25), time(1, 59), datetime(2026, 10, 24, 23, 59, tzinfo=UTC)),
            (date(2026, 10, 25), time(3, 0), datetime(2026, 10, 25, 2, 0, tzinfo=UTC)),
        ],
    )
    def test_minutes_beside_a_change_are_plain(self, on, at, expected):
        assert instant(on, at, AMSTERDAM) == expected

    @pytest.mark.parametrize("at", [time(2, 0), time(2, 30), time(2, 59)])
    def test_hour_that_the_clock_skips_does_not_exist(self, at):
        with pytest.raises(TimeDoesNotExist):
            instant(date(2026, 3, 29), at, AMSTERDAM)

    @pytest.mark.parametrize("at", [time(2, 0), time(2, 30), time(2, 59), time(2, 30, fold=1)])
    def test_hour_that_the_clock_shows_twice_is_ambiguous(self, at):
        with pytest.raises(TimeIsAmbiguous):
            instant(date(2026, 10, 25), at, AMSTERDAM)

    def test_both_are_changes_of_the_clock_and_name_the_day(self):
        with pytest.raises(ClockChange, match="2026-03-29"):
            instant(date(2026, 3, 29), time(2, 30), AMSTERDAM)

    def test_every_four_weeks_stays_at_half_past_three_on_the_wall_all_year(self):
        every_four = replace(EVERY_TUESDAY, interval=4)
        year = list(islice(upcoming(every_four, after=date(2026, 3, 2), closed=never), 13))
        assert {o.starts_at.astimezone(ZoneInfo(AMSTERDAM)).time() for o in year} == {time(15, 30)}
        assert [o.starts_at.hour for o in year] == [14, *[13] * 8, *[14] * 4]

    def test_colleague_in_new_york_sees_the_weeks_between_the_changes_an_hour_later(self):
        march = islice(upcoming(EVERY_TUESDAY, after=date(2026, 3, 2), closed=never), 5)
        there = [o.starts_at.astimezone(ZoneInfo(NEW_YORK)) for o in march]
        assert [(at.day, at.hour) for at in there] == [(3, 9), (10, 10), (17, 10), (24, 10), (31, 9)]
        autumn = islice(upcoming(EVERY_TUESDAY, after=date(2026, 10, 19), closed=never), 3)
        there = [o.starts_at.astimezone(ZoneInfo(NEW_YORK)) for o in autumn]
        assert [(at.day, at.hour) for at in there] == [(20, 9), (27, 10), (3, 9)]

    def test_circle_in_new_york_follows_its_own_clock(self):
        there = replace(EVERY_TUESDAY, zone=NEW_YORK)
        march = islice(upcoming(there, after=date(2026, 3, 2), closed=never), 5)
        assert [o.starts_at.hour for o in march] == [20, 19, 19, 19, 19]

    @pytest.mark.parametrize("change", [date(2026, 3, 29), date(2026, 10, 25)])
    def test_day_on_which_the_time_is_impossible_is_passed_over_like_a_closed_one(self, change):
        at_night = replace(EVERY_TUESDAY, weekday=SUNDAY, starts_local=time(2, 30), anchor_on=change)
        assert dates(at_night, 1) == [change + timedelta(days=7)]
        shifting = replace(at_night, on_day_off="shift")
        assert dates(shifting, 2) == [change + timedelta(days=1), change + timedelta(days=7)]

    def test_length_is_time_that_passes_also_through_the_night_of_a_change(self):
        late = replace(EVERY_TUESDAY, weekday=SATURDAY, starts_local=time(23, 0), length=timedelta(hours=6))
        night = next(upcoming(late, after=date(2026, 3, 27), closed=never))
        assert night.on == date(2026, 3, 28)
        assert night.ends_at - night.starts_at == timedelta(hours=6)


class TestDaysOff:
    def test_kings_day_is_skipped_to_the_next_occurrence(self):
        mondays = replace(EVERY_TUESDAY, weekday=MONDAY, anchor_on=date(2026, 4, 20))
        assert dates(mondays, 2, closed=holidays_of("NL")) == [date(2026, 4, 20), date(2026, 5, 4)]

    def test_kings_day_is_shifted_to_the_next_working_day(self):
        mondays = replace(EVERY_TUESDAY, weekday=MONDAY, anchor_on=date(2026, 4, 20), on_day_off="shift")
        found = list(islice(upcoming(mondays, after=date(2026, 4, 20), closed=holidays_of("NL")), 2))
        assert [(o.planned_on, o.on) for o in found] == [
            (date(2026, 4, 27), date(2026, 4, 28)),
            (date(2026, 5, 4), date(2026, 5, 4)),
        ]
        assert found[0].starts_at == datetime(2026, 4, 28, 13, 30, tzinfo=UTC)

    def test_good_friday_is_shifted_over_the_weekend_and_easter_monday(self):
        fridays = replace(
            EVERY_TUESDAY, weekday=FRIDAY, interval=4, anchor_on=date(2026, 4, 3), on_day_off="shift"
        )
        assert dates(fridays, 1, closed=holidays_of("NL")) == [date(2026, 4, 7)]

    def test_flanders_rests_on_its_own_days(self):
        tuesdays = replace(EVERY_TUESDAY, anchor_on=date(2028, 7, 4))
        assert dates(tuesdays, 3, closed=holidays_of("NL")) == [
            date(2028, 7, 4),
            date(2028, 7, 11),
            date(2028, 7, 18),
        ]
        assert dates(tuesdays, 3, closed=holidays_of("BE-VLG")) == [
            date(2028, 7, 4),
            date(2028, 7, 18),
            date(2028, 7, 25),
        ]
        fridays = replace(EVERY_TUESDAY, weekday=FRIDAY, anchor_on=date(2028, 7, 21))  # the national day
        assert dates(fridays, 1, closed=holidays_of("BE-VLG")) == [date(2028, 7, 28)]

    def test_quiet_weeks_are_passed_over(self):
        quiet = between(date(2026, 7, 20), date(2026, 8, 14))
        tuesdays = replace(EVERY_TUESDAY, anchor_on=date(2026, 7, 14))
        assert dates(tuesdays, 3, closed=quiet) == [date(2026, 7, 14), date(2026, 8, 18), date(2026, 8, 25)]

    def test_shift_goes_no_further_than_a_week(self):
        quiet = between(date(2026, 7, 20), date(2026, 8, 2))
        every_two = replace(EVERY_TUESDAY, interval=2, anchor_on=date(2026, 7, 21), on_day_off="shift")
        # 21 July would have to go to 3 August, thirteen days on.
        assert dates(every_two, 2, closed=quiet) == [date(2026, 8, 4), date(2026, 8, 18)]
        week_later = replace(every_two, anchor_on=date(2026, 7, 28))
        assert dates(week_later, 2, closed=quiet) == [date(2026, 8, 3), date(2026, 8, 11)]

    def test_shift_of_a_whole_week_ends_where_the_next_begins_and_there_is_one_meeting(self):
        quiet = between(date(2026, 7, 21), date(2026, 7, 27))
        every_week = replace(EVERY_TUESDAY, anchor_on=date(2026, 7, 21), on_day_off="shift")
        found = list(islice(upcoming(every_week, after=date(2026, 7, 20), closed=quiet), 2))
        assert [(o.planned_on, o.on) for o in found] == [
            (date(2026, 7, 28), date(2026, 7, 28)),
            (date(2026, 8, 4), date(2026, 8, 4)),
        ]
        # Every two weeks there is nothing on that Tuesday yet, so it may land there.
        every_two = replace(every_week, interval=2)
        assert dates(every_two, 2, closed=quiet) == [date(2026, 7, 28), date(2026, 8, 4)]

    def test_day_that_was_shifted_past_today_is_still_to_come(self):
        mondays = replace(EVERY_TUESDAY, weekday=MONDAY, anchor_on=date(2026, 4, 20), on_day_off="shift")
        kings_day = date(2026, 4, 27)
        assert dates(mondays, 1, after=kings_day, closed=holidays_of("NL")) == [date(2026, 4, 28)]

    def test_saturday_circle_meets_on_saturday_and_shifts_to_a_working_day(self):
        saturdays = replace(EVERY_TUESDAY, weekday=SATURDAY, anchor_on=date(2026, 12, 19), on_day_off="shift")
        assert dates(saturdays, 2, closed=holidays_of("NL")) == [date(2026, 12, 19), date(2026, 12, 28)]

    @pytest.mark.parametrize(
        "rhythm", [EVERY_TUESDAY, THIRD_THURSDAY, replace(EVERY_TUESDAY, on_day_off="shift")]
    )
    def test_rhythm_without_any_possible_day_ends(self, rhythm):
        assert list(upcoming(rhythm, after=date(2026, 1, 1), closed=lambda day: True)) == []

    def test_rhythm_that_finds_days_goes_on(self):
        many = dates(THIRD_THURSDAY, 300)
        assert len(many) == 300
        assert many[-1].year == 2050


class TestRegions:
    @pytest.mark.parametrize(
        ("region", "closed", "opened"),
        [
            ("NL", date(2026, 4, 27), date(2026, 5, 1)),
            ("BE", date(2026, 7, 21), date(2026, 7, 11)),
            ("BE-VLG", date(2026, 7, 11), date(2026, 9, 27)),
            ("BE-Flemish", date(2026, 7, 11), date(2026, 9, 27)),
            ("BE-WAL", date(2026, 9, 27), date(2026, 7, 11)),
            ("BE-German", date(2026, 11, 15), date(2026, 7, 11)),
            ("BE-BRU", date(2026, 7, 21), date(2026, 7, 11)),
            ("DE-NW", date(2026, 6, 4), date(2026, 1, 6)),
            ("DE-BY", date(2026, 1, 6), date(2026, 7, 21)),
        ],
    )
    def test_each_region_has_its_own_days(self, region, closed, opened):
        assert (closed in days_off(region, 2026), opened in days_off(region, 2026)) == (True, False)

    def test_years_together_are_the_years_apart(self):
        assert days_off("NL", [2026, 2027]) == days_off("NL", 2026) | days_off("NL", 2027)
        assert {day.year for day in days_off("NL", range(2026, 2028))} == {2026, 2027}

    def test_no_years_have_no_days_and_one_year_may_stand_alone(self):
        assert days_off("BE-VLG", 2026) == days_off("BE-VLG", (2026,))
        assert days_off("NL", []) == frozenset()

    @pytest.mark.parametrize(
        "region", ["", "nl", "XX", "NL-XX", "DE-NRW", "BE-", "BE-vlg", "utils", "HolidayBase"]
    )
    def test_unknown_region_is_refused_by_name(self, region):
        with pytest.raises(UnknownRegion) as refusal:
            days_off(region, 2026)
        assert str(refusal.value) == region


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("pattern", "daily"),
        ("interval", 0),
        ("interval", 27),
        ("weekday", 7),
        ("weekday", -1),
        ("nth", 1),
        ("starts_local", time(15, 30, tzinfo=UTC)),
        ("starts_local", time(15, 30, 1)),
        ("length", timedelta(0)),
        ("length", timedelta(hours=13)),
        ("zone", "Europe/Utrecht"),
        ("zone", "Europe"),
        ("zone", ""),
        ("zone", "../secret"),
        ("anchor_on", date(202, 3, 3)),
        ("anchor_on", date(9999, 12, 31)),
        ("on_day_off", "ignore"),
    ],
)
def test_impossible_rhythm_is_refused_and_says_which_part(part, value):
    with pytest.raises(BadRhythm) as refusal:
        replace(EVERY_TUESDAY, **{part: value})
    assert str(refusal.value) == part


@pytest.mark.parametrize(
    ("part", "value"), [("interval", 7), ("nth", None), ("nth", 0), ("nth", 6), ("nth", -2)]
)
def test_impossible_month_is_refused_and_says_which_part(part, value):
    with pytest.raises(BadRhythm) as refusal:
        replace(THIRD_THURSDAY, **{part: value})
    assert str(refusal.value) == part


# Laws, for any rhythm and any days off.

ZONES = (AMSTERDAM, NEW_YORK, "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Casablanca", "UTC")
START = date(2026, 1, 1)
times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
anchors = st.dates(START, date(2029, 12, 31))
common = {
    "weekday": st.integers(0, 6),
    "starts_local": times,
    "length": st.integers(15, 480).map(lambda minutes: timedelta(minutes=minutes)),
    "zone": st.sampled_from(ZONES),
    "anchor_on": anchors,
    "on_day_off": st.sampled_from(["skip", "shift"]),
}
weekly = st.builds(Rhythm, pattern=st.just("weekly"), interval=st.integers(1, 26), nth=st.none(), **common)
monthly = st.builds(
    Rhythm,
    pattern=st.just("monthly"),
    interval=st.integers(1, 6),
    nth=st.sampled_from([1, 2, 3, 4, 5, -1]),
    **common,
)
rhythms = weekly | monthly
closures = st.frozensets(st.integers(0, 500), max_size=60) | st.builds(
    lambda first, length: frozenset(range(first, first + length)), st.integers(0, 200), st.integers(1, 60)
)
by_law = settings(deadline=None, max_examples=150)


def closing(rhythm: Rhythm, offsets: frozenset[int]) -> Callable[[date], bool]:
    """Closed on these days, counted from the anchor."""
    return lambda day: (day - rhythm.anchor_on).days in offsets


def some(rhythm: Rhythm, offsets: frozenset[int] = frozenset(), n: int = 12) -> list[Occurrence]:
    before = rhythm.anchor_on - timedelta(days=60)
    return list(islice(upcoming(rhythm, after=before, closed=closing(rhythm, offsets)), n))


@by_law
@given(rhythms, closures)
def test_law_days_rise_and_nothing_is_planned_twice(rhythm, offsets):
    found = some(rhythm, offsets)
    assert found
    assert all(one.on < other.on for one, other in pairwise(found))
    assert all(one.ends_at <= other.starts_at for one, other in pairwise(found))
    assert len({o.planned_on for o in found}) == len(found)


@by_law
@given(rhythms, closures)
def test_law_planned_day_has_the_weekday_and_never_precedes_the_anchor(rhythm, offsets):
    for o in some(rhythm, offsets):
        assert o.planned_on.weekday() == rhythm.weekday
        assert o.planned_on >= rhythm.anchor_on


@by_law
@given(rhythms, closures)
def test_law_time_on_the_wall_never_changes(rhythm, offsets):
    for o in some(rhythm, offsets):
        local = o.starts_at.astimezone(ZoneInfo(rhythm.zone))
        assert (o.starts_at.tzinfo, local.date(), local.time()) == (UTC, o.on, rhythm.starts_local)
        assert o.ends_at - o.starts_at == rhythm.length


@by_law
@given(rhythms, closures)
def test_law_nothing_lands_on_a_closed_day_or_further_than_a_week(rhythm, offsets):
    closed = closing(rhythm, offsets)
    for o in some(rhythm, offsets):
        assert not closed(o.on)
        moved = o.on - o.planned_on
        assert timedelta(0) <= moved <= timedelta(days=7 if rhythm.on_day_off == "shift" else 0)
        assert not moved or o.on.weekday() < SATURDAY


@by_law
@given(weekly)
def test_law_weeks_in_between_are_a_multiple_of_the_interval(rhythm):
    week = rhythm.anchor_on - timedelta(days=rhythm.anchor_on.weekday())
    for o in some(rhythm, n=30):
        assert (o.planned_on - week).days // 7 % rhythm.interval == 0


@by_law
@given(monthly)
def test_law_months_in_between_are_a_multiple_of_the_interval_and_the_day_is_the_nth(rhythm):
    begun = rhythm.anchor_on.year * 12 + rhythm.anchor_on.month
    for o in some(rhythm, n=20):
        day = o.planned_on
        assert (day.year * 12 + day.month - begun) % rhythm.interval == 0
        if rhythm.nth == -1:
            assert (day + timedelta(days=7)).month != day.month
        else:
            assert (day.day - 1) // 7 + 1 == rhythm.nth


@by_law
@given(rhythms, closures, st.integers(0, 400))
def test_law_the_same_day_lands_the_same_wherever_one_looks_from(rhythm, offsets, days):
    later = rhythm.anchor_on + timedelta(days=days)
    expected = [o for o in some(rhythm, offsets, n=70) if o.on > later][:3]
    found = list(islice(upcoming(rhythm, after=later, closed=closing(rhythm, offsets)), 3))
    assert found[: len(expected)] == expected
    assert len(found) == 3


@by_law
@given(st.dates(START, date(2030, 1, 1)), times, st.sampled_from(ZONES))
def test_law_an_instant_comes_back_as_the_time_that_was_said(on, at, zone):
    local = datetime.combine(on, at, ZoneInfo(zone))
    try:
        found = instant(on, at, zone)
    except ClockChange:
        assert local.utcoffset() != local.replace(fold=1).utcoffset()
        return
    assert found.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == datetime.combine(on, at)
