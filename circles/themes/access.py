"""Who may see and curate themes."""

from __future__ import annotations

import sqlalchemy as sa
from flask import abort, g
from flask_login import current_user

from circles.extensions import db
from circles.membership.models import Circle, Seat
from circles.people.models import Person
from circles.policy import Policy
from circles.themes.models import HotspotQuestion, Theme


def theme_for(person: Person, public_id: str) -> Theme:
    """A theme of the person's organisation that is open to read, or 404."""
    theme = db.session.scalar(_theme(person, public_id).where(Theme.stage.in_(("ready", "rest"))))
    return theme or abort(404)


def curated_theme_for(person: Person, public_id: str) -> Theme:
    """Any theme of the organisation, for a member of its hotspot, or 404."""
    hotspot_for(person)
    return db.session.scalar(_theme(person, public_id)) or abort(404)


def question_for(person: Person, public_id: str) -> HotspotQuestion:
    """A question to the hotspot in which this person sits, or 404."""
    hotspot_for(person)
    return db.session.scalar(
        sa.select(HotspotQuestion).where(
            HotspotQuestion.organisation_id == person.organisation_id, HotspotQuestion.public_id == public_id
        )
    ) or abort(404)


def hotspot_for(person: Person) -> Circle:
    """The hotspot in which this person sits now, or 404."""
    return _hotspot_of(person) or abort(404)


def is_in_hotspot() -> bool:
    """Whether the signed-in person curates; asked once a request."""
    if "in_hotspot" not in g:
        g.in_hotspot = bool(current_user.is_authenticated and _hotspot_of(current_user))
    return bool(g.in_hotspot)


hotspot = Policy("hotspot", is_in_hotspot)


def _theme(person: Person, public_id: str) -> sa.Select[Theme]:
    return (
        sa.select(Theme)
        .where(Theme.organisation_id == person.organisation_id, Theme.public_id == public_id)
        .options(sa.orm.selectinload(Theme.versions))
    )


def _hotspot_of(person: Person) -> Circle | None:
    return db.session.scalar(
        sa.select(Circle)
        .join(Seat)
        .where(
            Circle.kind == "hotspot",
            Circle.stage != "ended",
            Circle.organisation_id == person.organisation_id,
            Seat.person_id == person.id,
            Seat.left_at.is_(None),
        )
    )
