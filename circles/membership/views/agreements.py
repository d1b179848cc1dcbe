"""The spelregels and the settings of a circle."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from circles import clock
from circles.clean import whole_number
from circles.database import EditedMeanwhile
from circles.extensions import db
from circles.membership import queries
from circles.membership.access import circle_for
from circles.membership.forms import CharterForm, SettingsForm
from circles.membership.services import charter as charters
from circles.membership.services import circles
from circles.membership.services.stages import must_go_on
from circles.membership.views.blueprint import bp
from circles.people.access import signed_in_person
from circles.policy import allow, signed_in


@bp.route("/cirkel/<circle_id>/spelregels", methods=["GET", "POST"])
@allow(signed_in)
def charter(circle_id: str) -> ResponseReturnValue:
    """What we agreed; any member writes, every version is kept, two at once lose nothing."""
    me = signed_in_person()
    circle = circle_for(me, circle_id)
    must_go_on(circle)
    versions = queries.charter_versions(circle)
    standing = versions[0] if versions else None
    form = CharterForm(data={"text": standing.text, "based_on": str(standing.number)} if standing else None)
    status, conflict = 200, None
    if form.validate_on_submit():
        try:
            charters.write_charter(
                circle, me, form.text.data or "", based_on=whole_number(form.based_on.data), now=clock.now()
            )
        except EditedMeanwhile as meanwhile:
            db.session.rollback()
            conflict, status = meanwhile.current, 409
            form.based_on.data = str(getattr(conflict, "number", 0))
        else:
            db.session.commit()
            flash(_("Bewaard. De anderen krijgen bericht, en kunnen het een dag lang ongedaan maken."))
            return redirect(url_for(".charter", circle_id=circle_id), 303)
    elif form.is_submitted():
        status = 422
    page = render_template(
        "membership/charter.html", circle=circle, form=form, versions=versions, conflict=conflict
    )
    return page, status


@bp.route("/cirkel/<circle_id>/instellingen", methods=["GET", "POST"])
@allow(signed_in)
def settings(circle_id: str) -> ResponseReturnValue:
    """Name, purpose, place, and what others may see."""
    me = signed_in_person()
    circle = circle_for(me, circle_id)
    must_go_on(circle)
    form = SettingsForm(obj=circle, based_on=str(circle.version))
    status, conflict = 200, None
    if form.validate_on_submit():
        values = {name: getattr(form, name).data for name in circles.SETTINGS}
        try:
            circles.change_settings(
                circle, me, values, based_on=whole_number(form.based_on.data), now=clock.now()
            )
        except EditedMeanwhile:
            db.session.rollback()
            conflict, status = circle_for(me, circle_id), 409
            form.based_on.data = str(conflict.version)
        else:
            db.session.commit()
            flash(_("Bewaard. De anderen krijgen bericht, en kunnen het een dag lang ongedaan maken."))
            return redirect(url_for("meetings.circle", circle_id=circle_id), 303)
    elif form.is_submitted():
        status = 422
    told = sum(not seat.is_paused for seat in circle.open_seats)
    page = render_template("membership/settings.html", circle=circle, form=form, conflict=conflict, told=told)
    return page, status
