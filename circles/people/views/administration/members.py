"""Members as an administrator sees them: name, address, department, role. No circle data."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from circles import clock
from circles.extensions import db
from circles.people import queries
from circles.people.access import member_for, signed_in_person
from circles.people.errors import LastAdministrator
from circles.people.services import accounts, signing_in
from circles.people.views.blueprint import bp
from circles.policy import administrator, allow
from circles.web import undoable


@bp.get("/beheer/mensen/leden")
@allow(administrator)
def members() -> ResponseReturnValue:
    """Everybody who takes part, by name."""
    search = request.args.get("zoek", "").strip()[:100]
    page = request.args.get("pagina", 1, type=int)
    leaf = queries.members_page(signed_in_person().organisation_id, search=search, page=page)
    return render_template("people/administration/members.html", leaf=leaf, search=search)


@bp.post("/beheer/mensen/leden/<person_id>/sluiten")
@allow(administrator)
def disable_member(person_id: str) -> ResponseReturnValue:
    """Closes a colleague's account; their sessions end at once."""
    me, now = signed_in_person(), clock.now()
    person = member_for(me, person_id)
    if person.id == me.id:
        abort(404)
    try:
        accounts.disable(person, now)
    except LastAdministrator:
        db.session.rollback()
        flash(_("%(name)s is de enige beheerder. Wijs eerst een ander aan.", name=person.name), "error")
        return redirect(url_for(".members"), 303)
    signing_in.audit("account disabled", person=me, now=now, detail=person.public_id)
    db.session.commit()
    words = _("%(name)s kan niet meer inloggen.", name=person.name)
    undoable(words, url_for(".enable_member", person_id=person_id))
    return redirect(url_for(".members"), 303)


@bp.post("/beheer/mensen/leden/<person_id>/openen")
@allow(administrator)
def enable_member(person_id: str) -> ResponseReturnValue:
    """Opens an account again."""
    me = signed_in_person()
    person = member_for(me, person_id)
    accounts.enable(person)
    signing_in.audit("account enabled", person=me, now=clock.now(), detail=person.public_id)
    db.session.commit()
    flash(_("%(name)s kan weer inloggen.", name=person.name))
    return redirect(url_for(".members"), 303)
