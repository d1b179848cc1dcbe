"""Reading an invitation list: what programs make of a CSV, and what is said when it cannot be taken in."""

from __future__ import annotations

import io
import zipfile

import pytest

from circles.people import importing
from circles.people.importing import ListedRow, read_list

INES = ListedRow(
    2, "Ines@Linde.example", "ines@linde.example", "Inès Çelik", "Zorg", "wijkverpleegkundige", "nl+en"
)
JORIS = ListedRow(3, "joris@linde.example", "joris@linde.example", "", "", "", "")
LIST = (
    "email,name,department,profession,language\n"
    "Ines@Linde.example,Inès Çelik,Zorg,wijkverpleegkundige,nl+en\n"
    "joris@linde.example,,,,\n"
)


def errors_of(text: str) -> list[str]:
    return read_list(text.encode()).errors


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_what_spreadsheets_write_is_read(encoding, delimiter, ending):
    content = LIST.replace(",", delimiter).replace("\n", ending).encode(encoding)
    reading = read_list(content)
    assert (reading.rows, reading.errors) == ([INES, JORIS], [])


def test_columns_may_stand_in_any_order_with_capitals_and_spaces():
    reading = read_list(b" Name , EMAIL\r\n  Ines  de   Wit , ines@linde.example \r\n")
    assert (reading.rows, reading.errors) == (
        [ListedRow(2, "ines@linde.example", "ines@linde.example", "Ines de Wit", "", "", "")],
        [],
    )


def test_quoted_cells_hold_commas_quotes_and_lines():
    reading = read_list(b'email,name\n"a@x.example", "Wit, ""Ines""\nde"\nb@x.example,Bob\n')
    assert [(row.line, row.name) for row in reading.rows] == [(2, 'Wit, "Ines" de'), (4, "Bob")]


def test_empty_lines_are_passed_over_and_counted():
    reading = read_list(b"email,name\n\na@x.example,Ann\n , \nb@x.example,Bob\n\n")
    assert [(row.line, row.email) for row in reading.rows] == [(3, "a@x.example"), (5, "b@x.example")]


def test_what_steers_a_terminal_or_turns_a_text_around_is_taken_out():
    reading = read_list("email,name\na@x.example,\x1b[31mAnn\u202e Bos\n".encode())
    assert [row.name for row in reading.rows] == ["[31mAnn Bos"]


def excel() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (excel(), "Dit is een Excel-bestand. Kies in Excel: Opslaan als, CSV UTF-8."),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "Dit is een Excel-bestand. Kies in Excel: Opslaan als, CSV UTF-8.",
        ),
        (LIST.encode("utf-16"), "Het bestand is in UTF-16 bewaard. Bewaar het als CSV UTF-8."),
        (
            b"\xfe\xff" + LIST.encode("utf-16-be"),
            "Het bestand is in UTF-16 bewaard. Bewaar het als CSV UTF-8.",
        ),
        (LIST.encode("utf-16-le"), "Dit is geen tekstbestand. Bewaar het als CSV UTF-8."),
        (b"", "Het bestand is leeg."),
        (b" \r\n\r\n", "Het bestand is leeg."),
        (b"email,name\n", "Onder de kopregel staat niemand."),
        (b"x" * (importing.MOST_BYTES + 1), "Het bestand is groter dan 5 MB. Splits het in delen."),
    ],
)
def test_what_is_no_list_is_named(content, error):
    reading = read_list(content)
    assert (reading.rows, reading.errors) == ([], [error])


@pytest.mark.parametrize(
    ("header", "errors"),
    [
        (
            "naam,department",
            [
                "Regel 1: er is geen kolom email. De eerste regel noemt de kolommen: "
                "email, name, department, profession, language.",
                "Regel 1: deze kolommen kennen we niet: naam.",
            ],
        ),
        ("email,salary,,bsn", ["Regel 1: deze kolommen kennen we niet: salary, (leeg), bsn."]),
        ("email,name,Email", ["Regel 1: een kolom staat er twee keer."]),
    ],
)
def test_the_columns_are_an_allow_list(header, errors):
    assert errors_of(f"{header}\na@x.example,b,c,d\n") == errors


def test_every_line_that_is_wrong_is_said_in_words():
    errors = errors_of(
        "email,name,department,profession,language\n"
        "ann@x.example,Ann,Zorg,arts,nl\n"
        "bob bij x,Bob,Zorg,arts,nl\n"
        "carol@x.example,Carol\n"
        "dan@x.example,Dan,Zorg,arts,de\n"
        f"eve@x.example,{'E' * 121},Zorg,arts,nl\n"
        ",Frank,Zorg,arts,nl\n"
        f"gijs@x.example,Gijs,{'Z' * 121},{'a' * 121},nl\n"
        "ANN@x.example,Ann,Zorg,arts,nl\n"
        "hanna@x.example,H\ufffdnna,Zorg,arts,nl\n"
    )
    assert errors == [
        "Regel 3: 'bob bij x' is geen mailadres.",
        "Regel 4: 2 kolommen, terwijl de kopregel er 5 heeft.",
        "Regel 5: taal 'de' kennen we niet; kies nl, en of nl+en.",
        "Regel 6: name is langer dan 120 tekens.",
        "Regel 7: er staat geen mailadres.",
        "Regel 8: department is langer dan 120 tekens.",
        "Regel 8: profession is langer dan 120 tekens.",
        "Regel 9: ANN@x.example staat ook op regel 2.",
        "Regel 10: een teken is onleesbaar. Bewaar het bestand als CSV UTF-8.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        'email,name\na@x.example,"Ann\nb@x.example,Bob\nc@x.example,Carol\n',  # would swallow Bob and Carol
        'email,name\na@x.example,"Ann"je\nb@x.example,Bob\n',
        'email,name\na@x.example,"' + "A" * 200_000,
    ],
)
def test_a_quote_too_many_is_an_error_not_a_name(text):
    assert errors_of(text) == ["Regel 2: hier staat een aanhalingsteken te veel of te weinig."]


def test_a_hundred_errors_are_enough():
    errors = errors_of("email\n" + "niets\n" * 5_000)
    assert (len(errors), errors[-1]) == (101, "Verder dan regel 102 is niet gekeken.")


def test_twenty_thousand_rows_are_the_most():
    reading = read_list("\n".join(["email", *(f"p{number}@x.example" for number in range(20_001))]).encode())
    assert (len(reading.rows), reading.errors) == (
        20_001,  # it was the last of these that was one too many
        ["Meer dan 20.000 regels. Splits het bestand in delen."],
    )
