"""Inviting colleagues, and the page behind the link they get."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from circles import clock, links
from circles.extensions import db
from circles.membership import queries
from circles.membership.access import circle_for
from circles.membership.errors import (
    AlreadyInvited,
    AlreadySeated,
    InvitationClosed,
    MembershipError,
    TooManyInvitations,
)
from circles.membership.forms import InviteForm, addresses_in
from circles.membership.models import SEATS, Circle, CircleInvitation
from circles.membership.services import invitations
from circles.membership.services.stages import must_go_on
from circles.membership.views.blueprint import bp
from circles.people import errands
from circles.people.access import signed_in_person
from circles.people.models import Person
from circles.policy import allow, by_link, signed_in


@bp.route("/cirkel/<circle_id>/uitnodigen", methods=["GET", "POST"])
@allow(signed_in)
def invite(circle_id: str) -> ResponseReturnValue:
    """Asks colleagues by mail, several at once."""
    me = signed_in_person()
    circle, form = circle_for(me, circle_id), InviteForm()
    must_go_on(circle)
    if form.validate_on_submit():
        sent, remarks = _send(circle, me, form)
        db.session.commit()
        if sent:
            flash(_("Uitgenodigd: %(names)s. Je hoort het als iemand ja zegt.", names=", ".join(sent)))
        for remark in remarks:
            flash(remark, "error")
        return redirect(url_for(".invite", circle_id=circle_id), 303)
    waiting = queries.open_invitations_of(circle)
    page = render_template("membership/invite.html", circle=circle, form=form, waiting=waiting)
    return page, 422 if form.is_submitted() else 200


@bp.post("/cirkel/<circle_id>/uitnodigingen/<invitation_id>/intrekken")
@allow(signed_in)
def withdraw_invitation(circle_id: str, invitation_id: str) -> ResponseReturnValue:
    """Takes an invitation back."""
    circle = circle_for(signed_in_person(), circle_id)
    waiting = queries.open_invitations_of(circle)
    found = next((row for row in waiting if row.public_id == invitation_id), None) or abort(404)
    try:
        invitations.withdraw_invitation(found, clock.now())
    except InvitationClosed:
        db.session.rollback()
    else:
        db.session.commit()
        flash(_("De uitnodiging aan %(address)s is ingetrokken.", address=found.email))
    return redirect(url_for(".invite", circle_id=circle_id), 303)


@bp.get("/uitnodiging/cirkel/<token>")
@allow(by_link)
def invitation(token: str) -> ResponseReturnValue:
    """Which circle, who asks, and what it asks of you. Looking changes nothing."""
    found = _invitation(token)
    seated = len(found.circle.open_seats)
    fits = (
        current_user.is_authenticated and signed_in_person().organisation_id == found.circle.organisation_id
    )
    here = fits and any(seat.person_id == current_user.id for seat in found.circle.open_seats)
    over = found.outcome not in {"open", "declined"} or found.expires_at <= clock.now()
    over = over or found.circle.has_ended
    return render_template(
        "membership/invitation.html",
        invitation=found,
        token=token,
        seated=seated,
        full=seated == SEATS,
        fits=fits,
        here=here,
        over=over,
    )


@bp.post("/uitnodiging/cirkel/<token>/ja")
@allow(by_link)
def accept(token: str) -> ResponseReturnValue:
    """Sits down; who is not signed in does so first, and sits down by that."""
    found, now = _invitation(token), clock.now()
    if not _belongs(found.circle):
        session["next"] = url_for(".invitation", token=token)
        errands.remember("circle_invitation", token, now)
        return redirect(url_for("people.sign_in"), 303)
    target = accept_by(signed_in_person(), token, now)
    db.session.commit()
    return redirect(target, 303)


def accept_by(person: Person, token: str, now: datetime) -> str:
    """Seats who said yes, or has them wait when the circle is full; says so, and yields the address to go on to."""
    found = _found(token)
    if found is None:
        return url_for("membership.index")
    circle_url = url_for("meetings.circle", circle_id=found.circle.public_id)
    try:
        seat = invitations.accept_invitation(found, person, now)
    except AlreadySeated:
        return circle_url
    except MembershipError:
        return url_for("membership.invitation", token=token)
    if seat is None:
        words = _(
            "Alle acht plekken zijn net bezet. Je staat op de wachtlijst; komt er een plek vrij, dan hoor je het."
        )
        flash(words)
        return url_for("membership.index")
    flash(_("Welkom in %(name)s. De data staan hieronder en komen ook in je agenda.", name=found.circle.name))
    return circle_url


@bp.post("/uitnodiging/cirkel/<token>/nee")
@allow(by_link)
def decline(token: str) -> ResponseReturnValue:
    """No, thank you: one click, signed in or not."""
    try:
        invitations.decline_invitation(_invitation(token), clock.now())
    except InvitationClosed:
        db.session.rollback()
    else:
        db.session.commit()
        flash(_("Fijn dat je het laat weten."))
    return redirect(url_for(".invitation", token=token), 303)


def _send(circle: Circle, me: Person, form: InviteForm) -> tuple[list[str], list[str]]:
    sent, remarks = [], []
    for address in addresses_in(form.emails.data):
        try:
            invitations.invite(circle, me, address, note=form.note.data or "", now=clock.now())
        except AlreadySeated:
            remarks.append(_("%(address)s zit al in de cirkel.", address=address))
        except AlreadyInvited:
            remarks.append(_("%(address)s is al uitgenodigd.", address=address))
        except TooManyInvitations:
            words = _(
                "%(address)s kon er niet meer bij: te veel open uitnodigingen, of vandaag al twintig.",
                address=address,
            )
            remarks.append(words)
        else:
            sent.append(address)
    return sent, remarks


def _belongs(circle: Circle) -> bool:
    return bool(current_user.is_authenticated and current_user.organisation_id == circle.organisation_id)


def _invitation(token: str) -> CircleInvitation:
    return _found(token) or abort(404)


def _found(token: str) -> CircleInvitation | None:
    ids = links.read("circle_invitation", token)
    if ids is None:
        return None
    found: CircleInvitation | None = db.session.scalar(
        sa.select(CircleInvitation)
        .where(CircleInvitation.public_id == ids[0])
        .options(
            sa.orm.joinedload(CircleInvitation.inviter),
            sa.orm.joinedload(CircleInvitation.circle).options(
                sa.orm.selectinload(Circle.seats), sa.orm.joinedload(Circle.organisation)
            ),
        )
    )
    return found
