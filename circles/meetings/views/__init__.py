"""Pages about when circles meet: beginning, the circle itself, changing, answering, calendar links."""

from flask import Flask

from circles.meetings.views import (
    begin,
    changing,
    circle,
    feeds,
    finding,
    replies,
    resting,
    rhythm,
    subjects,
    turns,
    words,
)
from circles.meetings.views.blueprint import bp

__all__ = [
    "begin",
    "changing",
    "circle",
    "feeds",
    "finding",
    "replies",
    "resting",
    "rhythm",
    "subjects",
    "turns",
    "words",
]


def init_app(app: Flask) -> None:
    """Adds the pages, and the words templates use for rhythms, places and reasons."""
    app.register_blueprint(bp)
    app.after_request(feeds.note_use)
    app.jinja_env.filters["rhythm_words"] = words.rhythm_words
    app.jinja_env.filters["where_words"] = words.where_words
