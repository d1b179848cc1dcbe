"""Quarters on the wall clock of a zone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from circles.participation import quarters
from circles.participation.quarters import NotAQuarter


def test_a_quarter_begins_at_midnight_on_the_wall_clock():
    starts_at, ends_at = quarters.bounds("2027-Q2", "Europe/Amsterdam")
    assert starts_at.astimezone(UTC) == datetime(2027, 3, 31, 22, 0, tzinfo=UTC)
    assert ends_at.astimezone(UTC) == datetime(2027, 6, 30, 22, 0, tzinfo=UTC)


def test_the_last_quarter_ends_with_the_year():
    assert quarters.bounds("2026-Q4", "UTC")[1] == datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("instant", "settled"),
    [
        (datetime(2027, 4, 14, 21, 59, tzinfo=UTC), "2026-Q4"),
        (datetime(2027, 4, 14, 22, 0, tzinfo=UTC), "2027-Q1"),
        (datetime(2027, 1, 3, 12, 0, tzinfo=UTC), "2026-Q3"),
    ],
)
def test_a_quarter_settles_fourteen_days_after_its_close(instant, settled):
    assert quarters.last_settled(instant, "Europe/Amsterdam") == settled
    assert quarters.is_settled(settled, instant, "Europe/Amsterdam")


def test_before_the_first_comes_the_fourth():
    assert (quarters.before("2027-Q1"), quarters.before("2027-Q3")) == ("2026-Q4", "2027-Q2")


@pytest.mark.parametrize("text", ["", "2027", "2027-Q5", "2027-q1", "2027-Q1 ", "27-Q1", "2027-Q1/../.."])
def test_anything_else_is_no_quarter(text):
    with pytest.raises(NotAQuarter):
        quarters.read(text)
