"""Pausing, coming back, leaving, and passing on the role of trekker."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from circles import clock
from circles.extensions import db
from circles.membership.access import circle_for, seat_of
from circles.membership.errors import MovedOn
from circles.membership.forms import UntilForm
from circles.membership.models import Circle
from circles.membership.services import circles, seats
from circles.membership.services.stages import must_go_on
from circles.membership.views.blueprint import bp
from circles.people.access import signed_in_person
from circles.people.models import Person
from circles.policy import allow, signed_in
from circles.web import undoable


@bp.post("/cirkel/<circle_id>/pauze")
@allow(signed_in)
def pause(circle_id: str) -> ResponseReturnValue:
    """Pauses my seat, or ends my pause."""
    me, now = signed_in_person(), clock.now()
    circle = _circle_going_on(me, circle_id)
    seat = seat_of(circle, me)
    form = UntilForm().bind(zone=circle.zone, now=now)
    if request.form.get("terug"):
        seats.come_back(seat)
        flash(_("Welkom terug. Je krijgt weer uitnodigingen."))
    elif form.validate_on_submit():
        seats.pause(seat, now, until=form.until_at)
        flash(_("Je neemt pauze. Je plek blijft van jou; je krijgt geen uitnodigingen en geen beurten."))
    else:
        return render_template("membership/leave.html", circle=circle, seat=seat, form=form), 422
    db.session.commit()
    return redirect(url_for("meetings.circle", circle_id=circle_id), 303)


@bp.get("/cirkel/<circle_id>/vertrek")
@allow(signed_in)
def leaving(circle_id: str) -> ResponseReturnValue:
    """One kind page: what leaving means."""
    me = signed_in_person()
    circle = _circle_going_on(me, circle_id)
    form = UntilForm()
    return render_template("membership/leave.html", circle=circle, seat=seat_of(circle, me), form=form)


@bp.post("/cirkel/<circle_id>/vertrek")
@allow(signed_in)
def leave(circle_id: str) -> ResponseReturnValue:
    """Leaves; a day long it can be undone."""
    me = signed_in_person()
    circle = _circle_going_on(me, circle_id)
    change = seats.leave(seat_of(circle, me), clock.now())
    db.session.commit()
    words = _(
        "Je hebt %(name)s verlaten. Dank voor wat je inbracht. De data gaan uit je agenda.", name=circle.name
    )
    undoable(words, url_for(".undo_leaving", circle_id=circle_id, change_id=change.public_id))
    return redirect(url_for(".index"), 303)


@bp.post("/cirkel/<circle_id>/trekker")
@allow(signed_in)
def convener(circle_id: str) -> ResponseReturnValue:
    """Hands the role of trekker to somebody else, or says that I'd rather not have it."""
    me = signed_in_person()
    circle = _circle_going_on(me, circle_id)
    seat = seat_of(circle, me)
    if "liever_niet" in request.form:
        seat.convenes = request.form["liever_niet"] != "1"
        flash(_("Genoteerd."))
    else:
        to = next(
            (other for other in circle.open_seats if other.public_id == request.form.get("aan")), None
        ) or abort(404)
        try:
            seats.pass_on_convener(seat, to, clock.now())
        except MovedOn:
            db.session.rollback()
            flash(_("Alleen de trekker kan dit doorgeven."), "error")
            return redirect(url_for("meetings.circle", circle_id=circle_id), 303)
        flash(_("%(name)s is nu trekker.", name=to.person.first_name))
    db.session.commit()
    return redirect(url_for("meetings.circle", circle_id=circle_id), 303)


@bp.post("/cirkel/<circle_id>/stoppen")
@allow(signed_in)
def end(circle_id: str) -> ResponseReturnValue:
    """I would rather stop; with more than half of us the circle ends."""
    me = signed_in_person()
    circle = circle_for(me, circle_id)
    ended = circles.wish_to_end(circle, me, clock.now())
    db.session.commit()
    if ended:
        flash(_("De cirkel is gestopt. Jullie logboek blijft te lezen."))
        return redirect(url_for("meetings.circle", circle_id=circle_id), 303)
    flash(_("Genoteerd. De cirkel stopt als meer dan de helft dat wil; de anderen krijgen bericht."))
    return redirect(url_for("meetings.circle", circle_id=circle_id), 303)


def _circle_going_on(person: Person, circle_id: str) -> Circle:
    circle = circle_for(person, circle_id)
    must_go_on(circle)
    return circle
