"""A release as rows of a file."""

from __future__ import annotations

from flask_babel import gettext as _

from circles.participation import words
from circles.participation.disclosure import Figures

# A cell that begins so is taken for a formula by a spreadsheet; full-width twins too.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001


def rows_of(figures: Figures) -> list[list[str]]:
    """Kind, what, with whom, how many: the same numbers and the same mark as on the page."""
    rows = [
        [_("soort"), _("wat"), _("met"), _("aantal"), _("van"), _("procent")],
        [_("kwartaal"), figures.quarter, "", "", "", ""],
        [_("drempel"), _("kleinste groep die getoond wordt"), "", str(figures.k), "", ""],
        [_("totaal"), _("mensen die meedoen"), "", _number(figures.people), "", ""],
        [_("totaal"), _("cirkels"), "", _number(figures.circles), "", ""],
        [_("totaal"), _("vrije plekken"), "", _number(figures.free_seats), "", ""],
        [_("totaal"), _("mensen die wachten"), "", _number(figures.waiting), "", ""],
    ]
    rows += [
        [
            _("afdeling"),
            words.group_name(group.name),
            "",
            str(group.people),
            str(group.heads),
            str(group.share),
        ]
        for group in figures.groups
    ]
    rows += [
        [
            _("samen in een cirkel"),
            words.group_name(pair.one),
            words.group_name(pair.other),
            _number(pair.people),
            "",
            "",
        ]
        for pair in figures.pairs
    ]
    rows += [
        [_("cirkels naar afdelingen"), words.spread_words(part), "", _number(part.circles), "", ""]
        for part in figures.spread
    ]
    rows += [
        [_("cirkels naar leeftijd"), words.lives_words(part), "", _number(part.circles), "", ""]
        for part in figures.lives
    ]
    return [[safe(cell) for cell in row] for row in rows]


def safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _number(figure: int | None) -> str:
    return str(_("niet getoond")) if figure is None else str(figure)
