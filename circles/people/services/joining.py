"""Becoming a member: by the invitation list, or by an address of the organisation's own domain."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from circles.extensions import db
from circles.people.addresses import normalise
from circles.people.errors import AlreadyHere, InvitationClosed
from circles.people.models import Department, Invitee, Organisation, Person, Profession
from circles.people.queries import person_by_email


def join_organisation(
    organisation: Organisation,
    *,
    email: str,
    name: str,
    now: datetime,
    profession: Profession | None = None,
    department: Department | None = None,
    speaks: str = "nl",
    locale: str | None = None,
) -> Person:
    """A new member, by own choice. What the invitation list knows is taken over. Raises AlreadyHere, BadAddress."""
    address = normalise(email)
    if person_by_email(organisation.id, address):
        raise AlreadyHere
    invitee = _invitee(organisation.id, address)
    if invitee:
        profession, department, speaks = (
            profession or invitee.profession,
            department or invitee.department,
            invitee.speaks or speaks,
        )
    person = Person(
        organisation_id=organisation.id,
        email=email.strip(),
        email_normalised=address,
        name=name.strip(),
        speaks=speaks,
        locale=locale or organisation.locale,
        joined_at=now,
    )
    person.organisation, person.profession, person.department = organisation, profession, department
    person.roles, person.muted = [], []
    db.session.add(person)
    db.session.flush()
    if invitee:
        invitee.accepted_at, invitee.person_id, invitee.withdrawn_at = now, person.id, None
    return person


def list_invitee(
    organisation_id: int, email: str, *, now: datetime, name: str = "", locale: str = "nl"
) -> Invitee:
    """Puts an address on the invitation list, as somebody a colleague asked. Who declined before may be asked again."""
    address = normalise(email)
    invitee = _invitee(organisation_id, address)
    if invitee is None:
        invitee = Invitee(
            organisation_id=organisation_id,
            email=email.strip(),
            email_normalised=address,
            name=name,
            speaks=locale,
            listed_at=now,
            invited_at=now,  # the colleague's mail is the invitation
        )
        db.session.add(invitee)
    invitee.declined_at = invitee.withdrawn_at = None
    return invitee


def decline_invitee(invitee: Invitee, now: datetime) -> None:
    """No, thank you. Raises InvitationClosed when it was answered before."""
    if invitee.accepted_at:
        raise InvitationClosed
    invitee.declined_at = invitee.declined_at or now


def _invitee(organisation_id: int, address: str) -> Invitee | None:
    return db.session.scalar(
        sa.select(Invitee).where(
            Invitee.organisation_id == organisation_id, Invitee.email_normalised == address
        )
    )
