"""Server time and queries of the pages people open most, in a small and in a large organisation; and of a search."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from bench.filling import Filled, Visitor, fill_log
from bench.places import Place, say
from bench.scale import Scale
from bench.table import Row
from circles import clock
from circles.extensions import db

LIMIT_MS = 20.0
MOST_QUERIES = 12
SEARCH_LIMIT_MS = 150.0
WARM_UP = 3
UNCHANGED = "feed, 304"
Figure = tuple[float, int]  # median milliseconds of server time, SQL statements


def rows(place: Place, scale: Scale) -> Iterator[Row]:
    """Under 20 ms, at most 12 queries, and as many in the large organisation as in the small one."""
    small = _measured(place, place.filled(scale.small, scale.years), scale)
    large = _measured(place, place.filled(scale.large, scale.years), scale)
    for name, (slow, many) in large.items():
        fast, few = small[name]
        most = 1 if name == UNCHANGED else MOST_QUERIES
        yield Row(
            f"{place.database}: {name}",
            f"{fast:.1f} ms, {few} queries at {scale.small}; {slow:.1f} ms, {many} at {scale.large:,}",
            f"< {LIMIT_MS:.0f} ms, at most {most}, the same",
            fast=max(fast, slow) < LIMIT_MS,
            right=few == many <= most,
        )


def search(place: Place, scale: Scale) -> Iterator[Row]:
    """One word in a long log, every text of which has to be opened."""
    say(f"{place.database}: filling a log")
    with place.app.app_context():
        visitor = fill_log(conclusions=scale.conclusions, now=clock.now())
    client = place.client(visitor)
    for name, word in (("a word that is nowhere", "olifant"), ("a word in each text", "vakgesprek")):
        spent, _queries = _page(place.app, client, f"/logboek?zoek={word}", {}, scale.rounds)
        limited = name.endswith("nowhere")
        yield Row(
            f"{place.database}: search {scale.conclusions:,} conclusions, {name}",
            f"{spent:.0f} ms",
            f"< {SEARCH_LIMIT_MS:.0f} ms" if limited else "all of them on one page",
            fast=not limited or spent < SEARCH_LIMIT_MS,
        )


def _measured(place: Place, filled: Filled, scale: Scale) -> dict[str, Figure]:
    say(f"{place.database}: opening pages")
    person, program = place.client(filled.visitors[0]), place.app.test_client()
    etag = program.get(_feed(filled)).headers["ETag"]
    return {
        name: _page(place.app, person, url, {}, scale.rounds) for name, url in _pages(filled.visitors[0])
    } | {
        # A calendar program has no session.
        "feed": _page(place.app, program, _feed(filled), {}, scale.rounds),
        UNCHANGED: _page(place.app, program, _feed(filled), {"If-None-Match": etag}, scale.rounds),
    }


def _pages(visitor: Visitor) -> list[tuple[str, str]]:
    return [
        ("Vandaag", "/"),
        ("circle", f"/cirkel/{visitor.circle}"),
        ("meeting ahead", f"/bijeenkomst/{visitor.coming}"),
        ("meeting held", f"/bijeenkomst/{visitor.held}"),
        ("log", "/logboek"),
    ]


def _feed(filled: Filled) -> str:
    return f"/agenda/{filled.feed}.ics"


def _page(app: Flask, client: FlaskClient, url: str, headers: dict[str, str], rounds: int) -> Figure:
    times: list[float] = []
    expected = 304 if headers else 200
    with _statements(app) as statements:
        for _ in range(WARM_UP + rounds):
            statements.clear()
            began = time.perf_counter()
            answer = client.get(url, headers=headers)
            times.append((time.perf_counter() - began) * 1000)
            assert answer.status_code == expected, f"{url} answered {answer.status_code}"
    return median(times[WARM_UP:]), len(statements)


@contextmanager
def _statements(app: Flask) -> Iterator[list[str]]:
    statements: list[str] = []
    with app.app_context():
        engine = db.engine

    def note(*arguments: object) -> None:
        statement = str(arguments[2])
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
