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
    """Adds the pages, and the words templates use for rhythms, places, weekdays and half hours."""
    app.register_blueprint(bp)
    app.after_request(feeds.note_use)
    for name in ("rhythm_words", "where_words", "weekday", "half_hour"):
        app.jinja_env.filters[name] = getattr(words, name)
