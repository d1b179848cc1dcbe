"""Who administers, and who sees the figures."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from circles import clock
from circles.extensions import db
from circles.people import queries
from circles.people.access import member_for, signed_in_person
from circles.people.errors import LastAdministrator
from circles.people.models import ROLES, Person
from circles.people.services import organisations, signing_in
from circles.people.views.administration.forms import RoleForm
from circles.people.views.blueprint import bp
from circles.policy import administrator, allow
from circles.web import undoable


@bp.route("/beheer/rollen", methods=["GET", "POST"])
@allow(administrator)
def roles() -> ResponseReturnValue:
    """Who has which role, and giving one to a member."""
    me, form = signed_in_person(), RoleForm()
    if form.validate_on_submit():
        person = queries.person_by_email(me.organisation_id, form.address)
        if person and person.is_active:
            _give(person, form.role.data, me)
            db.session.commit()
            words = _("%(name)s heeft de rol nu.", name=person.name)
            undo = url_for(".take_role", person_id=person.public_id, role=form.role.data)
            undoable(words, undo)
            return redirect(url_for(".roles"), 303)
        form.email.errors = [
            _("Niemand die meedoet heeft dit adres. Een rol is voor wie al een account heeft.")
        ]
    people = queries.people_with_role(me.organisation_id)
    page = render_template("people/administration/roles.html", form=form, people=people)
    return page, 422 if form.is_submitted() else 200


@bp.post("/beheer/rollen/<person_id>/<role>/weg")
@allow(administrator)
def take_role(person_id: str, role: str) -> ResponseReturnValue:
    """Takes a role back. The last administrator stays."""
    me, person = signed_in_person(), member_for(signed_in_person(), person_id)
    if role not in ROLES:
        abort(404)
    try:
        organisations.take_role(person, role)
    except LastAdministrator:
        db.session.rollback()
        words = _("Er is altijd minstens één beheerder. Geef de rol eerst aan een ander, dan kan deze eraf.")
        flash(words, "error")
        return redirect(url_for(".roles"), 303)
    signing_in.audit("role taken", person=me, now=clock.now(), detail=f"{role}: {person.public_id}")
    db.session.commit()
    if person.id == me.id and role == "administrator":
        flash(_("Je bent geen beheerder meer."))
        return redirect(url_for("conclusions.today"), 303)
    words = _("%(name)s heeft de rol niet meer.", name=person.name)
    undoable(words, url_for(".give_role_back", person_id=person_id, role=role))
    return redirect(url_for(".roles"), 303)


@bp.post("/beheer/rollen/<person_id>/<role>/terug")
@allow(administrator)
def give_role_back(person_id: str, role: str) -> ResponseReturnValue:
    """Undoes taking a role."""
    me, person = signed_in_person(), member_for(signed_in_person(), person_id)
    if role not in ROLES or not person.is_active:
        abort(404)
    _give(person, role, me)
    db.session.commit()
    flash(_("Ongedaan gemaakt."))
    return redirect(url_for(".roles"), 303)


def _give(person: Person, role: str, me: Person) -> None:
    organisations.give_role(person, role)
    signing_in.audit("role given", person=me, now=clock.now(), detail=f"{role}: {person.public_id}")
