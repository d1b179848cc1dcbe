"""Figures and quarters as people say them."""

from __future__ import annotations

from flask_babel import gettext as _

from circles.participation import quarters
from circles.participation.disclosure import HALF_YEAR, YEAR, Bin, Figures, Pair


def quarter_words(quarter: str) -> str:
    """`derde kwartaal van 2026`."""
    year, number = quarters.read(quarter)
    ordinal = {1: _("eerste"), 2: _("tweede"), 3: _("derde"), 4: _("vierde")}[number]
    return str(_("%(nth)s kwartaal van %(year)s", nth=ordinal, year=year))


def quarter_short(quarter: str) -> str:
    """`K3 ’26`: under a line."""
    year, number = quarters.read(quarter)
    return str(_("K%(n)s ’%(year)02d", n=number, year=year % 100))


def group_name(name: str | None) -> str:
    """A department's own name, or that of all small ones together."""
    return name or str(_("overige afdelingen"))


def spread_words(part: Bin) -> str:
    """`drie afdelingen`, `vier of meer afdelingen`."""
    if part.high is None:
        return str(_("%(n)s of meer afdelingen", n=part.low)) if part.low > 1 else str(_("alle cirkels"))
    if part.low == part.high:
        return str(_("één afdeling") if part.low == 1 else _("%(n)s afdelingen", n=part.low))
    return str(_("%(low)s tot en met %(high)s afdelingen", low=part.low, high=part.high))


def lives_words(part: Bin) -> str:
    """`een half jaar tot een jaar`, `langer dan twee jaar`."""
    names = {0: "", HALF_YEAR: _("een half jaar"), YEAR: _("een jaar"), 2 * YEAR: _("twee jaar")}
    low = names[part.low]
    if part.high is None:
        return str(_("langer dan %(low)s", low=low)) if low else str(_("alle cirkels"))
    high = names[part.high + 1]
    if not low:
        return str(_("korter dan %(high)s", high=high))
    return str(_("%(low)s tot %(high)s", low=low, high=high))


def meeting_pairs(figures: Figures) -> list[Pair]:
    """Pairs with the highest rounded figure, at most three, in the order of the departments."""
    shown = [pair for pair in figures.pairs if pair.people is not None]
    most = max((pair.people or 0 for pair in shown), default=0)
    return [pair for pair in shown if pair.people == most][:3]


FILTERS = {
    "quarter": quarter_words,
    "quarter_short": quarter_short,
    "group_name": group_name,
    "spread_words": spread_words,
    "lives_words": lives_words,
}
