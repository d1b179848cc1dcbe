"""Departments, and how many people each has in a quarter: bare numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from circles import clock
from circles.extensions import db
from circles.formats import local
from circles.people import queries
from circles.people.access import named_for, signed_in_person
from circles.people.errors import NameTaken
from circles.people.models import Department, Organisation
from circles.people.services import departments, organisations
from circles.people.views.administration.forms import DepartmentForm, heads_form
from circles.people.views.blueprint import bp
from circles.policy import administrator, allow

QUARTERS = 4  # this one and three before it


@bp.route("/beheer/afdelingen", methods=["GET", "POST"])
@allow(administrator)
def head_counts() -> ResponseReturnValue:
    """A number for each department and quarter; an empty field is no number."""
    organisation = signed_in_person().organisation
    rows, quarters = queries.departments_of(organisation.id), _quarters(organisation)
    form = heads_form(rows, quarters, departments.head_counts(organisation.id, quarters))
    if form.validate_on_submit():
        before = organisation.k
        departments.note_heads(organisation, _typed(form, rows, quarters))
        db.session.commit()
        flash(_("Bewaard."))
        if organisation.k > before:
            words = _(
                "Jullie zijn met meer dan 500: cijfers tonen nu groepen vanaf %(k)s mensen.", k=organisation.k
            )
            flash(words)
        return redirect(url_for(".head_counts"), 303)
    page = "people/administration/departments.html"
    return render_template(page, form=form, departments=rows, quarters=quarters), (
        422 if form.is_submitted() else 200
    )


@bp.route("/beheer/afdelingen/nieuw", methods=["GET", "POST"])
@allow(administrator)
def add_department() -> ResponseReturnValue:
    """One more department."""
    organisation, form = signed_in_person().organisation, DepartmentForm()
    if form.validate_on_submit():
        try:
            departments.add_department(organisation, form.name.data or "")
        except NameTaken:
            _say_taken(form)
        else:
            db.session.commit()
            flash(_("De afdeling staat erbij."))
            return redirect(url_for(".head_counts"), 303)
    return _department_page(form, None)


@bp.route("/beheer/afdelingen/<department_id>", methods=["GET", "POST"])
@allow(administrator)
def rename_department(department_id: str) -> ResponseReturnValue:
    """Another name; people and numbers stay."""
    me = signed_in_person()
    department = named_for(me, Department, department_id)
    form = DepartmentForm(obj=department)
    if form.validate_on_submit():
        try:
            departments.rename(department, me.organisation, form.name.data or "")
        except NameTaken:
            _say_taken(form)
        else:
            db.session.commit()
            flash(_("Bewaard."))
            return redirect(url_for(".head_counts"), 303)
    return _department_page(form, department)


def _department_page(form: DepartmentForm, department: Department | None) -> ResponseReturnValue:
    page = render_template("people/administration/department.html", form=form, department=department)
    return page, 422 if form.is_submitted() else 200


def _say_taken(form: DepartmentForm) -> None:
    db.session.rollback()
    form.name.errors = [_("Er is al een afdeling met deze naam.")]


def _quarters(organisation: Organisation) -> list[str]:
    """This quarter on the organisation's wall clock first, then the ones before it."""
    quarter = organisations.quarter_of(local(clock.now(), organisation.zone))
    quarters = [quarter]
    while len(quarters) < QUARTERS:
        quarters.append(organisations.quarter_before(quarters[-1]))
    return quarters


def _typed(
    form: Any, rows: Sequence[Department], quarters: Sequence[str]
) -> dict[tuple[int, str], int | None]:
    """What stood in the form; a department that came meanwhile did not, and keeps its number."""
    fields = {(row.id, quarter): form[f"{row.public_id}-{quarter}"] for row in rows for quarter in quarters}
    return {where: field.data for where, field in fields.items() if field.raw_data}
