"""Who takes part, shown so that nobody is exposed: snapshots of closed quarters, and releases made of them."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Adds this slice's pages and its command to the app."""
    from circles.participation import commands, models, views  # noqa: F401  the tables must be known

    views.init_app(app)
    commands.init_app(app)
