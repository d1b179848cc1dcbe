"""Nobody gets into a circle that has ended: who was about to, hears so or waits no longer."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from circles.extensions import db
from circles.membership.models import Circle, WaitingPlace
from circles.membership.queries import open_asks_of, open_invitations_of
from circles.membership.services.asks import decline_ask
from circles.membership.services.invitations import withdraw_invitation
from circles.people.models import Person


def close_doors(circle: Circle, by: Person, now: datetime) -> None:
    """Takes back open invitations, answers who asked, and lets go of who waited."""
    for invitation in open_invitations_of(circle):
        if invitation.expires_at > now:
            withdraw_invitation(invitation, now)
    for ask in open_asks_of(circle):
        if ask.expires_at > now:
            decline_ask(ask, by, now)
    db.session.execute(sa.delete(WaitingPlace).where(WaitingPlace.circle_id == circle.id))
