"""Departments, their heads, and crafts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectMultipleField, StringField
from wtforms.validators import DataRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from circles.people.models import Department
from circles.people.views.administration.forms.fields import CountField, one_line


class DepartmentForm(FlaskForm):
    """The name of a department."""

    name = StringField(
        _l("Naam van de afdeling"),
        filters=[one_line],
        validators=[
            DataRequired(_l("Geef de afdeling een naam.")),
            Length(max=120, message=_l("Houd de naam korter dan 120 tekens.")),
        ],
    )


class CraftForm(FlaskForm):
    """The name of a craft, and which are close to it."""

    name = StringField(
        _l("Naam van het vak"),
        filters=[one_line],
        validators=[
            DataRequired(_l("Geef het vak een naam.")),
            Length(max=120, message=_l("Houd de naam korter dan 120 tekens.")),
        ],
    )
    related = SelectMultipleField(
        _l("Welke vakken zijn dichtbij?"), widget=ListWidget(), option_widget=CheckboxInput()
    )


def heads_form(
    rows: Sequence[Department], quarters: Sequence[str], counts: Mapping[tuple[int, str], int]
) -> FlaskForm:
    """A field for each department and quarter, named `<department>-<quarter>`."""
    fields = {
        f"{row.public_id}-{quarter}": CountField(
            f"{row.name}, {quarter_words(quarter)}", validators=[Optional()]
        )
        for row in rows
        for quarter in quarters
    }
    known = {
        f"{row.public_id}-{quarter}": counts.get((row.id, quarter)) for row in rows for quarter in quarters
    }
    return type("HeadsForm", (FlaskForm,), fields)(data=known)


def quarter_words(quarter: str) -> str:
    """`2027-Q1` as people say it."""
    year, _sep, number = quarter.partition("-Q")
    return str(_("%(number)se kwartaal %(year)s", number=number, year=year))
