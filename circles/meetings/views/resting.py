"""Letting a circle rest, and beginning again."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from circles import clock
from circles.extensions import db
from circles.meetings.services import calling_off, resting
from circles.meetings.views.blueprint import bp
from circles.membership.access import circle_for
from circles.membership.forms import UntilForm
from circles.membership.services.stages import must_plan
from circles.people.access import signed_in_person
from circles.policy import allow, signed_in
from circles.web import undoable


@bp.route("/cirkel/<circle_id>/rust", methods=["GET", "POST"])
@allow(signed_in)
def rest(circle_id: str) -> ResponseReturnValue:
    """Nothing for a while; says beforehand what does not go on, and who is told."""
    me, now = signed_in_person(), clock.now()
    circle = circle_for(me, circle_id)
    must_plan(circle)
    form = UntilForm().bind(zone=circle.zone, now=now)
    if form.validate_on_submit():
        change = resting.rest(circle, me, now, until=form.until_at)
        db.session.commit()
        undo = url_for("membership.undo", circle_id=circle_id, change_id=change.public_id)
        undoable(_("Jullie cirkel rust. De anderen krijgen bericht."), undo)
        return redirect(url_for(".circle", circle_id=circle_id), 303)
    page = render_template(
        "meetings/rest.html", circle=circle, form=form, off=calling_off.meetings_after_today(circle, now)
    )
    return page, 422 if form.is_submitted() else 200


@bp.post("/cirkel/<circle_id>/weer-beginnen")
@allow(signed_in)
def begin_again(circle_id: str) -> ResponseReturnValue:
    """We meet again."""
    me = signed_in_person()
    change = resting.begin_again(circle_for(me, circle_id), me, clock.now())
    if change:
        db.session.commit()
        flash(_("Jullie beginnen weer. Heeft de cirkel een ritme, dan staan de eerste data er zo."))
    return redirect(url_for(".circle", circle_id=circle_id), 303)
