"""What all pages share: headers, language, the menu, error pages, and the pages about the house itself."""

from __future__ import annotations

from flask import Flask
from flask_babel import get_locale
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from circles import formats, policy
from circles.web.errors import error_page, stale_form
from circles.web.language import choose_language, speak_faster
from circles.web.menu import MenuItem, page_context, register_menu
from circles.web.pages import bp, register_overseers, what_they_see
from circles.web.safety import TypedRequest, add_headers, refuse_other_sites
from circles.web.tools import aside, asset, choices, inside, undoable

__all__ = [
    "MenuItem",
    "aside",
    "asset",
    "choices",
    "choose_language",
    "init_app",
    "inside",
    "register_menu",
    "register_overseers",
    "undoable",
    "what_they_see",
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
    speak_faster(app)
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.register_error_handler(CSRFError, stale_form)
    app.register_error_handler(HTTPException, error_page)
    app.register_error_handler(500, error_page)
    app.extensions.setdefault("menu", [])
    app.extensions.setdefault("overseers", dict)
