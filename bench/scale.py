"""How much is measured: what is claimed, or just enough to see that every measure still runs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """Sizes of one run."""

    small: int = 240  # people
    large: int = 5_000  # people
    years: float = 2.0  # of meetings behind them
    rounds: int = 40  # of each page
    conclusions: int = 5_000
    readers: int = 20
    writers: int = 5
    seconds: float = 30.0
    invited: int = 10_000  # people in circles that plan at once
    mails: int = 2_000  # of their invitations that are sent
    listed: int = 20_000  # rows of an invitation list
    starts: int = 7
    shown: int = 240  # people in the demo


QUICK = Scale(
    small=16, large=40, years=0.2, rounds=2, conclusions=20, readers=2, writers=1, seconds=1.0, invited=32,
    mails=20, listed=50, starts=1, shown=60,
)  # fmt: skip
