"""A password, for who would rather have one than a code."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from circles import clock
from circles.extensions import db
from circles.people.access import SESSION_KEY, signed_in_person
from circles.people.errors import WeakPassword
from circles.people.forms import NewPasswordForm
from circles.people.services import signing_in
from circles.people.views.blueprint import bp
from circles.policy import allow, signed_in


@bp.route("/ik/wachtwoord", methods=["GET", "POST"])
@allow(signed_in)
def password() -> ResponseReturnValue:
    """Sets or takes away the password; all other sessions end."""
    person, form = signed_in_person(), NewPasswordForm()
    if request.method == "POST" and request.form.get("weg"):
        person.password_hash = None
        return _changed(_("Je hebt geen wachtwoord meer. Je krijgt voortaan een code."))
    if form.validate_on_submit():
        db.session.rollback()  # no transaction is held while hashing
        try:
            hashed = signing_in.hash_password(form.password.data or "", about=person)
        except WeakPassword:
            form.password.errors = [
                _("Dit is makkelijk te raden. Kies een paar woorden die niet bij elkaar horen.")
            ]
        else:
            db.session.add(person)
            person.password_hash = hashed
            return _changed(_("Je wachtwoord is bewaard. Op andere apparaten ben je uitgelogd."))
    return render_template("people/password.html", form=form), 422 if request.method == "POST" else 200


def _changed(words: str) -> ResponseReturnValue:
    person, now, device = signed_in_person(), clock.now(), g.sign_in.device
    signing_in.end_sign_ins(person)
    signing_in.audit("password changed", person=person, now=now)
    session[SESSION_KEY] = signing_in.sign_in(person, device=device, now=now)
    db.session.commit()
    flash(words)
    return redirect(url_for(".password"), 303)
