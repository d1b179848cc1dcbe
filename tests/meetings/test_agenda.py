"""The steps of a conversation: how long each takes, and where the clock says we are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circles.meetings import agenda

BEGUN = datetime(2027, 3, 1, 13, 0, tzinfo=UTC)


@pytest.mark.parametrize("script", list(agenda.SCRIPTS))
def test_ninety_minutes_are_shared_as_the_script_says(script):
    assert [(step.name, step.minutes) for step in agenda.steps(script, 90)] == list(agenda.SCRIPTS[script])


@given(st.sampled_from(sorted(agenda.SCRIPTS)), st.integers(60, 480))
def test_the_steps_fill_the_conversation_exactly(script, minutes):
    steps = agenda.steps(script, minutes)
    assert sum(step.minutes for step in steps) == minutes
    assert all(step.minutes >= agenda.FIVE for step in steps)
    assert agenda.ends(steps, BEGUN)[-1] == BEGUN + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("minutes", "number"), [(-5, 1), (0, 1), (9, 1), (10, 2), (15, 3), (39, 3), (40, 4), (89, 6), (300, 6)]
)
def test_the_clock_says_which_step_it_is(minutes, number):
    steps = agenda.steps("usual", 90)
    assert agenda.step_at(steps, BEGUN, BEGUN + timedelta(minutes=minutes)) == number


@pytest.mark.parametrize(
    ("comes_first", "has_ended", "script"),
    [(True, False, "first"), (False, False, "usual"), (False, True, "last"), (True, True, "last")],
)
def test_the_script_that_fits(comes_first, has_ended, script):
    assert agenda.script_for(comes_first=comes_first, has_ended=has_ended) == script
