"""Organisations, their departments and crafts, and the hats people wear in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from circles.database import lock
from circles.extensions import db
from circles.people.errors import LastAdministrator
from circles.people.models import (
    Department,
    HeadCount,
    MailDomain,
    Organisation,
    Person,
    Profession,
    RelatedProfession,
    Role,
)


def create_organisation(
    name: str,
    *,
    now: datetime,
    slug: str | None = None,
    zone: str = "Europe/Amsterdam",
    region: str = "NL",
    locale: str = "nl",
    domains: Sequence[str] = (),
) -> Organisation:
    """An organisation without people yet. The slug is made of the name unless given."""
    organisation = Organisation(
        slug=slug or slug_of(name), name=name, zone=zone, region=region, locale=locale, created_at=now
    )
    plain = {domain.strip().lower().lstrip("@") for domain in domains}
    organisation.domains = [MailDomain(domain=domain) for domain in sorted(plain)]
    db.session.add(organisation)
    db.session.flush()
    return organisation


def slug_of(name: str) -> str:
    """A name as commands can take it: `De Linde` is `de-linde`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].rstrip("-") or "organisatie"


def department_named(organisation: Organisation, name: str) -> Department:
    """The department of that name, made when it is new."""
    found = db.session.scalar(
        sa.select(Department).where(Department.organisation_id == organisation.id, Department.name == name)
    )
    if found is None:
        found = Department(organisation_id=organisation.id, name=name)
        db.session.add(found)
        db.session.flush()
    return found


def profession_named(organisation: Organisation, name: str) -> Profession:
    """The craft of that name, made when it is new."""
    found = db.session.scalar(
        sa.select(Profession).where(Profession.organisation_id == organisation.id, Profession.name == name)
    )
    if found is None:
        found = Profession(organisation_id=organisation.id, name=name)
        db.session.add(found)
        db.session.flush()
    return found


def relate(one: Profession, other: Profession) -> None:
    """Two crafts become close enough to sit in one craft circle."""
    lower, higher = sorted((one.id, other.id))
    known = sa.select(RelatedProfession).where(
        RelatedProfession.lower_id == lower, RelatedProfession.higher_id == higher
    )
    if lower != higher and db.session.scalar(known) is None:
        db.session.add(RelatedProfession(lower_id=lower, higher_id=higher))


def count_heads(department: Department, quarter: str, people: int) -> None:
    """Notes how many people a department has in a quarter such as `2026-Q4`: a bare number."""
    row = db.session.scalar(
        sa.select(HeadCount).where(HeadCount.department_id == department.id, HeadCount.quarter == quarter)
    )
    if row is None:
        db.session.add(HeadCount(department_id=department.id, quarter=quarter, people=people))
    else:
        row.people = people


def quarter_of(now: datetime) -> str:
    """The quarter a moment on somebody's wall clock falls in: `2027-Q1`."""
    return f"{now.year}-Q{(now.month - 1) // 3 + 1}"


def quarter_before(quarter: str) -> str:
    """The quarter that came before."""
    year, number = int(quarter[:4]), int(quarter[-1])
    return f"{year}-Q{number - 1}" if number > 1 else f"{year - 1}-Q4"


def give_role(person: Person, role: str) -> None:
    """A hat beside being a professional. Giving it twice is giving it once."""
    if role not in person.role_names:
        person.roles.append(Role(role=role))


def take_role(person: Person, role: str) -> None:
    """Takes a hat off. Raises LastAdministrator."""
    if role == "administrator":
        keep_an_administrator(person)
    for row in [row for row in person.roles if row.role == role]:
        person.roles.remove(row)
        db.session.delete(row)


def keep_an_administrator(person: Person) -> None:
    """Raises LastAdministrator when nobody would be left to administer without this person.

    Holds the organisation, so that two administrators cannot take each other's hat at one moment.
    """
    lock(person.organisation)
    others = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(Role)
        .join(Person)
        .where(
            Role.role == "administrator",
            Person.organisation_id == person.organisation_id,
            Person.id != person.id,
            Person.disabled_at.is_(None),
        )
    )
    if "administrator" in person.role_names and not others:
        raise LastAdministrator
