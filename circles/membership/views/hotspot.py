"""Asking the first member of a hotspot: all that an administrator has to do with it."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from circles import clock
from circles.extensions import db
from circles.membership.errors import AlreadyInvited, OneHotspot, TooManyInvitations
from circles.membership.forms import FirstMemberForm
from circles.membership.services import circles, hotspot
from circles.membership.views.blueprint import bp
from circles.people.access import signed_in_person
from circles.people.models import Organisation
from circles.policy import administrator, allow


@bp.route("/beheer/hotspot", methods=["GET", "POST"])
@allow(administrator)
def hotspot_start() -> ResponseReturnValue:
    """Who is asked, or that the hotspot has begun; never who sits in it."""
    organisation, form, now = signed_in_person().organisation, FirstMemberForm(), clock.now()
    if form.validate_on_submit():
        try:
            hotspot.ask_first_member(
                organisation, form.email.data or "", purpose=_purpose(organisation), now=now
            )
        except OneHotspot:
            db.session.rollback()
            flash(_("De hotspot is al begonnen en vult zichzelf aan."), "error")
            return redirect(url_for(".hotspot_start"), 303)
        except AlreadyInvited:
            db.session.rollback()
            form.email.errors = [_("Deze collega is al gevraagd.")]
        except TooManyInvitations:
            db.session.rollback()
            form.email.errors = [_("Er zijn vandaag te veel mensen gevraagd. Wacht tot morgen.")]
        else:
            db.session.commit()
            flash(_("De uitnodiging aan %(address)s gaat nu weg.", address=form.email.data))
            return redirect(url_for(".hotspot_start"), 303)
    circle = circles.open_hotspot(organisation.id)
    waiting = hotspot.waiting_invitation(circle, now) if circle else None
    page = render_template(
        "membership/hotspot_start.html", form=form, waiting=waiting, begun=bool(circle and circle.open_seats)
    )
    return page, 422 if form.is_submitted() else 200


@bp.post("/beheer/hotspot/intrekken")
@allow(administrator)
def withdraw_hotspot_start() -> ResponseReturnValue:
    """Takes that one invitation back, while nobody said yes."""
    circle, now = circles.open_hotspot(signed_in_person().organisation_id), clock.now()
    if circle is None or circle.seats:
        abort(404)
    waiting = hotspot.waiting_invitation(circle, now)
    if waiting:
        hotspot.take_back(waiting, now)
        db.session.commit()
        flash(_("De uitnodiging aan %(address)s is ingetrokken.", address=waiting.email))
    return redirect(url_for(".hotspot_start"), 303)


def _purpose(organisation: Organisation) -> str:
    """What the invitation says the hotspot is for, in the organisation's language; its members may change it."""
    with force_locale(organisation.locale):
        words = _(
            "Samen verkennen wat goed werk hier is. Eerst voor onszelf; als wij dat willen ook voor andere cirkels."
        )
    return str(words)
