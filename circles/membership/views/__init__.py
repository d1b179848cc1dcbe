"""Pages about sitting down, staying and leaving."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from circles.membership.views import agreements, changes, finding, hotspot, invitations, seats
from circles.membership.views.blueprint import bp
from circles.people.errands import register_errand
from circles.web import MenuItem, register_menu

__all__ = ["agreements", "changes", "finding", "hotspot", "invitations", "seats"]


def init_app(app: Flask) -> None:
    """Adds the pages, their word in the menu, and what a yes before signing in does after it."""
    app.register_blueprint(bp)
    register_errand(app, "circle_invitation", invitations.accept_by)
    register_menu(app, MenuItem(_l("Mijn cirkels"), "membership.index", "users", 20))
