"""Pages about the house itself, and the switch of language."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Blueprint, Flask, abort, current_app, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RoutingException
from werkzeug.wrappers import Response as AnyResponse

from circles.extensions import db
from circles.policy import allow, anyone
from circles.web.language import LANGUAGES
from circles.web.tools import inside, is_signed_in

bp = Blueprint("web", __name__)


def register_overseers(app: Flask, names: Callable[[], dict[str, list[str]]]) -> None:
    """Sets who is asked for the names of an organisation's administrators and viewers, by role."""
    app.extensions["overseers"] = names


def what_they_see() -> dict[str, str | None]:
    """The page on which I see what my organisation sees, as `org_view_url`; None where there is none."""
    shown = "participation.mine" in current_app.view_functions and is_signed_in()
    return {"org_view_url": url_for("participation.mine") if shown else None}


@bp.post("/taal")
@allow(anyone)
def language() -> AnyResponse:
    """Switches the language of the pages, and of the account when signed in."""
    chosen = request.form.get("taal")
    if chosen not in LANGUAGES:
        abort(400)
    if is_signed_in():
        current_user.locale = chosen
        db.session.commit()
    answer = redirect(_page(request.form.get("next")) or "/", 303)
    answer.set_cookie(
        "taal",
        chosen,
        max_age=31_536_000,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SETTINGS"].is_https,
    )
    return answer


@bp.get("/help")
@allow(anyone)
def help() -> str:
    """How it works, and who to ask."""
    return render_template("web/help.html")


@bp.get("/vertrouwelijk")
@allow(anyone)
def confidentiality() -> str:
    """Who sees what, and where confidentiality ends; with the names of who oversees, for who is signed in."""
    overseers = current_app.extensions["overseers"]() if is_signed_in() else None
    return render_template("web/confidentiality.html", overseers=overseers, **what_they_see())


@bp.get("/toegankelijkheid")
@allow(anyone)
def accessibility() -> str:
    """What the app does for people who use it in another way, and what it can't yet."""
    return render_template("web/accessibility.html")


def _page(target: str | None) -> str | None:
    """The address when it can be looked at: a form that failed may stand on one that only takes POST."""
    path = inside(target)
    try:
        current_app.url_map.bind("").match(urlsplit(path or "").path, method="GET")
    except RoutingException:
        return path
    except HTTPException:
        return None
    return path
