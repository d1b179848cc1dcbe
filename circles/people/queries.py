"""Reading people and the organisation around them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from circles.extensions import db
from circles.people.models import (
    Department,
    Invitee,
    MailDomain,
    Organisation,
    Person,
    Profession,
    RelatedProfession,
)

PER_PAGE = 50
Row = TypeVar("Row")


@dataclass(frozen=True)
class Leaf(Generic[Row]):
    """One page of a long list."""

    rows: list[Row]
    total: int  # on all pages together
    number: int  # of this page, from 1
    pages: int


@dataclass(frozen=True)
class ListCounts:
    """How far the invitation list is, in people. Who said no is only ever counted."""

    listed: int
    invited: int
    accepted: int
    declined: int


def organisation_by_slug(slug: str) -> Organisation | None:
    """The organisation that commands call by this name."""
    return db.session.scalar(sa.select(Organisation).where(Organisation.slug == slug))


def person_by_email(organisation_id: int, email_normalised: str) -> Person | None:
    """The member of this organisation with that address."""
    return db.session.scalar(
        sa.select(Person).where(
            Person.organisation_id == organisation_id, Person.email_normalised == email_normalised
        )
    )


def memberships_of(email_normalised: str) -> list[Person]:
    """All active members behind an address, one for each organisation."""
    return list(
        db.session.scalars(
            sa.select(Person)
            .options(joinedload(Person.organisation))
            .where(Person.email_normalised == email_normalised, Person.disabled_at.is_(None))
            .order_by(Person.id)
        )
    )


def organisations_open_to(email_normalised: str) -> list[Organisation]:
    """Where somebody with this address may become a member: by its domain, or by an open row of the list.

    Not where an account on it was closed: an administrator opens that again.
    """
    domain = email_normalised.rpartition("@")[2]
    by_domain = sa.select(MailDomain.organisation_id).where(MailDomain.domain == domain)
    by_list = sa.select(Invitee.organisation_id).where(
        Invitee.email_normalised == email_normalised,
        Invitee.accepted_at.is_(None),
        Invitee.declined_at.is_(None),
        Invitee.withdrawn_at.is_(None),
    )
    closed = sa.select(Person.organisation_id).where(
        Person.email_normalised == email_normalised, Person.disabled_at.is_not(None)
    )
    return list(
        db.session.scalars(
            sa.select(Organisation)
            .where(
                Organisation.id.in_(by_domain.union(by_list)),
                Organisation.id.not_in(closed),
                Organisation.ends_at.is_(None),
            )
            .order_by(Organisation.id)
        )
    )


def professions_of(organisation_id: int) -> list[Profession]:
    """The crafts of an organisation, by name."""
    return list(
        db.session.scalars(
            sa.select(Profession)
            .where(Profession.organisation_id == organisation_id)
            .order_by(Profession.name)
        )
    )


def related_names(organisation_id: int) -> dict[int, list[str]]:
    """For each craft of the organisation by id: the names of the crafts close to it, in order."""
    names = {row.id: row.name for row in professions_of(organisation_id)}
    pairs = db.session.execute(
        sa.select(RelatedProfession.lower_id, RelatedProfession.higher_id).where(
            RelatedProfession.lower_id.in_(names)
        )
    )
    close: dict[int, list[str]] = {craft_id: [] for craft_id in names}
    for lower, higher in pairs:
        close[lower].append(names[higher])
        close[higher].append(names[lower])
    return {craft_id: sorted(others) for craft_id, others in close.items()}


def departments_of(organisation_id: int) -> list[Department]:
    """The departments of an organisation, by name."""
    return list(
        db.session.scalars(
            sa.select(Department)
            .where(Department.organisation_id == organisation_id)
            .order_by(Department.name)
        )
    )


def list_counts(organisation_id: int) -> ListCounts:
    """The invitation list in numbers."""
    row = db.session.execute(
        sa.select(
            sa.func.count(),
            sa.func.count(Invitee.invited_at),
            sa.func.count(Invitee.accepted_at),
            sa.func.count(Invitee.declined_at),
        ).where(Invitee.organisation_id == organisation_id, Invitee.withdrawn_at.is_(None))
    ).one()
    return ListCounts(*row)


def never_answered(organisation_id: int, since: datetime) -> int:
    """How many were invited before that instant and said neither yes nor no."""
    found = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(Invitee)
        .where(
            Invitee.organisation_id == organisation_id,
            Invitee.invited_at < since,
            Invitee.accepted_at.is_(None),
            Invitee.declined_at.is_(None),
            Invitee.withdrawn_at.is_(None),
        )
    )
    return found or 0


def invitees_page(organisation_id: int, *, search: str = "", page: int = 1) -> Leaf[Invitee]:
    """The invitation list by name and address, as far as it is not withdrawn."""
    wanted = sa.select(Invitee).where(
        Invitee.organisation_id == organisation_id, Invitee.withdrawn_at.is_(None), *_named(Invitee, search)
    )
    order = (Invitee.name == "", sa.func.lower(Invitee.name), Invitee.email_normalised)
    return _leaf(wanted.options(joinedload(Invitee.department)).order_by(*order), page)


def members_page(organisation_id: int, *, search: str = "", page: int = 1) -> Leaf[Person]:
    """The members by name, with department and roles."""
    wanted = sa.select(Person).where(Person.organisation_id == organisation_id, *_named(Person, search))
    loading = (joinedload(Person.department), selectinload(Person.roles))
    return _leaf(wanted.options(*loading).order_by(sa.func.lower(Person.name), Person.id), page)


def people_with_role(organisation_id: int) -> list[Person]:
    """Administrators and viewers, by name."""
    return list(
        db.session.scalars(
            sa.select(Person)
            .where(Person.organisation_id == organisation_id, Person.roles.any())
            .options(selectinload(Person.roles))
            .order_by(sa.func.lower(Person.name), Person.id)
        )
    )


def _named(model: type[Invitee] | type[Person], search: str) -> list[sa.ColumnElement[bool]]:
    words = search.split()
    return [
        sa.or_(
            model.name.icontains(word, autoescape=True),
            model.email_normalised.icontains(word, autoescape=True),
        )
        for word in words
    ]


def _leaf(wanted: sa.Select[Any], page: int) -> Leaf[Any]:
    total = db.session.scalar(
        sa.select(sa.func.count()).select_from(wanted.options().order_by(None).subquery())
    )
    pages = max(1, -(-(total or 0) // PER_PAGE))
    number = min(max(1, page), pages)
    rows = db.session.scalars(wanted.limit(PER_PAGE).offset((number - 1) * PER_PAGE)).all()
    return Leaf(list(rows), total or 0, number, pages)
