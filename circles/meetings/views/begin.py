"""Beginning a circle in four questions."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from circles import clock, formats
from circles.extensions import db
from circles.meetings.forms import BeginForm
from circles.meetings.services import planning
from circles.meetings.views.blueprint import bp
from circles.membership.errors import MembershipError
from circles.membership.forms import addresses_in
from circles.membership.models import Circle
from circles.membership.services import circles, invitations
from circles.people import queries as people
from circles.people.access import signed_in_person
from circles.people.models import Person
from circles.policy import allow, signed_in
from circles.web import choices


@bp.route("/cirkels/nieuw", methods=["GET", "POST"])
@allow(signed_in)
def begin() -> ResponseReturnValue:
    """What about, when, where, with whom: then the circle exists and its invitations are on their way."""
    me = signed_in_person()
    form, crafts = BeginForm().bind(now=clock.now()), people.professions_of(me.organisation_id)
    form.profession.choices = choices(
        ("", _("Geen bepaald vak")), *((row.public_id, row.name) for row in crafts)
    )
    if form.validate_on_submit():
        craft = next((row for row in crafts if row.public_id == form.profession.data), None)
        circle = circles.begin_circle(
            me,
            name=form.name.data or "",
            kind=form.kind.data or "craft",
            purpose=form.purpose.data or "",
            place=form.place.data or "",
            findable=bool(form.findable.data),
            profession=craft,
            now=clock.now(),
        )
        planning.set_rhythm(circle, me, form.rhythm(circle.zone), clock.now())
        sent = _invite(circle, me, form)
        db.session.commit()
        flash(_next_words(sent))
        return redirect(url_for(".circle", circle_id=circle.public_id), 303)
    if not form.is_submitted():
        form.first_on.data = formats.local(clock.now()).date() + timedelta(days=14)
        form.profession.data = me.profession.public_id if me.profession else ""
    return render_template("meetings/begin.html", form=form), 422 if form.is_submitted() else 200


def _invite(circle: Circle, me: Person, form: BeginForm) -> int:
    sent = 0
    for address in addresses_in(form.emails.data):
        try:
            invitations.invite(circle, me, address, now=clock.now())
        except MembershipError:
            continue  # oneself, or the same colleague twice
        sent += 1
    return sent


def _next_words(sent: int) -> str:
    if sent:
        return str(
            _(
                "Je cirkel is begonnen en de uitnodigingen zijn onderweg. Met drie mensen plannen we de eerste data."
            )
        )
    return str(_("Je cirkel is begonnen. Nodig collega’s uit: met drie mensen plannen we de eerste data."))
