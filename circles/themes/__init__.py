"""What circles talk about."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Adds this slice's pages to the app."""
    from circles.themes import models, views  # noqa: F401  the tables must be known

    views.init_app(app)
