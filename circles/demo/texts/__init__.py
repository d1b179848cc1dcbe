"""What people in the demo write: one TOML file a field of work, read once."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

FOLDER = Path(__file__).parent
FIELDS = ("jeugd", "wijkteam", "wijkverpleging", "ict", "beleid", "onderwijs", "leiden", "english")
KINDS = ("insight", "norm", "intention", "question")


class Text(NamedTuple):
    """A conclusion as it stands; `first` is how it was written down when it was edited since, else empty."""

    kind: str
    text: str
    first: str = ""


class Pile:
    """The texts of one field in a shuffled order, each handed out once before any comes again."""

    def __init__(self, field: str, rng: Random) -> None:
        read = toml(field)
        self._all = [_text(kind, text) for kind in KINDS for text in read[kind]]
        self._rng = rng
        self._left: list[Text] = []

    def draw(self, but: set[str]) -> Text | None:
        """One that is not among `but`; None when this circle has had all of them."""
        if not self._left:
            self._left = self._rng.sample(self._all, len(self._all))
        for place, text in enumerate(self._left):
            if text.text not in but:
                return self._left.pop(place)
        return None


@cache
def toml(name: str) -> dict[str, Any]:
    """The contents of one file."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))


def words(kind: str) -> list[str]:
    """Short texts beside the log: `charters`, `questions`, `asks` and so on."""
    found: list[str] = toml("words")[kind]
    return found


def _text(kind: str, text: str | list[str]) -> Text:
    return Text(kind, text) if isinstance(text, str) else Text(kind, text[1], text[0])
