"""The starting library: one TOML file a theme, in Dutch and English. Pure: reads files, knows no database."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from circles.themes.frameworks import ELEMENTS

FOLDER = Path(__file__).parent
LANGUAGES = ("nl", "en")
STAGES = ("idea", "in_dialogue", "ready", "rest")
LONGEST = {  # characters, so that a theme prints on one card
    "title": 60,
    "question": 160,
    "why": 600,
    "preparation": 400,
    "work_form": 60,
    "when_stuck": 200,
    "source": 200,
}
LONGEST_QUESTION, LONGEST_STEP, LONGEST_READING = 160, 160, 200
MOST_PREPARATION = 10
WORK_FORM_MINUTES = range(45, 61)


class LibraryError(Exception):
    """A theme file that cannot be used. The message names the file and the field."""

    def __init__(self, file: str, field: str, why: str) -> None:
        super().__init__(f"{file}: {field}: {why}")
        self.file, self.field = file, field


@dataclass(frozen=True)
class LibraryStep:
    """One step of a work form."""

    minutes: int
    text: str


@dataclass(frozen=True)
class LibraryText:
    """A theme in one language. Plain text, no markup."""

    title: str
    question: str
    why: str
    opening_questions: tuple[str, ...]
    preparation: str
    work_form: str
    steps: tuple[LibraryStep, ...]
    when_stuck: str
    reading: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class LibraryTheme:
    """One theme of the library. Its main element comes first; `texts` holds every language."""

    key: str
    elements: tuple[str, ...]
    stage: str
    team_only: bool
    preparation_minutes: int
    work_form_minutes: int
    texts: dict[str, LibraryText]


def read_library(folder: Path = FOLDER) -> list[LibraryTheme]:
    """All themes in the folder, by key. Raises LibraryError at the first file or field that is wrong."""
    return [_theme(path) for path in sorted(folder.glob("*.toml"))]


def _theme(path: Path) -> LibraryTheme:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LibraryError(path.name, "file", str(error)) from error
    table = _Table(path.name, content)
    theme = LibraryTheme(
        key=table.text("key", 80),
        elements=table.texts("elements", range(1, 6), 3),
        stage=table.text("stage", 20),
        team_only=table.yes_or_no("team_only"),
        preparation_minutes=table.number("preparation_minutes", range(MOST_PREPARATION + 1)),
        work_form_minutes=table.number("work_form_minutes", WORK_FORM_MINUTES),
        texts={language: _text(table.table(language)) for language in LANGUAGES},
    )
    table.nothing_else()
    _check(theme, path)
    return theme


def _text(table: _Table) -> LibraryText:
    text = LibraryText(
        **{field: table.text(field, longest) for field, longest in LONGEST.items()},
        opening_questions=table.texts("opening_questions", range(3, 7), LONGEST_QUESTION),
        steps=tuple(_step(step) for step in table.tables("steps")),
        reading=table.texts("reading", range(1, 4), LONGEST_READING),
    )
    table.nothing_else()
    return text


def _step(table: _Table) -> LibraryStep:
    step = LibraryStep(minutes=table.number("minutes", range(1, 61)), text=table.text("text", LONGEST_STEP))
    table.nothing_else()
    return step


def _check(theme: LibraryTheme, path: Path) -> None:
    if theme.key != path.stem:
        raise LibraryError(path.name, "key", f"is {theme.key}; the file must be named after it")
    if theme.stage not in STAGES:
        raise LibraryError(path.name, "stage", f"{theme.stage} is none of {', '.join(STAGES)}")
    if unknown := [element for element in theme.elements if element not in ELEMENTS]:
        raise LibraryError(path.name, "elements", f"{', '.join(unknown)} not in frameworks.py")
    for language, text in theme.texts.items():
        if not text.question.endswith("?"):
            raise LibraryError(path.name, f"{language}.question", "does not end with a question mark")
        if (total := sum(step.minutes for step in text.steps)) != theme.work_form_minutes:
            raise LibraryError(
                path.name, f"{language}.steps", f"take {total} minutes, not {theme.work_form_minutes}"
            )


class _Table:
    """A TOML table that names itself when something in it is missing, of another kind, too long or not known."""

    def __init__(self, file: str, content: Mapping[str, Any], name: str = "") -> None:
        self.file, self.name, self.rest = file, name, dict(content)

    def text(self, field: str, longest: int) -> str:
        return self._worded(field, self._take(field, str), longest)

    def texts(self, field: str, count: range, longest: int) -> tuple[str, ...]:
        values = self._take(field, list)
        if len(values) not in count:
            raise self._error(field, f"has {len(values)} entries, not {count.start} to {count.stop - 1}")
        return tuple(self._worded(field, value, longest) for value in values)

    def number(self, field: str, allowed: range) -> int:
        value: int = self._take(field, int)
        if value not in allowed:
            raise self._error(field, f"is {value}, not {allowed.start} to {allowed.stop - 1}")
        return value

    def yes_or_no(self, field: str) -> bool:
        value: bool = self._take(field, bool)
        return value

    def table(self, field: str) -> _Table:
        return _Table(self.file, self._take(field, dict), self._path(field))

    def tables(self, field: str) -> list[_Table]:
        values = self._take(field, list)
        if not values or not all(isinstance(value, dict) for value in values):
            raise self._error(field, "must be a list of tables")
        return [
            _Table(self.file, value, self._path(f"{field}[{number}]"))
            for number, value in enumerate(values, 1)
        ]

    def nothing_else(self) -> None:
        for field in self.rest:
            raise self._error(field, "is not a field of a theme")

    def _take(self, field: str, kind: type) -> Any:
        if field not in self.rest:
            raise self._error(field, "is missing")
        value = self.rest.pop(field)
        if type(value) is not kind:  # exactly: True is an int too
            raise self._error(field, f"must be {kind.__name__}, not {type(value).__name__}")
        return value

    def _worded(self, field: str, value: object, longest: int) -> str:
        if not isinstance(value, str) or not value.strip() or value != value.strip():
            raise self._error(field, "must be text, without space around it")
        if len(value) > longest:
            raise self._error(field, f"has {len(value)} characters, more than {longest}")
        return value

    def _path(self, field: str) -> str:
        return f"{self.name}.{field}" if self.name else field

    def _error(self, field: str, why: str) -> LibraryError:
        return LibraryError(self.file, self._path(field), why)
