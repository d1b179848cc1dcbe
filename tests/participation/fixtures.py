"""Organisations large enough to be shown, for tests of the figures and of the pages that print them."""

from __future__ import annotations

import json
import random
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import pytest

from circles.extensions import db
from circles.participation import services
from circles.participation.disclosure import Figures
from circles.participation.models import ParticipationSnapshot
from circles.people.models import HeadCount
from tests.participation.obeying import obeys, organisation

CLOSED = "2027-Q1"
IN_QUARTER = datetime(2027, 2, 10, 13, 0, tzinfo=UTC)
SETTLED = datetime(2027, 4, 20, 9, 0, tzinfo=UTC)
ORGANISATIONS = {
    "many departments": (2, 9, (20, 60), (0.2, 0.8)),
    "few people": (5, 3, (6, 14), (0.3, 0.6)),
    "small departments": (8, 7, (6, 30), (0.1, 0.5)),
    "hardly anybody": (11, 2, (6, 10), (0.1, 0.2)),
    "large": (13, 12, (50, 80), (0.3, 0.6)),
}


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


@pytest.fixture(params=ORGANISATIONS, ids=str)
def figures(request, app, cast, time) -> Figures:
    """A random organisation, frozen and released as De Linde."""
    time.to(SETTLED)
    seed, departments, heads, part = ORGANISATIONS[request.param]
    snapshot = organisation(random.Random(seed), departments, heads, part)
    db.session.add(
        ParticipationSnapshot(
            organisation_id=cast.linde.id,
            quarter=CLOSED,
            taken_at=SETTLED,
            content=json.dumps(asdict(snapshot)),
        )
    )
    db.session.flush()
    made = services.make_release(cast.linde, CLOSED, SETTLED)
    db.session.commit()
    released = services.figures_of(made)
    assert released == obeys(snapshot, cast.linde.k)
    return released
