"""Crafts, and which are close enough to sit in one circle."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from circles.extensions import db
from circles.people import queries
from circles.people.access import named_for, signed_in_person
from circles.people.errors import NameTaken
from circles.people.models import Person, Profession
from circles.people.services import departments
from circles.people.views.administration.forms import CraftForm
from circles.people.views.blueprint import bp
from circles.policy import administrator, allow


@bp.get("/beheer/vakken")
@allow(administrator)
def crafts() -> ResponseReturnValue:
    """The crafts of the organisation, each with the ones close to it."""
    organisation_id = signed_in_person().organisation_id
    rows = queries.professions_of(organisation_id)
    return render_template(
        "people/administration/crafts.html", crafts=rows, related=queries.related_names(organisation_id)
    )


@bp.route("/beheer/vakken/nieuw", methods=["GET", "POST"])
@allow(administrator)
def add_craft() -> ResponseReturnValue:
    """One more craft."""
    return _craft_page(signed_in_person(), None)


@bp.route("/beheer/vakken/<craft_id>", methods=["GET", "POST"])
@allow(administrator)
def change_craft(craft_id: str) -> ResponseReturnValue:
    """Another name, and which crafts are close."""
    me = signed_in_person()
    return _craft_page(me, named_for(me, Profession, craft_id))


def _craft_page(me: Person, craft: Profession | None) -> ResponseReturnValue:
    others = [
        row for row in queries.professions_of(me.organisation_id) if craft is None or row.id != craft.id
    ]
    close = departments.related_to(craft) if craft else set()
    form = CraftForm(obj=craft, related=[row.public_id for row in others if row.id in close])
    form.related.choices = [(row.public_id, row.name) for row in others]
    if form.validate_on_submit():
        try:
            _keep(me, craft, form, others)
        except NameTaken:
            db.session.rollback()
            form.name.errors = [_("Er is al een vak met deze naam.")]
        else:
            db.session.commit()
            flash(_("Bewaard."))
            return redirect(url_for(".crafts"), 303)
    page = render_template("people/administration/craft.html", form=form, craft=craft)
    return page, 422 if form.is_submitted() else 200


def _keep(me: Person, craft: Profession | None, form: CraftForm, others: list[Profession]) -> None:
    name = form.name.data or ""
    if craft is None:
        craft = departments.add_craft(me.organisation, name)
    else:
        departments.rename(craft, me.organisation, name)
    chosen = set(form.related.data or ())
    departments.relate_only(craft, [row for row in others if row.public_id in chosen])
