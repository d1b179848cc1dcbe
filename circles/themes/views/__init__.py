"""Pages about themes: reading them, marking them, and curating them in the hotspot."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from circles.themes.access import is_in_hotspot
from circles.themes.commands import themes
from circles.themes.views import curating, hotspot, reading
from circles.themes.views.blueprint import bp
from circles.web import MenuItem, register_menu

__all__ = ["curating", "hotspot", "reading"]


def init_app(app: Flask) -> None:
    """Adds the pages, their words in the menu, and the command that loads the library."""
    app.register_blueprint(bp)
    app.cli.add_command(themes)
    register_menu(
        app,
        MenuItem(_l("Thema’s"), "themes.index", "compass", 40),
        MenuItem(_l("Hotspot"), "themes.workbench", "flame", 50, shown=is_in_hotspot),
    )
