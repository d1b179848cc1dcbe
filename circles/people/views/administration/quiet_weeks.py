"""Weeks in which the organisation plans no meetings."""

from __future__ import annotations

from datetime import date

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from circles import links
from circles.extensions import db
from circles.people.access import signed_in_person
from circles.people.models import QuietPeriod
from circles.people.services import settings
from circles.people.views.administration.forms import QuietForm
from circles.people.views.blueprint import bp
from circles.policy import administrator, allow
from circles.web import undoable


@bp.route("/beheer/instellingen/stille-weken", methods=["GET", "POST"])
@allow(administrator)
def quiet_weeks() -> ResponseReturnValue:
    """The list, and adding to it."""
    organisation, form = signed_in_person().organisation, QuietForm()
    first, last = form.starts_on.data, form.ends_on.data
    if form.validate_on_submit() and first and last:
        settings.add_quiet_period(organisation, name=form.name.data or "", starts_on=first, ends_on=last)
        db.session.commit()
        flash(
            _("Toegevoegd. Nieuwe bijeenkomsten vallen niet in deze weken; wat al gepland is, blijft staan.")
        )
        return redirect(url_for(".quiet_weeks"), 303)
    rows = [(row, _token(row)) for row in settings.quiet_periods_of(organisation.id)]
    page = render_template("people/administration/quiet_weeks.html", form=form, rows=rows)
    return page, 422 if form.is_submitted() else 200


@bp.post("/beheer/instellingen/stille-weken/<token>/weg")
@allow(administrator)
def drop_quiet_weeks(token: str) -> ResponseReturnValue:
    """Takes one off the list."""
    values = _read(token)
    for row in settings.quiet_periods_of(signed_in_person().organisation_id):
        if (row.name, row.starts_on, row.ends_on) == values:
            db.session.delete(row)
    db.session.commit()
    words = _("%(name)s staat niet meer in de lijst.", name=values[0])
    undoable(words, url_for(".restore_quiet_weeks", token=token))
    return redirect(url_for(".quiet_weeks"), 303)


@bp.post("/beheer/instellingen/stille-weken/<token>/terug")
@allow(administrator)
def restore_quiet_weeks(token: str) -> ResponseReturnValue:
    """Undoes that."""
    name, starts_on, ends_on = _read(token)
    settings.add_quiet_period(
        signed_in_person().organisation, name=name, starts_on=starts_on, ends_on=ends_on
    )
    db.session.commit()
    flash(_("Ongedaan gemaakt."))
    return redirect(url_for(".quiet_weeks"), 303)


def _token(row: QuietPeriod) -> str:
    values = (row.name, row.starts_on.isoformat(), row.ends_on.isoformat())
    return links.sign("quiet", str(row.organisation_id), *values)


def _read(token: str) -> tuple[str, date, date]:
    organisation_id, name, starts_on, ends_on = links.read("quiet", token) or abort(404)
    if organisation_id != str(signed_in_person().organisation_id):
        abort(404)
    return name, date.fromisoformat(starts_on), date.fromisoformat(ends_on)
