"""Who may use a route. Every route says so; the app does not start with one that doesn't."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

View = TypeVar("View", bound=Callable[..., object])


@dataclass(frozen=True)
class Policy:
    """A rule with a name. `admits` is asked before the view; who is refused gets 404, or the sign-in page."""

    name: str
    admits: Callable[[], bool]
    signs_in: bool = True  # an anonymous visitor is sent to sign in first


def _signed_in() -> bool:
    return bool(current_user.is_authenticated)


def _has_role(role: str) -> Callable[[], bool]:
    return lambda: _signed_in() and role in current_user.role_names


anyone = Policy("anyone", lambda: True, signs_in=False)
by_link = Policy("by_link", lambda: True, signs_in=False)  # the token in the address is the permission
one_click = Policy(
    "one_click", lambda: True, signs_in=False
)  # by_link, and exempt from CSRF and origin checks
signed_in = Policy("signed_in", _signed_in)  # what the person may reach, access.py decides
administrator = Policy("administrator", _has_role("administrator"))
viewer = Policy("viewer", _has_role("viewer"))


def allow(policy: Policy) -> Callable[[View], View]:
    """Declares who may use a view. Goes directly above the function, below the routes."""

    def declare(view: View) -> View:
        view.__policy__ = policy  # type: ignore[attr-defined]
        return view

    return declare


def policy_of(app: Flask, endpoint: str) -> Policy | None:
    """The policy an endpoint declared, None when it forgot."""
    if endpoint == "static" or endpoint.endswith(".static"):
        return anyone
    return getattr(app.view_functions[endpoint], "__policy__", None)


def require_declarations(app: Flask) -> None:
    """Raises RuntimeError naming every route that does not say who may use it."""
    forgot = [rule.rule for rule in app.url_map.iter_rules() if policy_of(app, rule.endpoint) is None]
    if forgot:
        raise RuntimeError(f"Routes without a policy: {', '.join(sorted(forgot))}")


def one_click_views(app: Flask) -> list[Callable[..., object]]:
    """Views that mail programs post to by themselves (RFC 8058): no session, no CSRF token, only their link."""
    return [view for view in app.view_functions.values() if getattr(view, "__policy__", None) is one_click]


def enforce() -> Response | None:
    """Before each request: let in, send to the sign-in page, or answer as if the page did not exist.

    `g.refused` then names the policy that somebody who is signed in does not meet.
    """
    if request.endpoint is None:
        return None
    if "\0" in request.path:  # no id holds it, and PostgreSQL fails on it
        abort(404)
    policy = policy_of(current_app, request.endpoint)
    if policy is None or policy.admits():
        return None
    if policy.signs_in and not current_user.is_authenticated:
        return _to_sign_in()
    g.refused = policy.name
    abort(404)


def _to_sign_in() -> Response:
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    if wanted == "/":  # typed the bare address: perhaps new here
        return redirect(url_for("people.welcome_page"), 303)
    if request.headers.get("HX-Request"):
        return Response(status=204, headers={"HX-Redirect": url_for("people.sign_in")})
    return redirect(url_for("people.sign_in", next=wanted), 303)
