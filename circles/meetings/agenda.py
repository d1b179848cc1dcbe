"""The steps of a conversation, fitted to its length. Pure: names of steps and minutes, the words are the page's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

# Minutes out of ninety (domain: the conversation about good work).
USUAL = (("check_in", 10), ("last_time", 5), ("case", 25), ("good_work", 30), ("keep", 10), ("check_out", 10))
FIRST = (("welcome", 15), ("why_here", 20), ("charter", 30), ("rhythm", 15), ("check_out", 10))
LAST = (("check_in", 10), ("look_back", 35), ("thanks", 25), ("take_along", 15), ("check_out", 5))
SCRIPTS = {"usual": USUAL, "first": FIRST, "last": LAST}
WHOLE = 90
FIVE = 5


@dataclass(frozen=True)
class Step:
    """One step and how long it may take, in minutes."""

    name: str
    minutes: int


def script_for(*, comes_first: bool, has_ended: bool) -> str:
    """What fits by itself: `first` where no meeting came before, `last` once the circle has ended, else `usual`."""
    if has_ended:
        return "last"
    return "first" if comes_first else "usual"


def steps(script: str, minutes: int) -> list[Step]:
    """The steps of a script for a conversation of that many minutes, in fives; they add up to it exactly.

    The longest step takes what rounding leaves. `script` is usual, first or last.
    """
    lengths = {
        name: max(FIVE, round(share * minutes / WHOLE / FIVE) * FIVE) for name, share in SCRIPTS[script]
    }
    longest = max(lengths, key=lambda name: lengths[name])
    lengths[longest] += minutes - sum(lengths.values())
    return [Step(name, length) for name, length in lengths.items()]


def ends(steps: Sequence[Step], begun_at: datetime) -> list[datetime]:
    """When each step is over, where all keep to their time."""
    return [begun_at + timedelta(minutes=sum_) for sum_ in accumulate(step.minutes for step in steps)]


def step_at(steps: Sequence[Step], begun_at: datetime, now: datetime) -> int:
    """Number of the step that the clock says, from 1; the last one when all time is over."""
    over = sum(end <= now for end in ends(steps, begun_at))
    return min(over + 1, len(steps))
