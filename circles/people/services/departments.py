"""Departments and crafts as the administrator keeps them: names, heads, and which crafts are close."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from circles.database import lock
from circles.extensions import db
from circles.people.errors import NameTaken
from circles.people.models import (
    LARGE_ORGANISATION,
    Department,
    HeadCount,
    Organisation,
    Profession,
    RelatedProfession,
)
from circles.people.services import organisations

LARGE_K = 10  # the smallest group in figures of a large organisation


def add_department(organisation: Organisation, name: str) -> Department:
    """A department of that name. Raises NameTaken."""
    _free(Department, organisation, name, but=None)
    return organisations.department_named(organisation, name)


def add_craft(organisation: Organisation, name: str) -> Profession:
    """A craft of that name. Raises NameTaken."""
    _free(Profession, organisation, name, but=None)
    return organisations.profession_named(organisation, name)


def rename(row: Department | Profession, organisation: Organisation, name: str) -> None:
    """Another name for the same. Raises NameTaken."""
    _free(type(row), organisation, name, but=row.id)
    row.name = name


def relate_only(craft: Profession, others: Iterable[Profession]) -> None:
    """Makes exactly these crafts the ones close to it."""
    for row in db.session.scalars(
        sa.select(RelatedProfession).where(
            sa.or_(RelatedProfession.lower_id == craft.id, RelatedProfession.higher_id == craft.id)
        )
    ):
        db.session.delete(row)
    db.session.flush()
    for other in others:
        organisations.relate(craft, other)


def related_to(craft: Profession) -> set[int]:
    """Ids of the crafts close to this one."""
    rows = db.session.execute(
        sa.select(RelatedProfession.lower_id, RelatedProfession.higher_id).where(
            sa.or_(RelatedProfession.lower_id == craft.id, RelatedProfession.higher_id == craft.id)
        )
    )
    return {lower if higher == craft.id else higher for lower, higher in rows}


def head_counts(organisation_id: int, quarters: Iterable[str]) -> dict[tuple[int, str], int]:
    """People by department id and quarter, where somebody noted them."""
    rows = db.session.execute(
        sa.select(HeadCount.department_id, HeadCount.quarter, HeadCount.people)
        .join(Department)
        .where(Department.organisation_id == organisation_id, HeadCount.quarter.in_(list(quarters)))
    )
    return {(department_id, quarter): people for department_id, quarter, people in rows}


def note_heads(organisation: Organisation, counts: Mapping[tuple[int, str], int | None]) -> None:
    """Notes heads by department id and quarter; None takes a number away.

    An organisation that turns out to be large gets the larger smallest group: figures need ten people instead of five.
    """
    lock(organisation)
    quarters = {quarter for _department, quarter in counts}
    known = {
        (row.department_id, row.quarter): row
        for row in db.session.scalars(
            sa.select(HeadCount)
            .join(Department)
            .where(Department.organisation_id == organisation.id, HeadCount.quarter.in_(quarters))
        )
    }
    for (department_id, quarter), people in counts.items():
        row = known.get((department_id, quarter))
        if people is None and row is not None:
            db.session.delete(known.pop((department_id, quarter)))
        elif people is not None and row is not None:
            row.people = people
        elif people is not None:
            row = HeadCount(department_id=department_id, quarter=quarter, people=people)
            db.session.add(row)
            known[department_id, quarter] = row
    for quarter in quarters:
        total = sum(row.people for row in known.values() if row.quarter == quarter)
        if total > LARGE_ORGANISATION:
            organisation.k = max(organisation.k, LARGE_K)


def _free(
    model: type[Department] | type[Profession], organisation: Organisation, name: str, *, but: int | None
) -> None:
    lock(organisation)
    others = db.session.execute(
        sa.select(model.id, model.name).where(model.organisation_id == organisation.id)
    )
    if any(other.casefold() == name.casefold() and row_id != but for row_id, other in others):
        raise NameTaken
