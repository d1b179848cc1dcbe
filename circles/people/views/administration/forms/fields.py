"""What the administrator's forms share."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from wtforms import IntegerField

from circles.clean import clean_line

MOST_HEADS = 100_000


class CountField(IntegerField):
    """People: a bare number, or nothing."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Says what to type when it is no number."""
        typed = valuelist[0].strip() if valuelist else ""
        self.data = None
        if typed:
            self.data = whole_number(typed, MOST_HEADS)


def one_line(text: str | None) -> str:
    """What was typed without anything that steers, on one line."""
    return clean_line(text or "", 400)


def whole_number(text: str, most: int) -> int:
    """The number that was typed. Raises ValueError, in words for the person."""
    typed = text.strip()
    if not typed.isdecimal() or len(typed) > 9 or int(typed) > most:
        raise ValueError(_("Vul een heel getal in, zonder punt of komma."))
    return int(typed)
