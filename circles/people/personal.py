"""What this slice keeps of one person: to take along, and to erase."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from circles.extensions import db
from circles.people.models import AuditEntry, Invitee, ListUpload, Organisation, Person, SignIn, SignInCode
from circles.people.services.organisations import take_role


def own_data(person: Person) -> dict[str, Any]:
    """What the person said about themselves, their devices, and what was noted of them."""
    devices = db.session.scalars(sa.select(SignIn).where(SignIn.person_id == person.id).order_by(SignIn.id))
    trail = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.person_id == person.id).order_by(AuditEntry.id)
    )
    return {
        "person": _said(person),
        "invitation_list": [
            {
                "email": row.email,
                "name": row.name,
                "listed": row.listed_at.isoformat(),
                "invited": row.invited_at.isoformat() if row.invited_at else None,
                "accepted": row.accepted_at.isoformat() if row.accepted_at else None,
            }
            for row in db.session.scalars(sa.select(Invitee).where(*_listed(person)))
        ],
        "devices": [
            {"device": row.device, "from": row.signed_in_at.isoformat(), "last_used": row.seen_at.isoformat()}
            for row in devices
        ],
        "activity": [{"what": row.kind, "at": row.made_at.isoformat()} for row in trail],
    }


def has_namesake_elsewhere(person: Person) -> bool:
    """Somebody with the same address takes part in another organisation."""
    others = sa.select(Person.id).where(
        Person.email_normalised == person.email_normalised, Person.id != person.id
    )
    return db.session.scalar(others.limit(1)) is not None


def erase(person: Person, now: datetime) -> None:
    """Deletes the person, the row of the invitation list, codes and sessions. Raises LastAdministrator.

    The rest goes by the schema: what is somebody's own with them, what they signed for others stays unsigned. The
    trail keeps that and when, not who.
    """
    for role in sorted(person.role_names):
        take_role(person, role)
    db.session.flush()
    db.session.execute(sa.delete(Invitee).where(*_listed(person)))
    db.session.execute(sa.delete(SignInCode).where(SignInCode.email_normalised == person.email_normalised))
    db.session.execute(sa.update(AuditEntry).where(AuditEntry.person_id == person.id).values(detail=""))
    _strike_from_uploads(person)
    organisation_id = person.organisation_id
    db.session.execute(sa.delete(Person).where(Person.id == person.id))
    db.session.add(AuditEntry(organisation_id=organisation_id, kind="erased", made_at=now))


def erase_organisation(organisation: Organisation, now: datetime) -> None:
    """Deletes the organisation, and by the schema all that belongs to it; and codes for addresses of its people."""
    of_its_people = sa.select(Person.email_normalised).where(Person.organisation_id == organisation.id)
    db.session.execute(sa.delete(SignInCode).where(SignInCode.email_normalised.in_(of_its_people)))
    db.session.execute(sa.delete(Organisation).where(Organisation.id == organisation.id))
    db.session.add(AuditEntry(kind="organisation erased", made_at=now))


def _strike_from_uploads(person: Person) -> None:
    """A list that an administrator uploaded within the hour may name this person too."""
    uploads = sa.select(ListUpload).where(ListUpload.organisation_id == person.organisation_id)
    for upload in db.session.scalars(uploads.options(sa.orm.undefer(ListUpload.rows))):
        kept = [row for row in upload.rows if person.email_normalised not in row]
        if len(kept) < len(upload.rows):
            upload.rows = kept


def _listed(person: Person) -> tuple[sa.ColumnElement[bool], ...]:
    same = sa.or_(Invitee.email_normalised == person.email_normalised, Invitee.person_id == person.id)
    return Invitee.organisation_id == person.organisation_id, same


def _said(person: Person) -> dict[str, Any]:
    plain = (
        "email",
        "name",
        "locale",
        "zone",
        "speaks",
        "meets_online",
        "meets_on_site",
        "site",
        "craft_years",
    )
    return {name: getattr(person, name) for name in plain} | {
        "organisation": person.organisation.name,
        "profession": person.profession.name if person.profession else None,
        "department": person.department.name if person.department else None,
        "has_password": person.password_hash is not None,
        "joined": person.joined_at.isoformat(),
        "roles": sorted(person.role_names),
        "muted_mail": sorted(row.kind for row in person.muted),
    }
