"""Mail is queued with the change it tells of, and sent later."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Adds this slice's pages to the app."""
    from circles.mail import models, views  # noqa: F401  the tables must be known

    views.init_app(app)
