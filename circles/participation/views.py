"""Wie leert van wie? The organisation's view, and the same page for everybody in it."""

from __future__ import annotations

import csv
import io

from flask import Blueprint, Flask, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from circles.participation import charts, queries, services, words
from circles.participation.disclosure import Figures
from circles.participation.table import rows_of
from circles.people.access import signed_in_person
from circles.policy import allow, signed_in, viewer
from circles.web import MenuItem, register_menu

bp = Blueprint("participation", __name__)


def init_app(app: Flask) -> None:
    """Adds the pages, their words in the menu and their filters."""
    app.register_blueprint(bp)
    app.jinja_env.filters.update(words.FILTERS)
    register_menu(
        app,
        MenuItem(_l("Overzicht"), "participation.overview", "building-2", 10, hat="viewer"),
        MenuItem(_l("Wie leert van wie?"), "participation.figures", "users", 20, hat="viewer"),
    )


@bp.get("/organisatie")
@allow(viewer)
def overview() -> ResponseReturnValue:
    """The latest quarter in a few sentences, and what an organisation can do."""
    return _page("participation/overview.html")


@bp.get("/organisatie/deelname")
@allow(viewer)
def figures() -> ResponseReturnValue:
    """All figures of one closed quarter, the latest unless another is chosen."""
    return _page("participation/figures.html")


@bp.get("/ik/organisatie")
@allow(signed_in)
def mine() -> ResponseReturnValue:
    """The very page that viewers of my organisation see."""
    return _page("participation/figures.html", mine=True)


@bp.get("/organisatie/deelname/<period>.csv")
@allow(viewer)
def file(period: str) -> ResponseReturnValue:
    """The same release as a file, for a spreadsheet."""
    chosen = next((figures for figures in _released() if figures.quarter == period), None) or abort(404)
    text = io.StringIO()
    csv.writer(text).writerows(rows_of(chosen))
    return Response(
        "\ufeff" + text.getvalue(),  # with a mark, or Excel takes é for Ã©
        mimetype="text/csv",
        headers={"Content-Disposition": f"attachment; filename=deelname-{period}.csv"},
    )


def _released() -> list[Figures]:
    releases = queries.releases_of(signed_in_person().organisation_id)
    return [services.figures_of(release) for release in releases]


def _page(template: str, *, mine: bool = False) -> str:
    released = _released()
    wanted = request.args.get("periode") or (released[0].quarter if released else None)
    chosen = next((figures for figures in released if figures.quarter == wanted), None)
    if released and chosen is None:
        abort(404)
    names = [group.name for group in chosen.groups] if chosen else []
    return render_template(
        template,
        released=released,
        figures=chosen,
        mine=mine,
        pairs=words.meeting_pairs(chosen) if chosen else [],
        heat=_heat(chosen, names) if chosen and len(names) > 1 else None,
        small_heat=_heat(chosen, names, cell=22, label=150, margin=0) if chosen and len(names) > 1 else None,
        names=names,
        **(_by_circle(chosen) if chosen else {}),
        line=charts.line([(words.quarter_short(f.quarter), f.people) for f in reversed(released[:8])]),
    )


def _by_circle(figures: Figures) -> dict[str, object]:
    """Bars of circles by departments and by age, each with its words."""
    return {
        "spread": charts.bars([part.circles for part in figures.spread]),
        "spread_words": [words.spread_words(part) for part in figures.spread],
        "lives": charts.bars([part.circles for part in figures.lives]),
        "lives_words": [words.lives_words(part) for part in figures.lives],
    }


def _heat(figures: Figures, names: list[str | None], **sizes: int) -> charts.HeatMap:
    places = {name: place for place, name in enumerate(names)}
    values = {(places[pair.one], places[pair.other]): pair.people for pair in figures.pairs}
    return charts.heat_map(len(names), values, **sizes)
