"""How a hotspot begins: the organisation asks one person. From then on it is the hotspot's own."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from circles.database import lock
from circles.extensions import db
from circles.membership.errors import OneHotspot
from circles.membership.models import Circle, CircleInvitation
from circles.membership.services.circles import open_hotspot
from circles.membership.services.invitations import invite, withdraw_invitation
from circles.people.addresses import normalise
from circles.people.models import Organisation


def ask_first_member(
    organisation: Organisation, email: str, *, purpose: str, now: datetime
) -> CircleInvitation:
    """Invites somebody to an empty hotspot; whoever says yes sits in it as the first, and is its trekker.

    An invitation nobody answered makes way for this one. Raises BadAddress, AlreadyInvited, TooManyInvitations, or
    OneHotspot while somebody sits in it: then it decides for itself.
    """
    lock(organisation)
    circle = open_hotspot(organisation.id)
    if circle and circle.open_seats:
        raise OneHotspot
    if circle and circle.seats:
        # All have left. What they wrote is theirs: who comes now begins anew.
        circle.stage, circle.ended_at, circle = "ended", now, None
        db.session.flush()
    if circle is None:
        circle = _empty(organisation, purpose, now)
    address = normalise(email)
    for waiting in _unanswered(circle):
        if waiting.email_normalised != address or waiting.expires_at <= now:
            take_back(waiting, now)
    db.session.flush()
    return invite(circle, None, email, now=now)


def waiting_invitation(circle: Circle, now: datetime) -> CircleInvitation | None:
    """The invitation to an empty hotspot that is still open."""
    return next((row for row in _unanswered(circle) if row.expires_at > now), None)


def take_back(invitation: CircleInvitation, now: datetime) -> None:
    """Closes an invitation, also one that ran out."""
    if invitation.expires_at > now:
        withdraw_invitation(invitation, now)
    else:
        invitation.outcome, invitation.closed_at = "expired", now


def _empty(organisation: Organisation, purpose: str, now: datetime) -> Circle:
    name = organisation.hotspot_name
    circle = Circle(
        organisation_id=organisation.id,
        kind="hotspot",
        name=name[:1].upper() + name[1:],
        purpose=purpose,
        zone=organisation.zone,
        region=organisation.region,
        begun_at=now,
    )
    circle.organisation, circle.seats = organisation, []
    db.session.add(circle)
    db.session.flush()
    return circle


def _unanswered(circle: Circle) -> list[CircleInvitation]:
    return list(
        db.session.scalars(
            sa.select(CircleInvitation)
            .where(CircleInvitation.circle_id == circle.id, CircleInvitation.closed_at.is_(None))
            .order_by(CircleInvitation.id)
        )
    )
