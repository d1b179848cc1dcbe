"""The invitation list: who is on it, putting people on it, taking them off."""

from __future__ import annotations

from datetime import datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext as _n

from circles import clock, links
from circles.extensions import db
from circles.people import importing, queries
from circles.people.access import invitee_for, signed_in_person
from circles.people.services import listing
from circles.people.views.administration.forms import PasteForm, say
from circles.people.views.blueprint import bp
from circles.policy import administrator, allow
from circles.web import undoable


@bp.get("/beheer/mensen")
@allow(administrator)
def invitation_list() -> ResponseReturnValue:
    """The list in numbers and by name. Who said no is only counted."""
    me, search = signed_in_person(), request.args.get("zoek", "").strip()[:100]
    leaf = queries.invitees_page(
        me.organisation_id, search=search, page=request.args.get("pagina", 1, type=int)
    )
    counts = queries.list_counts(me.organisation_id)
    return render_template("people/administration/invitees.html", leaf=leaf, counts=counts, search=search)


@bp.route("/beheer/mensen/erbij", methods=["GET", "POST"])
@allow(administrator)
def add_invitees() -> ResponseReturnValue:
    """Puts a few people on the list; their invitation leaves at once."""
    me, form = signed_in_person(), PasteForm()
    if form.validate_on_submit():
        reading = importing.read_pasted(form.people.data or "")
        if not reading.errors:
            outcome = listing.take_in(me.organisation, reading.rows, now=clock.now())
            db.session.commit()
            _say_what_happened(outcome)
            return redirect(url_for(".invitation_list"), 303)
        form.people.errors = [say(remark) for remark in reading.errors]
    return render_template(
        "people/administration/add_invitees.html", form=form
    ), 422 if form.is_submitted() else 200


@bp.post("/beheer/mensen/<invitee_id>/intrekken")
@allow(administrator)
def withdraw_invitee(invitee_id: str) -> ResponseReturnValue:
    """Takes one person off the list, unless they said yes."""
    invitee, now = invitee_for(signed_in_person(), invitee_id), clock.now()
    if listing.withdraw([invitee], now):
        db.session.commit()
        words = _("%(who)s staat niet meer op de lijst.", who=invitee.name or invitee.email)
        undoable(words, restoring(invitee.organisation_id, now))
    return redirect(url_for(".invitation_list"), 303)


@bp.post("/beheer/mensen/terug/<token>")
@allow(administrator)
def restore_invitees(token: str) -> ResponseReturnValue:
    """Puts back who was taken off at one moment."""
    ids = links.read("withdrawn", token) or abort(404)
    me = signed_in_person()
    if ids[0] != str(me.organisation_id):
        abort(404)
    back = listing.restore(me.organisation_id, datetime.fromisoformat(ids[1]))
    db.session.commit()
    flash(
        _n("Eén persoon staat weer op de lijst.", "%(num)s mensen staan weer op de lijst.", back)
        if back
        else _("Dat kan niet meer: ongedaan maken kan tot een dag later.")
    )
    return redirect(url_for(".invitation_list"), 303)


def restoring(organisation_id: int, withdrawn_at: datetime) -> str:
    """The address that undoes a withdrawal."""
    token = links.sign("withdrawn", str(organisation_id), withdrawn_at.isoformat())
    return url_for("people.restore_invitees", token=token)


def _say_what_happened(outcome: listing.Listed) -> None:
    if outcome.new:
        flash(
            _n(
                "Eén persoon staat op de lijst. De uitnodiging gaat nu weg.",
                "%(num)s mensen staan op de lijst. De uitnodigingen gaan nu weg.",
                outcome.new,
            )
        )
    if outcome.members:
        flash(_n("Eén persoon doet al mee.", "%(num)s mensen doen al mee.", outcome.members))
    if not outcome.new and not outcome.members:
        flash(_("Ze stonden al op de lijst."))
