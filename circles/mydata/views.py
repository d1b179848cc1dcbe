"""My data: what is kept, taking it along, and having it erased."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Flask, Response, abort, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from circles import clock, formats
from circles.database import empty_journal
from circles.extensions import db
from circles.membership import queries as membership
from circles.membership.access import circle_for
from circles.mydata import services
from circles.people.access import signed_in_person
from circles.people.errors import LastAdministrator
from circles.people.services.organisations import slug_of
from circles.policy import allow, signed_in

bp = Blueprint("mydata", __name__)


def init_app(app: Flask) -> None:
    """Adds the pages."""
    app.register_blueprint(bp)


@bp.get("/ik/gegevens")
@allow(signed_in)
def index() -> ResponseReturnValue:
    """What is kept of me and for how long; the links to take it along, when I asked for them."""
    me = signed_in_person()
    token, until = services.open_export(me, clock.now()) or (None, None)
    return render_template("mydata/index.html", token=token, until=until)


@bp.post("/ik/gegevens/meenemen")
@allow(signed_in)
def export() -> ResponseReturnValue:
    """Opens the links for a day."""
    services.make_export(signed_in_person(), clock.now())
    db.session.commit()
    flash(_("Je gegevens staan klaar. De links werken een dag, en alleen voor jou."))
    return redirect(url_for(".index"), 303)


@bp.get("/ik/gegevens/<token>.json")
@allow(signed_in)
def take_json(token: str) -> ResponseReturnValue:
    """Everything that is kept of me."""
    me, now = signed_in_person(), clock.now()
    if not services.may_fetch(me, token, now):
        abort(404)
    return _file(services.as_json(me, now), [_("mijn-gegevens"), _today(now)], "json")


@bp.get("/ik/gegevens/<token>.md")
@allow(signed_in)
def take_markdown(token: str) -> ResponseReturnValue:
    """My own words in the logs of my circles."""
    me, now = signed_in_person(), clock.now()
    if not services.may_fetch(me, token, now):
        abort(404)
    return _file(services.words_as_markdown(me, now), [_("wat-ik-schreef"), _today(now)], "md")


@bp.post("/cirkel/<circle_id>/logboek/meenemen")
@allow(signed_in)
def export_log(circle_id: str) -> ResponseReturnValue:
    """The log of a circle I sit in, as a file; the others see on the circle's page that I took it along."""
    me, now = signed_in_person(), clock.now()
    circle = circle_for(me, circle_id)
    text = services.export_log(circle, me, now)
    db.session.commit()
    return _file(text, [_("logboek"), slug_of(circle.name), _today(now)], "md")


@bp.get("/ik/wissen")
@allow(signed_in)
def erasing() -> ResponseReturnValue:
    """What happens exactly, and what to do first for who would rather not."""
    return _erase_page()


@bp.post("/ik/wissen")
@allow(signed_in)
def erase() -> ResponseReturnValue:
    """Erases me. There is no way back."""
    try:
        services.erase(signed_in_person(), clock.now())
    except LastAdministrator:
        db.session.rollback()
        return _erase_page(last_administrator=True), 409
    db.session.commit()
    empty_journal(db.engine)
    session.clear()
    flash(_("Je bent gewist. Dank voor wat je inbracht; je bent altijd weer welkom."))
    return redirect(url_for("people.welcome_page"), 303)


def _erase_page(*, last_administrator: bool = False) -> str:
    circles = membership.circles_of(signed_in_person())
    return render_template("mydata/erase.html", circles=circles, last_administrator=last_administrator)


def _today(now: datetime) -> str:
    return f"{formats.local(now, signed_in_person().wall_zone):%Y-%m-%d}"


def _file(text: str, name: list[str], kind: str) -> Response:
    answer = Response(text, mimetype={"json": "application/json", "md": "text/markdown"}[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="vakcirkels-{"-".join(name)}.{kind}"'
    return answer
