"""When circles meet, and the calendar that tells them."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Adds this slice's pages to the app."""
    from circles.meetings import models, views  # noqa: F401  the tables must be known
    from circles.meetings.services import following  # noqa: F401  registers what follows settings

    views.init_app(app)
