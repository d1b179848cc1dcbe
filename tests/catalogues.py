"""Which texts of the app a catalogue lacks: `python -m tests.catalogues` names them, and fails when there are any."""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from config import ROOT

CATALOGUES = sorted((ROOT / "circles" / "translations").glob("*/LC_MESSAGES/messages.po"))
SOURCES = (
    (ROOT / "circles", [("**.py", "python")]),
    (ROOT / "templates", [("**", "jinja2")]),
)
KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "_l": None,
    "lazy_gettext": None,
    "_n": (1, 2),
}


def language_of(catalogue: Path) -> str:
    """The language of a catalogue, by its folder."""
    return catalogue.parts[-3]


def missing_texts(catalogue: Path) -> set[str]:
    """Texts in code and templates that this catalogue does not translate, or not for sure."""
    return _used() - _translated(catalogue)


def _used() -> set[str]:
    return {
        message
        for folder, methods in SOURCES
        for found in extract_from_dir(
            folder, method_map=methods, options_map={"**": {"trimmed": "true"}}, keywords=KEYWORDS
        )
        for message in ([found[2]] if isinstance(found[2], str) else [found[2][0]])
    }


def _translated(catalogue: Path) -> set[str]:
    with catalogue.open("rb") as file:
        messages = read_po(file, locale=language_of(catalogue))
    return {
        message.id if isinstance(message.id, str) else message.id[0]
        for message in messages
        if message.id
        and all(message.string if isinstance(message.string, tuple) else [message.string])
        and not message.fuzzy
    }


def main(catalogues: list[Path]) -> int:
    """Says what is missing on standard error; 1 when something is."""
    missing = [(language_of(path), text) for path in catalogues for text in sorted(missing_texts(path))]
    for language, text in missing:
        sys.stderr.write(f"Not translated ({language}): {text}\n")
    return int(bool(missing) or not catalogues)


if __name__ == "__main__":
    sys.exit(main(CATALOGUES))
