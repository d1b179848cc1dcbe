"""Which mails I want."""

from __future__ import annotations

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from circles import links
from circles.extensions import db
from circles.people.access import signed_in_person
from circles.people.mails import KINDS
from circles.people.models import MutedMail, Person
from circles.people.views.blueprint import bp
from circles.policy import allow, by_link, one_click, signed_in


@bp.route("/ik/mail", methods=["GET", "POST"])
@allow(signed_in)
def mail() -> ResponseReturnValue:
    """One switch for each kind of mail."""
    person = signed_in_person()
    if request.method == "POST":
        wanted = set(request.form.getlist("soort"))
        for kind in KINDS:
            _mute(person, kind, mute=kind not in wanted)
        db.session.commit()
        flash(_("Bewaard."))
        return redirect(url_for(".mail"), 303)
    return render_template("people/mail.html", kinds=KINDS, muted={row.kind for row in person.muted})


@bp.get("/afmelden/<token>")
@allow(by_link)
def unsubscribing(token: str) -> ResponseReturnValue:
    """A page with a button: a link scanner that looks changes nothing."""
    _person, kind = _read(token)
    return render_template("people/unsubscribe.html", token=token, kind=kind, done=request.args.get("klaar"))


@bp.post("/afmelden/<token>")
@allow(one_click)
def unsubscribe(token: str) -> ResponseReturnValue:
    """Ends a kind of mail: by the button, or by the mail program itself (RFC 8058)."""
    person, kind = _read(token)
    _mute(person, kind, mute=True)
    db.session.commit()
    return redirect(url_for(".unsubscribing", token=token, klaar=1), 303)


def _read(token: str) -> tuple[Person, str]:
    person_id, kind = links.read("unsubscribe", token) or abort(404)
    person = db.session.scalar(sa.select(Person).where(Person.public_id == person_id)) or abort(404)
    return person, kind


def _mute(person: Person, kind: str, *, mute: bool) -> None:
    row = next((row for row in person.muted if row.kind == kind), None)
    if mute and row is None:
        person.muted.append(MutedMail(kind=kind))
    elif not mute and row is not None:
        person.muted.remove(row)
        db.session.delete(row)
