"""Inviting a colleague by mail. An invitation holds no seat: who accepts first, sits."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from circles.extensions import db
from circles.membership import mails
from circles.membership.errors import (
    AlreadyInvited,
    AlreadySeated,
    CircleIsFull,
    InvitationClosed,
    TooManyInvitations,
)
from circles.membership.models import Circle, CircleInvitation, Seat
from circles.membership.services.seats import join
from circles.membership.services.stages import must_go_on
from circles.membership.services.waiting import wait_for_seat
from circles.people.addresses import normalise
from circles.people.models import Person
from circles.people.queries import person_by_email
from circles.people.services.joining import list_invitee

LIVES = timedelta(days=30)
REMIND_AFTER = timedelta(days=7)
OPEN_PER_CIRCLE = 12
SENT_PER_DAY = 20


def invite(
    circle: Circle, inviter: Person | None, email: str, *, now: datetime, note: str = ""
) -> CircleInvitation:
    """Queues the mail. Who is no member of the organisation yet may become one by accepting.

    Without an inviter the organisation asks: that is how a hotspot gets its first member. Raises BadAddress,
    AlreadySeated, AlreadyInvited, TooManyInvitations or CircleHasEnded.
    """
    must_go_on(circle)
    address = normalise(email)
    person = person_by_email(circle.organisation_id, address)
    if person and any(seat.person_id == person.id for seat in circle.open_seats):
        raise AlreadySeated
    _within_limits(circle, inviter, address, now)
    if person is None:
        locale = inviter.locale if inviter else circle.organisation.locale
        list_invitee(circle.organisation_id, email, now=now, locale=locale)
    invitation = CircleInvitation(
        circle_id=circle.id,
        inviter_id=inviter.id if inviter else None,
        email=email.strip(),
        email_normalised=address,
        note=note.strip(),
        sent_at=now,
        expires_at=now + LIVES,
    )
    invitation.circle, invitation.inviter = circle, inviter
    db.session.add(invitation)
    db.session.flush()
    mails.circle_invitation(invitation, person, now)
    return invitation


def accept_invitation(invitation: CircleInvitation, person: Person, now: datetime) -> Seat | None:
    """Sits down, and the others hear so. None when all seats are taken: then the person stands in line.

    The invitation then stays open. Raises InvitationClosed, or what else sitting down raises; then nothing has changed.
    """
    _open(invitation, now)
    try:
        seat = join(invitation.circle, person, now)
    except CircleIsFull:
        wait_for_seat(invitation.circle, person, now)
        return None
    _close(invitation, "accepted", now)
    return seat


def decline_invitation(invitation: CircleInvitation, now: datetime) -> None:
    """No, thank you. Declining twice is declining once. Raises InvitationClosed after another answer."""
    if invitation.outcome == "declined":
        return
    _open(invitation, now)
    _close(invitation, "declined", now)


def withdraw_invitation(invitation: CircleInvitation, now: datetime) -> None:
    """The circle takes it back. Raises InvitationClosed."""
    _open(invitation, now)
    _close(invitation, "withdrawn", now)


def invitations_to_tend(now: datetime) -> list[int]:
    """Ids of open invitations to remind of once, or to let go."""
    to_remind = sa.and_(
        CircleInvitation.reminded_at.is_(None), CircleInvitation.sent_at <= now - REMIND_AFTER
    )
    return list(
        db.session.scalars(
            sa.select(CircleInvitation.id)
            .where(
                CircleInvitation.closed_at.is_(None), sa.or_(to_remind, CircleInvitation.expires_at <= now)
            )
            .order_by(CircleInvitation.id)
        )
    )


def tend_invitation(invitation_id: int, now: datetime) -> int:
    """Reminds of one invitation, once, or lets it expire."""
    invitation = db.session.get_one(CircleInvitation, invitation_id, with_for_update=True)
    if invitation.closed_at:
        return 0
    if invitation.expires_at <= now:
        _close(invitation, "expired", now)
        return 1
    if invitation.reminded_at is None:
        invitation.reminded_at = now
        person = person_by_email(invitation.circle.organisation_id, invitation.email_normalised)
        mails.circle_invitation_reminder(invitation, person, now)
        return 1
    return 0


def _within_limits(circle: Circle, inviter: Person | None, address: str, now: datetime) -> None:
    opened = db.session.scalars(
        sa.select(CircleInvitation.email_normalised).where(
            CircleInvitation.circle_id == circle.id, CircleInvitation.closed_at.is_(None)
        )
    ).all()
    if address in opened:
        raise AlreadyInvited
    whose = CircleInvitation.inviter_id == inviter.id if inviter else CircleInvitation.circle_id == circle.id
    sent = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(CircleInvitation)
        .where(whose, CircleInvitation.sent_at > now - timedelta(days=1))
    )
    if len(opened) >= OPEN_PER_CIRCLE or (sent or 0) >= SENT_PER_DAY:
        raise TooManyInvitations


def _open(invitation: CircleInvitation, now: datetime) -> None:
    if invitation.closed_at is not None or invitation.expires_at <= now:
        raise InvitationClosed


def _close(invitation: CircleInvitation, outcome: str, now: datetime) -> None:
    invitation.outcome, invitation.closed_at = outcome, now
