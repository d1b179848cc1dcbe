"""Weeks of half hours: packed, unpacked, and where they meet."""

from __future__ import annotations

from datetime import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from circles.availability.free import (
    BYTES,
    PER_DAY,
    SLOTS,
    SlotOutOfRange,
    Together,
    common_starts,
    free_counts,
    pack,
    shifted,
    slot,
    spans,
    together,
    unpack,
)

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(7)


def hours(day: int, first: time, last: time) -> range:
    """The half hours from one time up to another, on one day."""
    return range(slot(day, first), slot(day, last))


ALICE = pack([*hours(MONDAY, time(9), time(12)), *hours(TUESDAY, time(15, 30), time(17, 30))])
BOB = pack([*hours(MONDAY, time(10), time(12)), *hours(TUESDAY, time(15), time(17))])
CAROL = pack(hours(MONDAY, time(10, 30), time(13)))


@pytest.mark.parametrize(
    ("day", "at", "expected"),
    [
        (MONDAY, time(0), 0),
        (MONDAY, time(0, 30), 1),
        (MONDAY, time(23, 30), 47),
        (TUESDAY, time(0), 48),
        (TUESDAY, time(15, 30), 79),
        (SUNDAY, time(23, 30), 335),
    ],
)
def test_half_hours_are_counted_from_monday_midnight(day, at, expected):
    assert slot(day, at) == expected


@pytest.mark.parametrize(
    ("day", "at"),
    [(7, time(9)), (-1, time(9)), (0, time(9, 15)), (0, time(9, 30, 1)), (0, time(9, 0, 0, 1))],
)
def test_what_is_no_half_hour_of_the_week_is_refused(day, at):
    with pytest.raises(SlotOutOfRange):
        slot(day, at)


@pytest.mark.parametrize("number", [-1, SLOTS, 10_000])
def test_number_outside_the_week_is_refused(number):
    with pytest.raises(SlotOutOfRange):
        pack([20, number])


@pytest.mark.parametrize("week", [b"", b"\x01", bytes(BYTES - 1), bytes(BYTES + 1)])
def test_bitmap_of_another_length_is_refused(week):
    with pytest.raises(SlotOutOfRange):
        unpack(week)
    with pytest.raises(SlotOutOfRange):
        spans(week)
    with pytest.raises(SlotOutOfRange):
        common_starts([ALICE, week])
    with pytest.raises(SlotOutOfRange):
        free_counts([ALICE, week])


def test_week_takes_42_bytes_and_an_empty_one_is_all_zeros():
    assert (BYTES, len(pack([])), pack([])) == (42, 42, bytes(42))


def test_first_half_hour_is_the_lowest_bit():
    # Stored rows depend on it.
    assert pack([0])[0] == 1
    assert pack([9])[1] == 2
    assert pack([335])[41] == 128


def test_same_half_hour_twice_counts_once():
    assert unpack(pack([5, 3, 5])) == [3, 5]


def test_common_starts_leave_room_for_the_whole_meeting():
    assert common_starts([ALICE, BOB]) == [
        slot(MONDAY, time(10)),
        slot(MONDAY, time(10, 30)),
        slot(TUESDAY, time(15, 30)),
    ]
    assert common_starts([ALICE, BOB, CAROL]) == [slot(MONDAY, time(10, 30))]
    assert common_starts([ALICE, BOB, CAROL], half_hours=4) == []


def test_nobody_has_no_common_start():
    assert common_starts([]) == []
    assert free_counts([]) == {}


def test_one_person_alone_is_free_when_free():
    assert common_starts([CAROL], half_hours=5) == [slot(MONDAY, time(10, 30))]


def test_meeting_never_crosses_midnight():
    late = pack(range(slot(MONDAY, time(23)), slot(TUESDAY, time(1))))
    assert common_starts([late], half_hours=2) == [slot(MONDAY, time(23)), slot(TUESDAY, time(0))]
    assert common_starts([late], half_hours=3) == []
    assert free_counts([late], half_hours=3) == {}


def test_week_does_not_run_on_from_sunday_to_monday():
    night = pack([slot(SUNDAY, time(23, 30)), slot(MONDAY, time(0))])
    assert common_starts([night], half_hours=2) == []


def test_whole_free_day_is_a_start_until_it_no_longer_fits():
    wednesday = pack(hours(WEDNESDAY, time(0), time(23, 30)))
    assert common_starts([wednesday], half_hours=47) == [slot(WEDNESDAY, time(0))]
    assert common_starts([wednesday], half_hours=48) == []


def test_counts_say_how_many_can_at_each_start_in_order():
    assert free_counts([ALICE, BOB, CAROL]) == {
        slot(MONDAY, time(9)): 1,
        slot(MONDAY, time(9, 30)): 1,
        slot(MONDAY, time(10)): 2,
        slot(MONDAY, time(10, 30)): 3,
        slot(MONDAY, time(11)): 1,
        slot(MONDAY, time(11, 30)): 1,
        slot(TUESDAY, time(15)): 1,
        slot(TUESDAY, time(15, 30)): 2,
        slot(TUESDAY, time(16)): 1,
    }


def test_spans_merge_what_follows_within_a_day():
    assert spans(ALICE) == [(MONDAY, 18, 24), (TUESDAY, 31, 35)]
    assert spans(pack([])) == []


def test_spans_break_at_midnight():
    late = pack(range(slot(SATURDAY, time(23)), slot(SUNDAY, time(1))))
    assert spans(late) == [(SATURDAY, 46, 48), (SUNDAY, 0, 2)]


# Laws, for any weeks.

slots = st.frozensets(st.integers(0, SLOTS - 1))
# Random half hours seldom follow each other, so weeks are made of spans.
weeks = st.lists(st.tuples(st.integers(0, SLOTS - 1), st.integers(1, 20)), max_size=8).map(
    lambda runs: frozenset(n for first, length in runs for n in range(first, min(first + length, SLOTS)))
)
circles = st.lists(weeks, max_size=8)
by_law = settings(deadline=None)


def fits(week: frozenset[int], start: int, half_hours: int) -> bool:
    """The rule in its plainest form."""
    return start % PER_DAY + half_hours <= PER_DAY and set(range(start, start + half_hours)) <= week


@by_law
@given(slots)
def test_law_packing_loses_nothing(chosen):
    week = pack(chosen)
    assert len(week) == BYTES
    assert unpack(week) == sorted(chosen)


@by_law
@given(slots | weeks)
def test_law_spans_cover_the_week_and_do_not_touch(chosen):
    found = spans(pack(chosen))
    assert {day * PER_DAY + half for day, first, after in found for half in range(first, after)} == chosen
    assert found == sorted(found)
    assert all(one[0] != other[0] or one[2] < other[1] for one, other in pairwise(found))


@by_law
@given(circles, st.integers(1, 6))
def test_law_counts_are_those_of_the_plain_rule(people, half_hours):
    expected = {
        start: count
        for start in range(SLOTS)
        if (count := sum(fits(week, start, half_hours) for week in people))
    }
    assert free_counts([pack(week) for week in people], half_hours=half_hours) == expected


@by_law
@given(circles.filter(bool), st.integers(1, 6))
def test_law_common_starts_are_those_that_suit_all(people, half_hours):
    packed = [pack(week) for week in people]
    counts = free_counts(packed, half_hours=half_hours)
    expected = [start for start, count in counts.items() if count == len(people)]
    assert common_starts(packed, half_hours=half_hours) == expected


def test_what_suits_all_is_a_stretch_of_half_hours():
    assert together([ALICE, BOB, CAROL]) == Together(3, [(MONDAY, 21, 24)])
    assert together([ALICE, BOB], least=2) == Together(2, [(MONDAY, 20, 24), (TUESDAY, 31, 34)])


def test_else_what_suits_all_but_one():
    dan = pack(hours(SUNDAY, time(9), time(12)))
    assert together([ALICE, BOB, CAROL, dan]) == Together(3, [(MONDAY, 21, 24)])


def test_in_a_stretch_the_same_people_can_from_beginning_to_end():
    early, late, long = (
        pack(hours(MONDAY, time(first), time(last))) for first, last in ((9, 11), (11, 13), (9, 13))
    )
    assert together([early, late, long, long], least=3) == Together(3, [(MONDAY, 18, 22), (MONDAY, 22, 26)])


def test_fewer_than_three_would_show_whose_hours_they_are():
    assert together([ALICE, BOB]) is None
    assert together([ALICE, BOB, pack(hours(SUNDAY, time(9), time(12)))]) is None
    assert together([]) is None


def test_a_stretch_is_long_enough():
    assert together([ALICE, BOB, CAROL], half_hours=3) is not None
    assert together([ALICE, BOB, CAROL], half_hours=4) is None


def test_a_week_on_another_clock():
    nine_to_ten = pack(hours(MONDAY, time(9), time(10)))
    assert spans(shifted(nine_to_ten, 6 * 60)) == [(MONDAY, 30, 32)]
    assert spans(shifted(nine_to_ten, -10 * 60)) == [(SUNDAY, 46, 48)]
    assert spans(shifted(nine_to_ten, 15)) == [(MONDAY, 19, 20)]  # 9.15 to 10.15 holds one whole half hour
    assert spans(shifted(nine_to_ten, -15)) == [(MONDAY, 18, 19)]


@given(st.sets(st.integers(0, SLOTS - 1)), st.integers(-24, 24))
def test_to_another_clock_and_back_is_the_same_week(slots, half_hours):
    week = pack(slots)
    assert shifted(shifted(week, 30 * half_hours), -30 * half_hours) == week
