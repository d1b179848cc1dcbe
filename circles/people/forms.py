"""What people type about themselves, and to get in."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, IntegerField, PasswordField, RadioField, SelectField, StringField
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
    ValidationError,
)

from circles.clean import clean_line
from circles.people.addresses import BadAddress, normalise
from circles.web import choices

NAME = Length(max=120, message=_l("Houd je naam korter dan 120 tekens."))
LINE = [lambda text: clean_line(text or "", 1000)]


class NumberField(IntegerField):
    """A whole number. What is no number at all is left to the range to say."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Takes the number typed, None when it is none."""
        with suppress(ValueError):
            super().process_formdata(valuelist)


class EmailForm(FlaskForm):
    """The first step of getting in."""

    email = StringField(_l("Je mailadres"), validators=[DataRequired(_l("Vul je mailadres in."))])

    def validate_email(self, field: Field) -> None:
        """Says so when it is no address; never whether we know it."""
        try:
            self.address = normalise(field.data or "")
        except BadAddress as error:
            raise ValidationError(_("Dit lijkt geen mailadres. Kijk of er een @ in staat.")) from error


class CodeForm(FlaskForm):
    """The second step, with what came by mail."""

    code = StringField(
        _l("Je code"),
        validators=[
            DataRequired(_l("Vul de zes cijfers uit de mail in.")),
            Regexp(r"^\s*(\d\s*){6}$", message=_l("Een code bestaat uit zes cijfers.")),
        ],
    )


class PasswordForm(FlaskForm):
    """The second step, for who has a password."""

    password = PasswordField(_l("Je wachtwoord"), validators=[DataRequired(_l("Vul je wachtwoord in."))])


class NameForm(FlaskForm):
    """The last step of becoming a member."""

    name = StringField(
        _l("Hoe heet je?"), filters=LINE, validators=[DataRequired(_l("Vul je naam in.")), NAME]
    )


class ProfileForm(FlaskForm):
    """What I say about myself. Only the name is needed."""

    name = StringField(_l("Naam"), filters=LINE, validators=[DataRequired(_l("Vul je naam in.")), NAME])
    profession = SelectField(_l("Vak"), default="", validate_choice=True)
    department = SelectField(_l("Afdeling"), default="", validate_choice=True)
    craft_years = NumberField(
        _l("Jaren in dit vak"),
        validators=[Optional(), NumberRange(0, 60, message=_l("Vul een getal van 0 tot 60 in."))],
    )
    speaks = RadioField(
        _l("Ik voer een gesprek in het"),
        choices=choices(("nl", _l("Nederlands")), ("en", _l("Engels")), ("nl+en", _l("allebei"))),
        validators=[InputRequired(_l("Kies een taal."))],
    )
    meets_online = BooleanField(_l("Online"))
    meets_on_site = BooleanField(_l("Op een plek"))
    site = StringField(
        _l("Waar kun je makkelijk komen?"),
        filters=LINE,
        validators=[Length(max=120, message=_l("Houd dit korter."))],
    )


class ZoneForm(FlaskForm):
    """The wall clock to show times on; empty for the organisation's."""

    zone = SelectField(_l("Tijdzone"), default="", validate_choice=True)


@cache
def zone_names() -> tuple[str, ...]:
    """The zones that people know by a place, in order."""
    parts = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    return tuple(sorted(name for name in available_timezones() if name.startswith(parts)))


class NewPasswordForm(FlaskForm):
    """Setting a password, twelve signs or more."""

    password = PasswordField(
        _l("Nieuw wachtwoord"),
        validators=[
            DataRequired(_l("Vul een wachtwoord in.")),
            Length(min=12, max=200, message=_l("Kies minstens twaalf tekens.")),
        ],
    )
