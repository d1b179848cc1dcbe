"""My circles, asking to join one that wants to be found, and answering who asks."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from circles import clock
from circles.extensions import db
from circles.membership import queries
from circles.membership.access import ask_in, circle_for, findable_circle_for
from circles.membership.errors import AlreadySeated, MembershipError
from circles.membership.forms import AskForm
from circles.membership.mails import invitation_token
from circles.membership.models import Seat
from circles.membership.services import asks, waiting
from circles.membership.views.blueprint import bp
from circles.people.access import signed_in_person
from circles.policy import allow, signed_in


@bp.get("/cirkels")
@allow(signed_in)
def index() -> ResponseReturnValue:
    """My circles, what waits for my answer, and the two doors."""
    me = signed_in_person()
    invitations = queries.open_invitations_for(me, clock.now())
    return render_template(
        "membership/index.html",
        circles=queries.circles_of(me),
        invitations=[(invitation, invitation_token(invitation)) for invitation in invitations],
        asks=queries.asks_of(me),
        waiting=queries.waiting_of(me),
    )


@bp.post("/cirkels/zoeken/<circle_id>/vraag")
@allow(signed_in)
def ask(circle_id: str) -> ResponseReturnValue:
    """Asks to join."""
    me, form = signed_in_person(), AskForm()
    circle = findable_circle_for(me, circle_id)
    if form.validate_on_submit():
        try:
            asks.ask(circle, me, note=form.note.data or "", now=clock.now())
        except AlreadySeated:
            db.session.rollback()
            return redirect(url_for("meetings.circle", circle_id=circle_id), 303)
        db.session.commit()
        flash(
            _(
                "Je vraag is onderweg. Eén ja van iemand uit de cirkel is genoeg; je hoort het binnen twee weken."
            )
        )
    else:
        flash(_("Houd je zin korter dan 300 tekens."), "error")
    return redirect(url_for("meetings.find"), 303)


@bp.post("/cirkels/zoeken/<circle_id>/wacht")
@allow(signed_in)
def wait(circle_id: str) -> ResponseReturnValue:
    """A place in line for a full circle, or out of it."""
    me = signed_in_person()
    circle = findable_circle_for(me, circle_id)
    if request.form.get("niet"):
        waiting.stop_waiting(circle, me)
        flash(_("Je wacht niet meer op deze cirkel."))
    else:
        waiting.wait_for_seat(circle, me, clock.now())
        flash(_("Genoteerd. Komt er een plek vrij, dan hoor je het."))
    db.session.commit()
    return redirect(url_for(".index"), 303)


@bp.post("/cirkels/vragen/<circle_id>/<ask_id>/intrekken")
@allow(signed_in)
def withdraw_ask(circle_id: str, ask_id: str) -> ResponseReturnValue:
    """Takes my own ask back."""
    me = signed_in_person()
    mine = next((row for row in queries.asks_of(me) if row.public_id == ask_id), None)
    if mine:
        asks.withdraw_ask(mine, clock.now())
        db.session.commit()
    flash(_("Je vraag is ingetrokken."))
    return redirect(url_for(".index"), 303)


@bp.post("/cirkel/<circle_id>/vragen/<ask_id>")
@allow(signed_in)
def answer_ask(circle_id: str, ask_id: str) -> ResponseReturnValue:
    """One member's yes lets in; a no needs no reason."""
    me = signed_in_person()
    circle = circle_for(me, circle_id)
    row = ask_in(circle, ask_id)
    try:
        if request.form.get("antwoord") == "ja":
            words = _admitted(asks.admit(row, me, clock.now()), row.person.first_name)
        else:
            asks.decline_ask(row, me, clock.now())
            words = _("%(name)s krijgt een vriendelijk bericht.", name=row.person.first_name)
    except MembershipError:
        db.session.rollback()
        flash(_("Deze vraag is al beantwoord."), "error")
        return redirect(url_for("meetings.circle", circle_id=circle_id), 303)
    db.session.commit()
    flash(words)
    return redirect(url_for("meetings.circle", circle_id=circle_id), 303)


def _admitted(seat: Seat | None, name: str) -> str:
    if seat:
        return str(_("%(name)s zit er nu bij.", name=name))
    return str(
        _(
            "De cirkel zit vol: acht plekken zijn bezet. %(name)s staat op de wachtlijst en krijgt daar bericht van.",
            name=name,
        )
    )
