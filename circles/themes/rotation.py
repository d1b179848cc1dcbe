"""Which themes to offer a circle for next time, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from itertools import takewhile

STAY_AT_LEAST = 3  # meetings with one framework
STAY_AT_MOST = 5
FRESH_IN_MIND = 3  # the last talks, which do not come back yet however many members mark them


class Reason(Enum):
    """Why a theme is offered; the words are made where they are shown."""

    INTEREST = "interest"  # members marked it: *dit houdt me bezig*
    SAME_FRAMEWORK = "same_framework"  # stay a while with what they are at
    NEW_FRAMEWORK = "new_framework"  # they were there for long enough
    CAME_BACK = "came_back"  # they spoke of it more than a year ago
    FRESH = "fresh"  # they never had it


@dataclass(frozen=True)
class ThemeInfo:
    """What choosing needs to know of a theme."""

    id: int
    framework: str  # letter; empty for a theme of one's own
    elements: frozenset[str]
    team_only: bool
    title: str


@dataclass(frozen=True)
class Talked:
    """A meeting held, or planned with its theme; no theme for an own question or only a situation."""

    theme_id: int | None
    framework: str | None
    on: date


@dataclass(frozen=True)
class Proposal:
    """A theme for next time with its reason; `count` is the number of members who marked it."""

    theme_id: int
    reason: Reason
    count: int = 0


def propose(
    themes: Sequence[ThemeInfo],
    *,
    history: Sequence[Talked],
    interests: Mapping[int, int],
    kind: str,
    today: date,
    rest_days: int = 365,
    n: int = 3,
) -> list[Proposal]:
    """Up to `n` different themes, best first. `history` oldest first; `interests` counts members by theme id.

    What members marked comes first. Then the circle stays three to five meetings with one framework and goes on to
    another. The last place is for a theme of more than `rest_days` ago. A theme they had since then rests, unless
    members mark it and it was not among their last three. The same arguments give the same answer, in whatever order
    the themes come.
    """
    circle = _Circle.of(history, interests, today - timedelta(days=rest_days))
    left = [theme for theme in themes if (kind == "team" or not theme.team_only) and circle.may_have(theme)]
    chosen: list[ThemeInfo] = []
    while left and len(chosen) < n:
        best = min(left, key=lambda theme: circle.rank(theme, chosen))
        if chosen and len(chosen) == n - 1:
            best = circle.returning(best, left, chosen)
        chosen.append(best)
        left.remove(best)
    return [Proposal(theme.id, circle.reason(theme), circle.marks(theme)) for theme in chosen]


@dataclass(frozen=True)
class _Circle:
    """Where a circle is: what it had when, what its members marked, and how long it is with a framework."""

    interests: Mapping[int, int]
    last_on: Mapping[int, date]
    last_three: frozenset[int]
    resting_since: date
    framework: str | None
    stayed: int  # meetings in a row; an own question in between does not count

    @classmethod
    def of(cls, history: Sequence[Talked], interests: Mapping[int, int], resting_since: date) -> _Circle:
        themes = [(talk.theme_id, talk.on) for talk in history if talk.theme_id is not None]
        frameworks = [talk.framework for talk in reversed(history) if talk.framework]
        return cls(
            interests=interests,
            last_on=dict(sorted(themes, key=lambda theme: theme[1])),
            last_three=frozenset(theme_id for theme_id, _ in themes[-FRESH_IN_MIND:]),
            resting_since=resting_since,
            framework=frameworks[0] if frameworks else None,
            stayed=len(list(takewhile(lambda framework: framework == frameworks[0], frameworks))),
        )

    def marks(self, theme: ThemeInfo) -> int:
        return self.interests.get(theme.id, 0)

    def may_have(self, theme: ThemeInfo) -> bool:
        return not self._rests(theme) or (self.marks(theme) > 0 and theme.id not in self.last_three)

    def rank(self, theme: ThemeInfo, chosen: Sequence[ThemeInfo]) -> tuple[object, ...]:
        """Sorts the best theme first, beside those already chosen for the same meeting."""
        name = (theme.title.casefold(), theme.id)
        if self.marks(theme):
            return 0, self._rests(theme), -self.marks(theme), *name
        return (
            1,
            self._is_out_of_step(theme),
            sum(other.framework == theme.framework for other in chosen),
            theme.framework != self.framework,
            self.last_on.get(theme.id, date.min),
            sum(len(other.elements & theme.elements) for other in chosen),
            *name,
        )

    def returning(self, best: ThemeInfo, left: Iterable[ThemeInfo], chosen: Sequence[ThemeInfo]) -> ThemeInfo:
        """For the last place: a theme of long ago, the longest first, unless there is one or members want another."""
        if self.marks(best) or any(self.reason(theme) is Reason.CAME_BACK for theme in chosen):
            return best
        long_ago = [theme for theme in left if self.reason(theme) is Reason.CAME_BACK]
        return min(long_ago, key=lambda theme: (self.last_on[theme.id], theme.id), default=best)

    def reason(self, theme: ThemeInfo) -> Reason:
        if self.marks(theme):
            return Reason.INTEREST
        if theme.id in self.last_on:
            return Reason.CAME_BACK
        if self.framework and theme.framework == self.framework and self.stayed < STAY_AT_MOST:
            return Reason.SAME_FRAMEWORK
        if self.framework and theme.framework != self.framework and self.stayed >= STAY_AT_LEAST:
            return Reason.NEW_FRAMEWORK
        return Reason.FRESH

    def _rests(self, theme: ThemeInfo) -> bool:
        return self.last_on.get(theme.id, date.min) > self.resting_since

    def _is_out_of_step(self, theme: ThemeInfo) -> bool:
        if self.framework is None or STAY_AT_LEAST <= self.stayed < STAY_AT_MOST:
            return False
        return (theme.framework == self.framework) == (self.stayed >= STAY_AT_MOST)
