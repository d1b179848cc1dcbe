"""Pages about sitting down, staying and leaving."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from circles.membership.errors import CircleHasEnded, CircleRests
from circles.membership.views import agreements, changes, finding, hotspot, invitations, quiet, seats
from circles.membership.views.blueprint import bp
from circles.people.errands import register_errand
from circles.web import MenuItem, register_menu

__all__ = ["agreements", "changes", "finding", "hotspot", "invitations", "quiet", "seats"]


def init_app(app: Flask) -> None:
    """Adds the pages, their word in the menu, what a yes before signing in does after it, and what is said of a circle
    that is quiet."""
    app.register_blueprint(bp)
    app.register_error_handler(CircleHasEnded, quiet.has_ended)
    app.register_error_handler(CircleRests, quiet.rests)
    register_errand(app, "circle_invitation", invitations.accept_by)
    register_menu(app, MenuItem(_l("Mijn cirkels"), "membership.index", "users", 20))
