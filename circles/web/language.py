"""The language of a page, and its words at hand."""

from __future__ import annotations

from typing import Any

from flask import Flask, g, request
from flask_babel import get_locale, get_translations
from flask_login import current_user

LANGUAGES = ("nl", "en")


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


def speak_faster(app: Flask) -> None:
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
