"""Who is asking: the session behind the cookie, and the person behind the session."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar, cast

import sqlalchemy as sa
from flask import Request, abort, g, session
from flask_login import current_user
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from circles import clock
from circles.database import fingerprint
from circles.extensions import db
from circles.people.models import Department, Invitee, ListUpload, Person, Profession, SignIn

SESSION_KEY = "sign_in"
Named = TypeVar("Named", Department, Profession)


def signed_in_person() -> Person:
    """The person behind this request, as the row itself. Only for views whose policy admits nobody else."""
    return cast(Person, current_user._get_current_object())


def load_person(_request: Request) -> Person | None:
    """Whoever is signed in by this browser's cookie, in one query; `g.sign_in` is the session row."""
    token = session.get(SESSION_KEY)
    if not token:
        return None
    found = db.session.scalar(
        sa.select(SignIn)
        .join(SignIn.person)
        .options(
            contains_eager(SignIn.person).options(
                joinedload(Person.organisation), joinedload(Person.roles), joinedload(Person.profession),
                joinedload(Person.department),
            )
        )
        .where(
            SignIn.token_hash == fingerprint(token), SignIn.expires_at > clock.now(), Person.disabled_at.is_(None)
        )
    )  # fmt: skip
    if found is None:
        return None
    g.sign_in, g.seen = found, (found.id, found.seen_at)
    g.who = (found.person.organisation_id, found.person_id)
    return found.person


def invitee_for(administrator: Person, public_id: str) -> Invitee:
    """A row of the organisation's invitation list, or 404."""
    found = db.session.scalar(
        sa.select(Invitee).where(
            Invitee.public_id == public_id, Invitee.organisation_id == administrator.organisation_id
        )
    )
    return found or abort(404)


def member_for(administrator: Person, public_id: str) -> Person:
    """A member of the organisation with roles, or 404."""
    found: Person | None = db.session.scalar(
        sa.select(Person)
        .where(Person.public_id == public_id, Person.organisation_id == administrator.organisation_id)
        .options(selectinload(Person.roles), joinedload(Person.organisation))
    )
    return found or abort(404)


def named_for(administrator: Person, model: type[Named], public_id: str) -> Named:
    """A department or craft of the organisation, or 404."""
    found = db.session.scalar(
        sa.select(model).where(
            model.public_id == public_id, model.organisation_id == administrator.organisation_id
        )
    )
    return found or abort(404)


def upload_for(administrator: Person, public_id: str, looked_at_since: datetime) -> ListUpload:
    """An uploaded list of the organisation: confirmed, or uploaded since that instant; else 404."""
    found = db.session.scalar(
        sa.select(ListUpload).where(
            ListUpload.public_id == public_id,
            ListUpload.organisation_id == administrator.organisation_id,
            sa.or_(ListUpload.confirmed_at.is_not(None), ListUpload.uploaded_at > looked_at_since),
        )
    )
    return found or abort(404)
