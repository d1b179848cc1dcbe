"""Changing the rhythm."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from circles import clock, formats
from circles.extensions import db
from circles.meetings import queries
from circles.meetings.forms import RhythmForm
from circles.meetings.models import Cadence
from circles.meetings.services import planning
from circles.meetings.views.blueprint import bp
from circles.membership.access import circle_for
from circles.membership.services.stages import must_plan
from circles.people.access import signed_in_person
from circles.policy import allow, signed_in


@bp.route("/cirkel/<circle_id>/ritme", methods=["GET", "POST"])
@allow(signed_in)
def rhythm(circle_id: str) -> ResponseReturnValue:
    """How often we meet; dates that no longer fit are called off, and everybody is told."""
    me, now = signed_in_person(), clock.now()
    circle = circle_for(me, circle_id)
    must_plan(circle)
    cadence = queries.cadence_of(circle.id)
    first_on = formats.local(now, circle.zone).date() + timedelta(days=1)
    typed = _as_typed(cadence) if cadence else {"pattern": "none"}
    form = RhythmForm(data={"first_on": first_on} | typed).bind(now=now)
    if form.validate_on_submit():
        planning.set_rhythm(circle, me, form.rhythm(circle.zone), now)
        db.session.commit()
        flash(_("Het ritme is aangepast. Wie een uitnodiging had, krijgt bericht over wat er verandert."))
        return redirect(url_for(".circle", circle_id=circle_id), 303)
    coming = queries.coming_meetings([circle.id], now)
    shared = queries.when_together(circle, form.minutes.data, now)
    page = render_template("meetings/rhythm.html", circle=circle, form=form, coming=coming, shared=shared)
    return page, 422 if form.is_submitted() else 200


def _as_typed(cadence: Cadence) -> dict[str, object]:
    return {
        "pattern": cadence.pattern,
        "interval": cadence.interval,
        "nth": str(cadence.nth or 2),
        "weekday": str(cadence.weekday),
        "at": cadence.starts_local,
        "minutes": str(cadence.minutes),
        "first_on": cadence.anchor_on,
        "on_day_off": cadence.on_day_off,
    }
