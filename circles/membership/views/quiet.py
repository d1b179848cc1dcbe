"""What is said when somebody wants something of a circle that rests or has ended."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from circles.extensions import db
from circles.membership.errors import CircleHasEnded, CircleRests


def has_ended(error: CircleHasEnded) -> ResponseReturnValue:
    """Back to the page of the circle, with its log."""
    return _back(error.circle_id, _("Deze cirkel is gestopt. Het logboek blijft te lezen."))


def rests(error: CircleRests) -> ResponseReturnValue:
    """Back to the page where it can begin again."""
    return _back(error.circle_id, _("Jullie cirkel rust. Begin eerst weer, dan kunnen jullie plannen."))


def _back(circle_id: str, words: str) -> ResponseReturnValue:
    db.session.rollback()
    flash(words, "error")
    return redirect(url_for("meetings.circle", circle_id=circle_id), 303)
