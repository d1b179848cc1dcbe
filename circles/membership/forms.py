"""What people type about circles."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from circles.formats import local
from circles.people.addresses import BadAddress, normalise
from circles.web import choices

MOST_AT_ONCE = 12
FURTHEST_AHEAD = timedelta(days=731)
TERMS = choices(
    ("6", _l("Een half jaar")), ("12", _l("Een jaar")), ("24", _l("Twee jaar")), ("60", _l("Vijf jaar"))
)


def addresses_in(text: str | None) -> list[str]:
    """What was typed, split by line, comma, semicolon or space; each once."""
    words = [word.strip("<>\"'") for word in re.split(r"[\s,;]+", text or "") if word]
    return list(dict.fromkeys(words))


def check_addresses(text: str | None) -> None:
    """Raises ValidationError naming what is no address, or that there are too many."""
    found = addresses_in(text)
    if len(found) > MOST_AT_ONCE:
        raise ValidationError(_("Nodig hoogstens twaalf mensen tegelijk uit."))
    for address in found:
        try:
            normalise(address)
        except BadAddress as error:
            raise ValidationError(_("%(address)s lijkt geen mailadres.", address=address)) from error


class InviteForm(FlaskForm):
    """Colleagues to ask, with a line of one's own."""

    emails = TextAreaField(
        _l("Mailadressen"), validators=[DataRequired(_l("Vul minstens één mailadres in."))]
    )
    note = StringField(
        _l("Een persoonlijke zin"),
        validators=[Length(max=300, message=_l("Houd dit korter dan 300 tekens."))],
    )

    def validate_emails(self, field: Field) -> None:
        """Each word an address."""
        check_addresses(field.data)


class FirstMemberForm(FlaskForm):
    """Who is asked to begin the hotspot."""

    email = StringField(
        _l("Mailadres van je collega"), validators=[DataRequired(_l("Vul een mailadres in."))]
    )

    def validate_email(self, field: Field) -> None:
        """An address."""
        try:
            normalise(field.data or "")
        except BadAddress as error:
            raise ValidationError(_("Dit lijkt geen mailadres. Kijk of er een @ in staat.")) from error


class AskForm(FlaskForm):
    """A line to the circle, which may be empty."""

    note = StringField(
        _l("Een zin over jezelf"), validators=[Length(max=300, message=_l("Houd dit korter dan 300 tekens."))]
    )


class CharterForm(FlaskForm):
    """The spelregels, with the number of the version they were read at."""

    text = TextAreaField(
        _l("Onze spelregels"),
        validators=[
            DataRequired(_l("Schrijf minstens één afspraak op.")),
            Length(max=4000, message=_l("Houd de spelregels korter dan 4000 tekens.")),
        ],
    )
    based_on = HiddenField(default="0")


class SettingsForm(FlaskForm):
    """The circle's settings; any member may change them."""

    based_on = HiddenField()
    name = StringField(
        _l("Naam van de cirkel"),
        validators=[
            DataRequired(_l("Geef de cirkel een naam.")),
            Length(max=80, message=_l("Houd de naam korter dan 80 tekens.")),
        ],
    )
    purpose = TextAreaField(
        _l("Waarom we bij elkaar komen"),
        validators=[Length(max=500, message=_l("Houd dit korter dan 500 tekens."))],
    )
    place = StringField(
        _l("Waar we meestal zijn"),
        validators=[Length(max=200, message=_l("Houd dit korter dan 200 tekens."))],
    )
    planned_ahead = IntegerField(
        _l("Hoeveel bijeenkomsten plannen we vooruit?"),
        validators=[
            InputRequired(_l("Kies een getal van 1 tot en met 6.")),
            NumberRange(1, 6, message=_l("Kies een getal van 1 tot en met 6.")),
        ],
    )
    findable = BooleanField(_l("Collega’s mogen onze cirkel vinden als er een plek vrij is"))
    shows_theme = BooleanField(_l("Het thema mag in mail en agenda staan"))
    leavers_read = BooleanField(_l("Wie weggaat, blijft lezen wat we vastlegden toen diegene erbij zat"))
    kept_months = SelectField(
        _l("Hoelang blijft het logboek te lezen als we stoppen?"), choices=TERMS, coerce=int, default=24
    )


class DayField(DateField):
    """A day; what is none is answered in words that help."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Raises ValueError with those words."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Kies een dag uit de kalender, of laat dit leeg.")) from error


class UntilForm(FlaskForm):
    """Until which day a pause or a rest lasts; without one, until somebody says so."""

    until = DayField(_l("Tot welke dag?"), validators=[Optional()])

    zone: str
    now: datetime

    def bind(self, *, zone: str, now: datetime) -> Self:
        """Tells the form where the day begins, and what is still to come."""
        self.zone, self.now = zone, now
        return self

    def validate_until(self, field: Field) -> None:
        """A day to come, within two years."""
        if field.data and field.data <= self._today:
            raise ValidationError(_("Kies een dag die nog komt."))
        if field.data and field.data > self._today + FURTHEST_AHEAD:
            raise ValidationError(_("Kies een dag binnen twee jaar."))

    @property
    def until_at(self) -> datetime | None:
        """When that day begins, where the circle is; None without a day."""
        if self.until.data is None:
            return None
        return datetime.combine(self.until.data, time(), ZoneInfo(self.zone)).astimezone(UTC)

    @property
    def _today(self) -> date:
        return local(self.now, self.zone).date()
