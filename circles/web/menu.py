"""The main menu: one for each hat that a person wears."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from circles.web.tools import is_signed_in


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


HATS = [
    Hat("administrator", _l("Beheer"), "people.administration", "/beheer", "administrator"),
    Hat("viewer", _l("Organisatie"), "participation.overview", "/organisatie", "viewer"),
    Hat("member", _l("Mijn cirkels"), "conclusions.today", "/", None),
]


def register_menu(app: Flask, *items: MenuItem) -> None:
    """Adds items to the main menu, kept in their order."""
    menu: list[MenuItem] = app.extensions.setdefault("menu", [])
    menu.extend(items)
    menu.sort(key=lambda item: item.order)


def page_context() -> dict[str, Any]:
    """What base.html needs on every page: the person, their menu and their other hats."""
    if not is_signed_in():
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
