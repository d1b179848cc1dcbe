"""The open page: what this is, for who is not signed in; and who oversees, for who is."""

from __future__ import annotations

import sqlalchemy as sa
from flask import render_template
from flask.typing import ResponseReturnValue

from circles.extensions import db
from circles.people.access import signed_in_person
from circles.people.forms import EmailForm
from circles.people.models import Person, Role
from circles.people.views.blueprint import bp
from circles.policy import allow, anyone


@bp.get("/welkom")
@allow(anyone)
def welcome_page() -> ResponseReturnValue:
    """Three sentences, three steps, and the first step of signing in."""
    return render_template("people/welcome_page.html", form=EmailForm(formdata=None))


def overseers() -> dict[str, list[str]]:
    """Names of the administrators and viewers of my organisation, by role; a role that nobody has is left out."""
    rows = db.session.execute(
        sa.select(Role.role, Person.name)
        .join(Person, Person.id == Role.person_id)
        .where(Person.organisation_id == signed_in_person().organisation_id, Person.disabled_at.is_(None))
        .order_by(Person.name)
    )
    named: dict[str, list[str]] = {}
    for role, name in rows:
        named.setdefault(role, []).append(name)
    return named
