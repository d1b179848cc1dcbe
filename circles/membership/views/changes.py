"""Taking back what somebody changed."""

from __future__ import annotations

import sqlalchemy as sa
from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from circles import clock
from circles.extensions import db
from circles.membership.access import change_in, circle_for
from circles.membership.errors import MovedOn, TooLate
from circles.membership.models import Circle, CircleChange
from circles.membership.services import changes
from circles.membership.views.blueprint import bp
from circles.people.access import signed_in_person
from circles.people.models import Person
from circles.policy import allow, signed_in


@bp.post("/cirkel/<circle_id>/wijzigingen/<change_id>/ongedaan")
@allow(signed_in)
def undo(circle_id: str, change_id: str) -> ResponseReturnValue:
    """Any member takes a change back, within a day; what is one person's own, that person. Leaving has its own way."""
    me = signed_in_person()
    change = change_in(circle_for(me, circle_id), change_id)
    if change.kind == "left" or not changes.is_theirs(change, me):
        abort(404)
    _undo(change, me)
    return redirect(url_for("meetings.circle", circle_id=circle_id), 303)


@bp.post("/cirkel/<circle_id>/wijzigingen/<change_id>/blijven")
@allow(signed_in)
def undo_leaving(circle_id: str, change_id: str) -> ResponseReturnValue:
    """I left, and would rather stay."""
    me = signed_in_person()
    change = db.session.scalar(
        sa.select(CircleChange)
        .join(CircleChange.circle)
        .where(
            Circle.public_id == circle_id,
            CircleChange.public_id == change_id,
            CircleChange.person_id == me.id,
            CircleChange.kind == "left",
        )
    ) or abort(404)
    if _undo(change, me):
        return redirect(url_for("meetings.circle", circle_id=circle_id), 303)
    return redirect(url_for(".index"), 303)


def _undo(change: CircleChange, me: Person) -> bool:
    try:
        changes.undo(change, me, clock.now())
    except TooLate:
        db.session.rollback()
        flash(_("Ongedaan maken kan tot een dag later, en één keer."), "error")
        return False
    except MovedOn:
        db.session.rollback()
        flash(_("Er is intussen iets anders veranderd. Pas het zo aan als jullie het nu willen."), "error")
        return False
    db.session.commit()
    flash(_("Ongedaan gemaakt."))
    return True
