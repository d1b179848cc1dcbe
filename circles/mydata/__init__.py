"""What the app keeps of me: taking it along, and having it erased. Joins what each slice says of one person."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Adds this slice's pages to the app."""
    from circles.mydata import views

    views.init_app(app)
