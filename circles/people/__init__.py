"""Who takes part, how they sign in, and what they say about themselves."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Adds this slice's pages to the app."""
    from circles.people import models, views  # noqa: F401  the tables must be known

    views.init_app(app)
