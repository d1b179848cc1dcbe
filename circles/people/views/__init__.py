"""Pages about people: getting in, and what they say about themselves."""

from flask import Flask

from circles.extensions import login
from circles.people import commands
from circles.people.access import load_person
from circles.people.views import (
    administration,
    invitees,
    mail,
    me,
    open_page,
    passwords,
    refusals,
    sign_ins,
    signing_in,
)
from circles.people.views.blueprint import bp
from circles.web import register_overseers

__all__ = [
    "administration",
    "invitees",
    "mail",
    "me",
    "open_page",
    "passwords",
    "refusals",
    "sign_ins",
    "signing_in",
]


def init_app(app: Flask) -> None:
    """Adds the pages and the commands, and tells Flask-Login where people come from."""
    login.request_loader(load_person)
    app.register_blueprint(bp)
    app.after_request(sign_ins.note_seen)
    app.after_request(refusals.note_refused)
    commands.init_app(app)
    register_overseers(app, open_page.overseers)
