"""What I say about myself."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from circles.extensions import db
from circles.people import queries
from circles.people.access import signed_in_person
from circles.people.forms import ProfileForm, ZoneForm, zone_names
from circles.people.models import Person
from circles.people.views.blueprint import bp
from circles.policy import allow, signed_in
from circles.web import what_they_see


@bp.route("/ik", methods=["GET", "POST"])
@allow(signed_in)
def me() -> ResponseReturnValue:
    """Name, craft, department, languages and how to meet. Everything but the name may be left out."""
    person = signed_in_person()
    form = ProfileForm(data=_said(person))
    professions, departments = (
        queries.professions_of(person.organisation_id),
        queries.departments_of(person.organisation_id),
    )
    form.profession.choices = [
        ("", _("Nog niet gezegd")),
        *((row.public_id, row.name) for row in professions),
    ]
    form.department.choices = [
        ("", _("Nog niet gezegd")),
        *((row.public_id, row.name) for row in departments),
    ]
    if form.validate_on_submit():
        _say(person, form)
        person.profession = next((row for row in professions if row.public_id == form.profession.data), None)
        person.department = next((row for row in departments if row.public_id == form.department.data), None)
        db.session.commit()
        flash(_("Bewaard."))
        return redirect(url_for(".me"), 303)
    page = render_template("people/me.html", form=form, zone_form=_zone_form(person), **what_they_see())
    return page, 422 if form.is_submitted() else 200


@bp.post("/ik/tijdzone")
@allow(signed_in)
def zone() -> ResponseReturnValue:
    """The wall clock on which I read times."""
    person = signed_in_person()
    form = _zone_form(person)
    if not form.validate_on_submit():
        return render_template("people/zone.html", form=form), 422
    person.zone = form.zone.data or None
    db.session.commit()
    flash(_("Bewaard. Je ziet tijden nu zoals op je eigen klok."))
    return redirect(url_for(".me"), 303)


def _zone_form(person: Person) -> ZoneForm:
    form = ZoneForm(data={"zone": person.zone or ""})
    form.zone.choices = [
        ("", _("zoals mijn organisatie")),
        *((name, name.replace("_", " ")) for name in zone_names()),
    ]
    return form


def _said(person: Person) -> dict[str, object]:
    plain = ("name", "craft_years", "speaks", "meets_online", "meets_on_site", "site")
    chosen = {"profession": _id(person.profession), "department": _id(person.department)}
    return {name: getattr(person, name) for name in plain} | chosen


def _say(person: Person, form: ProfileForm) -> None:
    person.name = form.name.data or ""
    person.craft_years = form.craft_years.data
    person.speaks = form.speaks.data
    person.meets_online, person.meets_on_site = form.meets_online.data, form.meets_on_site.data
    person.site = form.site.data or ""


def _id(row: object) -> str:
    return getattr(row, "public_id", "")
