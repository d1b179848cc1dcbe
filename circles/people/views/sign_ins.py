"""Where I am signed in, and ending it from here."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from flask import Response, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from circles import clock
from circles.extensions import db
from circles.people.access import signed_in_person
from circles.people.models import SignIn
from circles.people.views.blueprint import bp
from circles.policy import allow, signed_in
from circles.web import aside

SEEN_EVERY = timedelta(hours=1)


@bp.get("/ik/aanmelden")
@allow(signed_in)
def sign_ins() -> ResponseReturnValue:
    """My sessions, the latest first."""
    rows = db.session.scalars(
        sa.select(SignIn)
        .where(SignIn.person_id == signed_in_person().id, SignIn.expires_at > clock.now())
        .order_by(SignIn.seen_at.desc())
    ).all()
    return render_template("people/sign_ins.html", rows=rows, this=g.sign_in)


@bp.post("/ik/aanmelden/<sign_in_id>/einde")
@allow(signed_in)
def end_sign_in(sign_in_id: str) -> ResponseReturnValue:
    """Ends one session at once."""
    db.session.execute(
        sa.delete(SignIn).where(SignIn.public_id == sign_in_id, SignIn.person_id == signed_in_person().id)
    )
    db.session.commit()
    flash(_("Op dat apparaat ben je nu uitgelogd."))
    return redirect(url_for(".sign_ins"), 303)


def note_seen(response: Response) -> Response:
    """After an answer, at most once an hour: when this session was last used. One row, one short transaction."""
    (sign_in_id, seen_at), now = g.get("seen", (None, None)), clock.now()
    if seen_at is not None and now - seen_at > SEEN_EVERY:
        db.session.rollback()  # a POST that was refused still holds SQLite, and would wait for itself
        with aside() as session:
            session.execute(sa.update(SignIn).where(SignIn.id == sign_in_id).values(seen_at=now))
            session.commit()
    return response
