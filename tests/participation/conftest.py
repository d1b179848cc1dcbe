"""An organisation large enough to be shown: three departments that meet in six circles."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from circles.people.models import HeadCount

CLOSED = "2027-Q1"
IN_QUARTER = datetime(2027, 2, 10, 13, 0, tzinfo=UTC)
SETTLED = datetime(2027, 4, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def linde(world, cast, session):
    """De Linde with 42 people in six circles that met in the first quarter of 2027."""
    departments = [world.department(cast.linde, name) for name in ("Jeugdhulp", "Wijkteams", "ICT")]
    session.add_all(HeadCount(department_id=d.id, quarter="2026-Q4", people=40) for d in departments)
    people = world.people(cast.linde, 42)
    for number, person in enumerate(people):
        person.department_id = departments[number % 3 if number < 39 else 2].id
    for start in range(0, 42, 7):
        circle = world.circle(*people[start : start + 7], name=f"Cirkel {start}", findable=True)
        world.meeting(circle, IN_QUARTER, state="held", ends_at=IN_QUARTER + timedelta(minutes=90))
    session.commit()
    return cast.linde
