"""What keeps a page to itself: headers, no forms from other sites, texts that any database takes."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Request, Response, abort, current_app, request
from werkzeug.datastructures import ImmutableMultiDict

from circles import policy
from circles.database import SAFE_METHODS
from circles.web.tools import is_signed_in

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class Typed(ImmutableMultiDict[str, Any]):
    """What came in an address or a form, without the character NUL: nobody types it, and PostgreSQL fails on it."""

    def __init__(self, pairs: Any = ()) -> None:
        super().__init__([(_without_nul(name), _without_nul(value)) for name, value in pairs])


class TypedRequest(Request):
    """A request of which args and form hold texts that any database takes."""

    parameter_storage_class = Typed


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
        headers.setdefault("Cache-Control", "no-store" if is_signed_in() else "private, no-cache")
    return response


def _without_nul(text: Any) -> Any:
    return text.replace("\0", "") if isinstance(text, str) else text


def _policy_name() -> str:
    declared = policy.policy_of(current_app, request.endpoint) if request.endpoint else None
    return declared.name if declared else ""
