"""Links in mail that carry who they are for and what they may do: signed, one purpose, one person."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer


def sign(purpose: str, *ids: str) -> str:
    """A token for a link in a mail. It holds ids, not secrets; whether the matter is still open, the page decides."""
    token: str = _serializer(purpose).dumps(list(ids))
    return token


def read(purpose: str, token: str) -> list[str] | None:
    """The ids that were signed for this purpose, or None when the token is not ours."""
    try:
        ids: list[str] = _serializer(purpose).loads(token)
    except BadSignature:
        return None
    return ids


def address(endpoint: str, **values: str) -> str:
    """The full address of a page, for mail and calendars: works without a request, always under BASE_URL."""
    base = urlsplit(current_app.config["SETTINGS"].base_url)
    adapter = current_app.url_map.bind(base.netloc, script_name=base.path or "/", url_scheme=base.scheme)
    return adapter.build(endpoint, values, force_external=True)


def _serializer(purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"vakcirkels/{purpose}")
