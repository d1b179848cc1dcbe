"""The link in the organisation's invitation: what it is, yes, or no."""

from __future__ import annotations

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from circles import clock, links
from circles.extensions import db
from circles.people.models import Invitee
from circles.people.queries import memberships_of
from circles.people.services import joining
from circles.people.views.blueprint import bp
from circles.people.views.signing_in import welcome
from circles.policy import allow, by_link


@bp.get("/uitnodiging/<token>")
@allow(by_link)
def invitation(token: str) -> ResponseReturnValue:
    """Who invites, and to what. Looking changes nothing."""
    return render_template("people/invitation.html", invitee=_invitee(token), token=token)


@bp.post("/uitnodiging/<token>/ja")
@allow(by_link)
def accept_invitation(token: str) -> ResponseReturnValue:
    """The link came by mail, so it proves the address, once: then a name, and in.

    Invitations get forwarded; so who has an account on the address, wherever, gets in with a code.
    """
    invitee = _invitee(token)
    if invitee.accepted_at:
        return redirect(url_for(".sign_in"), 303)
    if invitee.withdrawn_at:
        return redirect(url_for(".invitation", token=token), 303)
    invitee.declined_at = None
    if memberships_of(invitee.email_normalised):
        db.session.commit()
        flash(
            _("Je hebt al een account op dit adres. Log in met een code; daarna kies je waar je heen gaat.")
        )
        return redirect(url_for(".sign_in"), 303)
    db.session.flush()
    return welcome(invitee.email_normalised)


@bp.post("/uitnodiging/<token>/nee")
@allow(by_link)
def decline_invitation(token: str) -> ResponseReturnValue:
    """No, thank you: one click."""
    invitee = _invitee(token)
    if not invitee.accepted_at:
        joining.decline_invitee(invitee, clock.now())
        db.session.commit()
    flash(_("Fijn dat je het laat weten. Je krijgt hier geen mail meer over."))
    return redirect(url_for(".invitation", token=token), 303)


def _invitee(token: str) -> Invitee:
    ids = links.read("invitee", token) or abort(404)
    found = db.session.scalar(
        sa.select(Invitee).where(Invitee.public_id == ids[0]).options(sa.orm.joinedload(Invitee.organisation))
    )
    return found or abort(404)
