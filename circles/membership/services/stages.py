"""What can be done in a circle that goes on, and no longer in one that rests or has ended."""

from __future__ import annotations

from circles.membership.errors import CircleHasEnded, CircleRests
from circles.membership.models import Circle


def must_go_on(circle: Circle) -> None:
    """Raises CircleHasEnded."""
    if circle.has_ended:
        raise CircleHasEnded(circle.public_id)


def must_plan(circle: Circle) -> None:
    """Raises CircleHasEnded, or CircleRests while nothing is planned."""
    must_go_on(circle)
    if circle.rests:
        raise CircleRests(circle.public_id)
