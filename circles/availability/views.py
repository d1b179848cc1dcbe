"""The table of half hours."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from circles import clock
from circles.availability import queries, services
from circles.availability.free import PER_DAY, SlotOutOfRange, unpack
from circles.extensions import db
from circles.people.access import signed_in_person
from circles.policy import allow, signed_in

bp = Blueprint("availability", __name__)

FIRST_HALF_HOUR, AFTER_LAST = 16, 42  # 8.00 to 21.00


def init_app(app: Flask) -> None:
    """Adds the page."""
    app.register_blueprint(bp)


@bp.route("/ik/uren", methods=["GET", "POST"])
@allow(signed_in)
def hours() -> ResponseReturnValue:
    """Ticks for each half hour of a usual week, Monday to Friday."""
    me = signed_in_person()
    if request.method == "POST":
        try:
            services.say_hours(me, (int(slot) for slot in request.form.getlist("uur")), clock.now())
        except (SlotOutOfRange, ValueError):
            flash(_("Dat lukte niet: kies halve uren uit de tabel."), "error")
            return _page(request.form.getlist("uur")), 422
        db.session.commit()
        flash(_("Bewaard. Je cirkel ziet alleen wanneer iedereen of bijna iedereen samen kan."))
        return redirect(url_for(".hours"), 303)
    free = queries.hours_of([me.id]).get(me.id)
    return _page([str(slot) for slot in unpack(free)] if free else [])


def _page(ticked: list[str]) -> str:
    return render_template(
        "availability/hours.html",
        ticked=set(ticked),
        halves=range(FIRST_HALF_HOUR, AFTER_LAST),
        per_day=PER_DAY,
    )
