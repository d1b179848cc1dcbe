"""From a pool of people to circles worth sitting in."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Adds this slice's command to the app."""
    from circles.formation import commands

    commands.init_app(app)
