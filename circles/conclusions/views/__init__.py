"""Vandaag, the meeting, and the log: the pages that show a circle at work."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from circles.conclusions.views import log, meeting, today
from circles.conclusions.views.blueprint import bp
from circles.web import MenuItem, register_menu

__all__ = ["log", "meeting", "today"]


def init_app(app: Flask) -> None:
    """Adds the pages and their words in the menu."""
    app.register_blueprint(bp)
    register_menu(
        app,
        MenuItem(_l("Vandaag"), "conclusions.today", "house", 10),
        MenuItem(_l("Logboek"), "conclusions.log", "notebook-pen", 30),
    )
