"""The circle's log, and the pages that show a whole circle at work."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Adds this slice's pages to the app."""
    from circles.conclusions import models, views  # noqa: F401  the tables must be known

    views.init_app(app)
