"""What all pages share: headers, language, the menu, error pages, and the pages about the house itself."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Flask,
    Request,
    Response,
    abort,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import LazyString, get_locale, get_translations
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.routing import RoutingException
from werkzeug.wrappers import Response as AnyResponse

# Newer than the stubs.
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from circles import formats, policy
from circles.database import SAFE_METHODS
from circles.extensions import csrf, db
from circles.policy import allow, anyone

bp = Blueprint("web", __name__)

LANGUAGES = ("nl", "en")
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True)
class MenuItem:
    """One word in the main menu. A slice registers its own; `shown` is asked once a page."""

    label: LazyString
    endpoint: str
    icon: str
    order: int
    hat: str = "member"
    shown: Callable[[], bool] = field(default=lambda: True)
    covers: tuple[str, ...] = ()  # other addresses that belong to it


@dataclass(frozen=True)
class MenuLink:
    """A menu item as the template needs it."""

    label: str
    url: str
    icon: str
    current: bool


@dataclass(frozen=True)
class Hat:
    """One of the roles a person may have; each has a menu of its own."""

    name: str
    label: LazyString
    endpoint: str
    prefix: str
    role: str | None


class Typed(ImmutableMultiDict[str, Any]):
    """What came in an address or a form, without the character NUL: nobody types it, and PostgreSQL fails on it."""

    def __init__(self, pairs: Any = ()) -> None:
        super().__init__([(_without_nul(name), _without_nul(value)) for name, value in pairs])


class TypedRequest(Request):
    """A request of which args and form hold texts that any database takes."""

    parameter_storage_class = Typed


HATS = [
    Hat("administrator", _l("Beheer"), "people.administration", "/beheer", "administrator"),
    Hat("viewer", _l("Organisatie"), "participation.overview", "/organisatie", "viewer"),
    Hat("member", _l("Mijn cirkels"), "conclusions.today", "/", None),
]


def init_app(app: Flask) -> None:
    """Wires headers, policy, language, filters and error pages into the app."""
    app.register_blueprint(bp)
    app.request_class = TypedRequest
    app.before_request(refuse_other_sites)
    app.before_request(policy.enforce)
    app.after_request(add_headers)
    app.context_processor(page_context)
    app.jinja_env.filters.update(formats.FILTERS)
    app.jinja_env.globals.update(get_locale=get_locale, asset=asset)
    _speak_faster(app)
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _error_page)
    app.register_error_handler(500, _error_page)
    app.extensions.setdefault("menu", [])
    app.extensions.setdefault("overseers", dict)


def register_menu(app: Flask, *items: MenuItem) -> None:
    """Adds items to the main menu, kept in their order."""
    menu: list[MenuItem] = app.extensions.setdefault("menu", [])
    menu.extend(items)
    menu.sort(key=lambda item: item.order)


def register_overseers(app: Flask, names: Callable[[], dict[str, list[str]]]) -> None:
    """Sets who is asked for the names of an organisation's administrators and viewers, by role."""
    app.extensions["overseers"] = names


def choose_language() -> str:
    """Account, then cookie, then what the browser asks for, then Dutch."""
    forced = g.get("language")  # set while a mail is written for somebody else
    if forced:
        return str(forced)
    if current_user and current_user.is_authenticated:
        return str(current_user.locale)
    chosen = request.cookies.get("taal") if request else None
    if chosen in LANGUAGES:
        return chosen
    return request.accept_languages.best_match(LANGUAGES, default="nl") if request else "nl"


def refuse_other_sites() -> None:
    """Aborts with 400 when another site sends a form here. The token is the first lock, this the second."""
    if request.method in SAFE_METHODS or _policy_name() == "one_click":
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        abort(400)
    origin = request.headers.get("Origin")
    if origin and origin != "null" and urlsplit(origin).netloc != request.host:
        abort(400)
    if origin == "null":
        abort(400)


def add_headers(response: Response) -> Response:
    """The headers that keep a page to itself."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    if current_app.config["SETTINGS"].is_https:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if request.endpoint == "static":
        response.cache_control.public = True
        response.cache_control.max_age = 31_536_000 if request.args.get("v") else 300
        response.cache_control.immutable = bool(request.args.get("v"))
    else:
        headers.setdefault("Cache-Control", "no-store" if _signed_in() else "private, no-cache")
    return response


def page_context() -> dict[str, Any]:
    """What base.html needs on every page: the person, their menu and their other hats."""
    if not _signed_in():
        return {"me": None, "menu": [], "hats": [], "form_failed": False}
    hat = current_hat()
    # The row itself: the proxy would look it up anew at each word of a page.
    me = current_user._get_current_object()
    return {"me": me, "menu": _menu(hat), "hats": _hats(hat), "form_failed": False}


def current_hat() -> str:
    """The hat that the present address belongs to."""
    for hat in HATS:
        if hat.role and (request.path == hat.prefix or request.path.startswith(hat.prefix + "/")):
            return hat.name
    return "member"


def asset(path: str) -> str:
    """Address of a static file that changes when the file does, so that browsers may keep it for ever."""
    known: dict[str, str] = current_app.extensions.setdefault("assets", {})
    if path not in known:
        content = Path(current_app.static_folder or "", path).read_bytes()
        known[path] = hashlib.sha256(content).hexdigest()[:10]
    return url_for("static", filename=path, v=known[path])


def choices(*pairs: tuple[str, Any]) -> list[Any]:
    """Options of a select or radio field: value and label."""
    return [SelectChoice(value, label) for value, label in pairs]


def aside() -> Any:
    """A short session of its own, for the few rows that a GET may write. Use as a context manager; commit inside."""
    return db.sessionmaker(info={"aside": True})


def undoable(message: str, undo_url: str) -> None:
    """Says on the next page what happened, with a button that takes it back."""
    flash(message, f"undo:{undo_url}")


def inside(target: str | None) -> str | None:
    """The address to go on to after signing in, when it is one of ours; else None."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    return None if any(ord(letter) < 32 for letter in target) else target


def what_they_see() -> dict[str, str | None]:
    """The page on which I see what my organisation sees, as `org_view_url`; None where there is none."""
    shown = "participation.mine" in current_app.view_functions and _signed_in()
    return {"org_view_url": url_for("participation.mine") if shown else None}


@bp.post("/taal")
@allow(anyone)
def language() -> AnyResponse:
    """Switches the language of the pages, and of the account when signed in."""
    chosen = request.form.get("taal")
    if chosen not in LANGUAGES:
        abort(400)
    if _signed_in():
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


@bp.get("/help")
@allow(anyone)
def help() -> str:
    """How it works, and who to ask."""
    return render_template("web/help.html")


@bp.get("/vertrouwelijk")
@allow(anyone)
def confidentiality() -> str:
    """Who sees what, and where confidentiality ends; with the names of who oversees, for who is signed in."""
    overseers = current_app.extensions["overseers"]() if _signed_in() else None
    return render_template("web/confidentiality.html", overseers=overseers, **what_they_see())


@bp.get("/toegankelijkheid")
@allow(anyone)
def accessibility() -> str:
    """What the app does for people who use it in another way, and what it can't yet."""
    return render_template("web/accessibility.html")


def _speak_faster(app: Flask) -> None:
    """Keeps the catalogue of each language at hand; flask-babel finds it anew for each word of a template."""
    known: dict[Any, Any] = {}

    def catalogue() -> Any:
        language = get_locale()
        if language not in known:
            known[language] = get_translations()
        return known[language]

    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda words: catalogue().ugettext(words),
        ngettext=lambda one, many, number: catalogue().ungettext(one, many, number),
        newstyle=True,
    )


def _menu(hat: str) -> list[MenuLink]:
    items: list[MenuItem] = current_app.extensions["menu"]
    shown = [(item, url_for(item.endpoint)) for item in items if item.hat == hat and item.shown()]
    # One page lies under another, /beheer/mensen under /beheer: the longest address is where we are.
    places = [(place, url) for item, url in shown for place in (url, *item.covers) if _is_here(place)]
    _place, here = max(places, key=lambda found: len(found[0]), default=("", ""))
    return [MenuLink(str(item.label), url, item.icon, url == here) for item, url in shown]


def _is_here(url: str) -> bool:
    return request.path == url or (url != "/" and request.path.startswith(url + "/"))


def _hats(current: str) -> list[dict[str, Any]]:
    worn = [hat for hat in HATS if hat.role is None or hat.role in current_user.role_names]
    return [
        {"label": hat.label, "url": url_for(hat.endpoint), "current": hat.name == current} for hat in worn
    ]


def _without_nul(text: Any) -> Any:
    return text.replace("\0", "") if isinstance(text, str) else text


def _signed_in() -> bool:
    return bool(current_user and current_user.is_authenticated)


def _policy_name() -> str:
    declared = policy.policy_of(current_app, request.endpoint) if request.endpoint else None
    return declared.name if declared else ""


def _stale_form(_error: CSRFError) -> tuple[str, int]:
    session.modified = True  # a fresh token goes out with the answer
    message = _("Deze pagina was te lang open. Ga terug, ververs de pagina en probeer het nog eens.")
    return render_template("errors/400.html", message=message), 400


def _error_page(error: HTTPException) -> tuple[str, int] | AnyResponse:
    code = error.code or 500
    if code < 400:
        return error.get_response()
    if isinstance(error, SecurityError):  # a host that is not ours: no address can be made for it
        return Response("400 Bad Request", 400, mimetype="text/plain")
    db.session.rollback()
    known = {400, 403, 404, 405, 409, 413, 429, 500, 503}
    return render_template(f"errors/{code if code in known else 400}.html", message=None), code


__all__ = ["MenuItem", "aside", "asset", "csrf", "init_app", "inside", "register_menu", "undoable"]
