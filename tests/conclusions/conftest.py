"""A circle that has met, is meeting and will meet, and something it kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from circles.conclusions import services
from circles.conclusions.models import Conclusion
from circles.meetings.models import Meeting


@dataclass
class Meetings:
    """One meeting in each state of its life."""

    held: Meeting  # three weeks ago
    unsaid: Meeting  # two days ago; nobody said whether it took place
    begun: Meeting  # going on
    coming: Meeting  # in ten days
    skipped: Meeting


@pytest.fixture
def meetings(world, cast, now) -> Meetings:
    """The circle's meetings, one in each state."""
    return Meetings(
        held=world.meeting(cast.circle, now - timedelta(days=21), state="held"),
        unsaid=world.meeting(cast.circle, now - timedelta(days=2)),
        begun=world.meeting(cast.circle, now - timedelta(minutes=20), state="begun"),
        coming=world.meeting(cast.circle),
        skipped=world.meeting(cast.circle, now + timedelta(days=20), state="skipped"),
    )


@pytest.fixture
def keep(session, meetings, cast, now) -> Callable[..., Conclusion]:
    """Keeps something as Alice, at the meeting that was held: `keep("Wij vragen eerst.", kind="norm")`."""

    def record(text: str, *, kind: str = "insight", **values: object) -> Conclusion:
        values = {"meeting": meetings.held, "person": cast.alice, "now": now, "kind": kind, **values}
        conclusion = services.record(values.pop("meeting"), values.pop("person"), text=text, **values)
        session.commit()
        return conclusion

    return record
