"""One release, three ways to read it: the page, what it prints, and the file say the same, and no other number."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import asdict
from html.parser import HTMLParser

from circles.participation import charts
from circles.participation.disclosure import Figures
from tests.participation.fixtures import CLOSED

SPOKEN = ("aria-label", "title", "alt", "value", "data-value")
MARK = "niet getoond"


class Reading(HTMLParser):
    """What can be read of a page: all words within main, the rows of its tables, and its list of totals."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.widths: set[int] = set()
        self.rows: list[list[str]] = []
        self.totals: list[list[str]] = []
        self._cell: list[str] | None = None
        self._in_main = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._in_main = self._in_main or tag == "main"
        if not self._in_main:
            return
        self.said += [str(given[name]) for name in SPOKEN if given.get(name)]
        if tag == "rect" and str(given.get("width", "")).endswith("%"):
            self.widths.add(int(str(given["width"])[:-1]))
        if tag in {"th", "td", "dt", "dd"}:
            self._cell = []
        if tag == "tr":
            self.rows.append([])

    def handle_endtag(self, tag: str) -> None:
        self._in_main = self._in_main and tag != "main"
        if tag in {"th", "td", "dt", "dd"} and self._cell is not None:
            words = " ".join("".join(self._cell).split()).replace(f"–{MARK}", MARK)
            (self.rows[-1] if tag in {"th", "td"} else self.totals_of(tag)).append(words)
            self._cell = None

    def totals_of(self, tag: str) -> list[str]:
        """The pair that a term begins and its description ends."""
        if tag == "dt":
            self.totals.append([])
        return self.totals[-1]

    def handle_data(self, data: str) -> None:
        if self._in_main:
            self.said.append(data)
            if self._cell is not None:
                self._cell.append(data)

    @property
    def numbers(self) -> set[int]:
        """Every number that somebody can read or hear."""
        return {int(digits) for text in self.said for digits in re.findall(r"\d+", text)}


def plain(content: object) -> Iterator[int]:
    """Every number in a release."""
    if isinstance(content, dict):
        for value in content.values():
            yield from plain(value)
    elif isinstance(content, (list, tuple)):
        for value in content:
            yield from plain(value)
    elif isinstance(content, int):
        yield content


def words_of(figures: Figures) -> set[int]:
    """Numbers in what the page says by itself: names of departments, quarters, rounding, bins and axes."""
    names = [*(group.name for group in figures.groups if group.name), *figures.merged]
    in_names = {int(digits) for name in names for digits in re.findall(r"\d+", name)}
    year, quarter = map(int, figures.quarter.split("-Q"))
    ticks = {value for value, _y in charts.line([("", figures.people)]).ticks}
    values = {(0, place): pair.people for place, pair in enumerate(figures.pairs, start=1)}
    legend = {end for _shade, *ends in charts.heat_map(len(values) + 1, values).legend for end in ends}
    columns = set(range(1, len(figures.groups) + 1))  # on a narrow screen the columns have numbers
    return in_names | {year, year % 100, quarter} | ticks | legend | columns


def number(figure: int | None) -> str:
    return MARK if figure is None else str(figure)


def test_page_and_file_say_the_same(figures, cast, client_for):
    olga = client_for(cast.olga)
    page = Reading(olga.get("/organisatie/deelname").text)
    file = list(
        csv.reader(io.StringIO(olga.get(f"/organisatie/deelname/{CLOSED}.csv").text.lstrip("\ufeff")))
    )
    of_kind = {kind: [row for row in file if row[0] == kind] for kind in {row[0] for row in file}}
    totals = [row[3] for row in of_kind["totaal"]]
    assert [words for _, words in page.totals] == totals
    assert totals == [
        number(each) for each in (figures.people, figures.circles, figures.free_seats, figures.waiting)
    ]
    for row in of_kind.get("afdeling", []):
        assert [row[1], *row[3:6]] in page.rows
    for row in of_kind.get("samen in een cirkel", []):
        assert [row[1], row[2], row[3]] in page.rows
    for kind in ("cirkels naar afdelingen", "cirkels naar leeftijd"):
        for row in of_kind[kind]:
            assert [row[1], row[3]] in page.rows
    assert len(of_kind.get("afdeling", [])) == len(figures.groups)
    assert len(of_kind.get("samen in een cirkel", [])) == len(figures.pairs)


def test_no_number_can_be_reached_that_the_release_does_not_hold(figures, cast, client_for):
    olga, bob = client_for(cast.olga), client_for(cast.bob)
    released = set(plain(asdict(figures))) | words_of(figures)
    shares = {group.share for group in figures.groups}
    for client, path in ((olga, "/organisatie/deelname"), (olga, "/organisatie"), (bob, "/ik/organisatie")):
        page = Reading(client.get(path).text)
        assert page.numbers - released == set(), path
        assert page.widths - {100} <= shares, path
    file = olga.get(f"/organisatie/deelname/{CLOSED}.csv").text
    assert {int(digits) for digits in re.findall(r"\d+", file)} - released == set()


def test_everybody_reads_the_same_page(figures, cast, client_for):
    of_olga = Reading(client_for(cast.olga).get("/organisatie/deelname").text)
    of_bob = Reading(client_for(cast.bob).get("/ik/organisatie").text)
    assert (of_olga.rows, of_olga.totals) == (of_bob.rows, of_bob.totals)


def test_what_is_shown_is_rounded_to_fives(figures):
    shown = [figures.people, figures.circles, figures.free_seats, figures.waiting]
    shown += [group.people for group in figures.groups] + [group.share for group in figures.groups]
    shown += [pair.people for pair in figures.pairs]
    shown += [part.circles for part in (*figures.spread, *figures.lives)]
    assert [each for each in shown if each is not None and each % 5] == []
