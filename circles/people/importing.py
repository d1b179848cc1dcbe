"""Reading an invitation list: bytes in, rows and remarks out. Pure: knows no database."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from circles.clean import clean_line
from circles.people.addresses import BadAddress, normalise

COLUMNS = ("email", "name", "department", "profession", "language")
LANGUAGES = ("nl", "en", "nl+en")
MOST_ROWS = 20_000
MOST_BYTES = 5_000_000
MOST_PASTED = 50
MOST_ERRORS = 100  # from here on more of them help nobody
LONGEST = 120
_OUTSIDE_QUOTES = re.compile(r'[;,](?=(?:[^"]*"[^"]*")*[^"]*$)')  # "De Vries, Jan" <jan@…> is one person


class Remark(str):
    """What is wrong, in Dutch; `words` and `values` let a page say it in another language."""

    words: str
    values: dict[str, object]


def _l(words: str, **values: object) -> Remark:
    """A remark. Named as it is so that its words are gathered for translation."""
    remark = Remark(words % values)
    remark.words, remark.values = words, values
    return remark


@dataclass(frozen=True)
class ListedRow:
    """One colleague to invite."""

    line: int
    email: str
    email_normalised: str
    name: str
    department: str
    profession: str
    language: str  # empty: the list does not say


@dataclass
class Reading:
    """What a file says: rows to take in, and in words what stands in the way."""

    rows: list[ListedRow] = field(default_factory=list)
    errors: list[Remark] = field(default_factory=list)


def read_list(content: bytes) -> Reading:
    """Rows of a CSV in UTF-8 (with or without BOM) or windows-1252, split by comma, semicolon or tab.

    Errors name the line on which a row begins. With any error there is nothing to take in: it is all or nothing.
    """
    reading = Reading()
    if len(content) > MOST_BYTES:
        reading.errors.append(_l("Het bestand is groter dan 5 MB. Splits het in delen."))
        return reading
    text = _decoded(content, reading)
    if text is None:
        return reading
    lines = _lines(text, reading)
    _number, header = next(lines, (1, []))
    header = [name.strip().lower() for name in header]
    if reading.errors or not _fits(header, reading):
        return reading
    _collect(_rows(lines, header, reading), reading)
    if not reading.rows and not reading.errors:
        reading.errors.append(_l("Onder de kopregel staat niemand."))
    return reading


def read_pasted(text: str) -> Reading:
    """Rows of what somebody pasted: a colleague a line, as `Ines IJzer <ines@delinde.nl>`, or addresses alone.

    Errors name the line, as for a file. At most MOST_PASTED people.
    """
    reading = Reading()
    _collect(_pasted(text, reading), reading)
    if not reading.rows and not reading.errors:
        reading.errors.append(_l("Vul minstens één mailadres in."))
    if len(reading.rows) > MOST_PASTED:
        reading.errors.append(_l("Meer dan vijftig mensen. Gebruik daarvoor een bestand."))
    return reading


def _pasted(text: str, reading: Reading) -> Iterator[ListedRow]:
    for number, line in enumerate(text.splitlines(), start=1):
        for part in _OUTSIDE_QUOTES.split(line):
            named = re.fullmatch(r"(.*?)[\s\"']*<([^<>]*)>", clean_line(part, 500))
            words = part.split() if named is None and len(part.split()) > 1 else []
            if words and all("@" in word for word in words):
                cells = [(word, "") for word in words]
            elif words and "@" in words[-1]:
                cells = [(words[-1], " ".join(words[:-1]))]
            else:
                cells = [(named[2], named[1].strip("\"' "))] if named else [(part, "")]
            for email, name in cells:
                if email.strip():
                    values = {"email": clean_line(email, 300), "name": clean_line(name, 300)}
                    row = _row(number, values, reading)
                    if row:
                        yield row


def _collect(rows: Iterator[ListedRow], reading: Reading) -> None:
    seen: dict[str, int] = {}
    for row in rows:
        if row.email_normalised in seen:
            first = seen[row.email_normalised]
            reading.errors.append(
                _l(
                    "Regel %(line)s: %(email)s staat ook op regel %(first)s.",
                    line=row.line,
                    email=row.email,
                    first=first,
                )
            )
        seen.setdefault(row.email_normalised, row.line)
        reading.rows.append(row)
        if len(reading.rows) > MOST_ROWS:
            reading.errors.append(_l("Meer dan 20.000 regels. Splits het bestand in delen."))
            return


def _decoded(content: bytes, reading: Reading) -> str | None:
    if not content.strip():
        reading.errors.append(_l("Het bestand is leeg."))
        return None
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        reading.errors.append(_l("Het bestand is in UTF-16 bewaard. Bewaar het als CSV UTF-8."))
        return None
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        reading.errors.append(_l("Dit is een Excel-bestand. Kies in Excel: Opslaan als, CSV UTF-8."))
        return None
    if b"\x00" in content:
        reading.errors.append(_l("Dit is geen tekstbestand. Bewaar het als CSV UTF-8."))
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _lines(text: str, reading: Reading) -> Iterator[tuple[int, list[str]]]:
    """Rows of cells with the number of the line on which each begins. A quote left open is an error, not a cell."""
    lines = csv.reader(
        io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True, skipinitialspace=True
    )
    number = 1
    try:
        for cells in lines:
            yield number, cells
            number = lines.line_num + 1
    except csv.Error:
        reading.errors.append(
            _l("Regel %(line)s: hier staat een aanhalingsteken te veel of te weinig.", line=number)
        )


def _delimiter(text: str) -> str:
    header = text.splitlines()[0] if text else ""
    return max(",;\t", key=header.count)


def _fits(header: list[str], reading: Reading) -> bool:
    if "email" not in header:
        reading.errors.append(
            _l(
                "Regel 1: er is geen kolom email. De eerste regel noemt de kolommen: %(columns)s.",
                columns=", ".join(COLUMNS),
            )
        )
    unknown = [name for name in header if name not in COLUMNS]
    if unknown:
        names = ", ".join(name or "(leeg)" for name in unknown)
        reading.errors.append(_l("Regel 1: deze kolommen kennen we niet: %(names)s.", names=names))
    if len(set(header)) < len(header):
        reading.errors.append(_l("Regel 1: een kolom staat er twee keer."))
    return not reading.errors


def _rows(lines: Iterator[tuple[int, list[str]]], header: list[str], reading: Reading) -> Iterator[ListedRow]:
    for number, cells in lines:
        if len(reading.errors) >= MOST_ERRORS:
            reading.errors.append(_l("Verder dan regel %(line)s is niet gekeken.", line=number))
            return
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            reading.errors.append(
                _l(
                    "Regel %(line)s: %(count)s kolommen, terwijl de kopregel er %(wanted)s heeft.",
                    line=number,
                    count=len(cells),
                    wanted=len(header),
                )
            )
            continue
        values = dict(zip(header, (clean_line(cell, 300) for cell in cells), strict=True))
        row = _row(number, values, reading)
        if row:
            yield row


def _row(number: int, values: dict[str, str], reading: Reading) -> ListedRow | None:
    email, language = values.get("email", ""), values.get("language", "").lower().replace(" ", "")
    try:
        address = normalise(email)
    except BadAddress:
        what = (
            _l("Regel %(line)s: %(email)s is geen mailadres.", line=number, email=repr(email))
            if email
            else _l("Regel %(line)s: er staat geen mailadres.", line=number)
        )
        reading.errors.append(what)
        return None
    if any("\ufffd" in value for value in values.values()):
        reading.errors.append(
            _l("Regel %(line)s: een teken is onleesbaar. Bewaar het bestand als CSV UTF-8.", line=number)
        )
    if language and language not in LANGUAGES:
        reading.errors.append(
            _l(
                "Regel %(line)s: taal %(language)s kennen we niet; kies nl, en of nl+en.",
                line=number,
                language=repr(language),
            )
        )
    for name in ("name", "department", "profession"):
        if len(values.get(name, "")) > LONGEST:
            reading.errors.append(
                _l(
                    "Regel %(line)s: %(column)s is langer dan %(most)s tekens.",
                    line=number,
                    column=name,
                    most=LONGEST,
                )
            )
    return ListedRow(
        number,
        email,
        address,
        values.get("name", ""),
        values.get("department", ""),
        values.get("profession", ""),
        language,
    )
