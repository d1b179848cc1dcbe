"""Dates, times and short texts as people write them, in Dutch and English."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask import current_app
from flask_babel import get_locale
from markupsafe import Markup
from nh3 import clean

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

# What parser and cleaner would leave alone. Most that people write is, and a log holds a lot of it.
_SENTENCES = re.compile(r"(?![-+\d\s])[^\n<>&*_\[\]\\`]*[^\s<>&*_\[\]\\`]")
_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a"}


def language() -> str:
    """`nl` or `en`: the language of this answer or mail."""
    locale = get_locale()
    return locale.language if locale else "nl"


def local(instant: datetime, zone: str | None = None) -> datetime:
    """The instant on the wall clock of that zone, else of this installation."""
    return instant.astimezone(ZoneInfo(zone or current_app.config["SETTINGS"].timezone))


def day(when: date | datetime, zone: str | None = None) -> str:
    """`donderdag 26 november 2026`, `Thursday 26 November 2026`."""
    return _written(_on(when, zone), "EEEE d MMMM y", language())


def daymonth(when: date | datetime, zone: str | None = None) -> str:
    """`donderdag 26 november`, `Thursday 26 November`: where the year is plain."""
    return _written(_on(when, zone), "EEEE d MMMM", language())


def plain_day(when: date | datetime, zone: str | None = None) -> str:
    """`26 november 2026`, `26 November 2026`: where the weekday does not matter."""
    return _written(_on(when, zone), "d MMMM y", language())


def short_day(when: date | datetime, zone: str | None = None) -> str:
    """`26 november`, `26 November`: within the year."""
    return _written(_on(when, zone), "d MMMM", language())


def clock(when: datetime, zone: str | None = None) -> str:
    """`14.00` in Dutch, `14:00` in English."""
    moment = local(when, zone)
    return moment.strftime("%H.%M" if language() == "nl" else "%H:%M")


def hours(starts_at: datetime, ends_at: datetime, zone: str | None = None) -> str:
    """`14.00 – 15.30 uur`, `14:00–15:30`."""
    if language() == "nl":
        return f"{clock(starts_at, zone)} – {clock(ends_at, zone)} uur"
    return f"{clock(starts_at, zone)}–{clock(ends_at, zone)}"


def markdown(text: str) -> Markup:
    """Bold, italics, lists and links as HTML; anything else is shown as it was typed."""
    if _SENTENCES.fullmatch(text) and text.isprintable():
        return Markup(f"<p>{text}</p>\n")  # noqa: S704  holds no character that means something in HTML
    return rendered(text)


def rendered(text: str) -> Markup:
    """The same by parser and cleaner, whatever the text holds."""
    html = clean(_parser().render(text), tags=_TAGS, url_schemes={"https", "http", "mailto"})
    return Markup(html)  # noqa: S704  cleaned by nh3 on the line above


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # large, and seldom needed

    return MarkdownIt("zero", {"html": False, "breaks": True, "linkify": False}).enable(
        ["emphasis", "list", "link", "newline"]
    )


@lru_cache(maxsize=1024)
def _written(on: date, pattern: str, language: str) -> str:
    return format_date(on, pattern, locale=language)


def _on(when: date | datetime, zone: str | None) -> date:
    return local(when, zone).date() if isinstance(when, datetime) else when


FILTERS = {
    "day": day,
    "daymonth": daymonth,
    "plain_day": plain_day,
    "clock": clock,
    "hours": hours,
    "markdown": markdown,
}
