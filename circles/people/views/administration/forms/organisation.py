"""What is settled for the whole organisation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import available_timezones

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, Field, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from circles.people.addresses import PUBLIC_DOMAINS, domain_typed
from circles.people.models import Organisation
from circles.people.services.settings import FIELDS
from circles.people.views.administration.forms.fields import one_line, whole_number
from circles.web import choices

SMALLEST_GROUP, LARGEST_GROUP = 5, 100
# Where colleagues of Dutch and Flemish houses are; what an organisation has already is offered too.
ELSEWHERE = ("America/Aruba", "America/Curacao", "America/Kralendijk", "America/Paramaribo", "UTC")


class QuietForm(FlaskForm):
    """Weeks without meetings."""

    name = StringField(
        _l("Waarom is het stil?"),
        filters=[one_line],
        validators=[
            DataRequired(_l("Zeg kort waarom, zoals zomer.")),
            Length(max=80, message=_l("Houd dit korter dan 80 tekens.")),
        ],
    )
    starts_on = DateField(_l("Eerste dag"))
    ends_on = DateField(_l("Laatste dag"))

    def validate_starts_on(self, field: Field) -> None:
        """A day."""
        _a_day(field)

    def validate_ends_on(self, field: Field) -> None:
        """A day, not before the first."""
        _a_day(field)
        if self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError(_("De laatste dag ligt vóór de eerste."))


class OrganisationForm(FlaskForm):
    """What holds for the whole organisation."""

    based_on = HiddenField()
    name = StringField(
        _l("Naam van de organisatie"),
        filters=[one_line],
        validators=[
            DataRequired(_l("Vul een naam in.")),
            Length(max=120, message=_l("Houd de naam korter dan 120 tekens.")),
        ],
    )
    locale = RadioField(
        _l("Taal"),
        choices=choices(("nl", _l("Nederlands")), ("en", _l("Engels"))),
        validators=[InputRequired(_l("Kies een taal."))],
    )
    zone = SelectField(_l("Tijdzone"))
    region = SelectField(_l("Feestdagen van"))
    working_time = StringField(
        _l("Is dit werktijd?"),
        filters=[one_line],
        validators=[Length(max=200, message=_l("Houd dit korter dan 200 tekens."))],
    )
    mail_domains = TextAreaField(_l("Wie mag zichzelf aanmelden?"))
    k = StringField(_l("Kleinste groep in de cijfers"))
    hotspot_name = StringField(
        _l("Hoe heet jullie hotspot?"),
        filters=[one_line],
        validators=[
            DataRequired(_l("Geef de hotspot een naam.")),
            Length(max=60, message=_l("Houd de naam korter dan 60 tekens.")),
        ],
    )
    domain_names: Sequence[str] = ()
    smallest: int = SMALLEST_GROUP

    def offer(self, organisation: Organisation) -> None:
        """The zones and regions to choose from."""
        zones = {zone for zone in available_timezones() if zone.startswith("Europe/")}
        self.zone.choices = [
            (zone, zone.replace("_", " ")) for zone in sorted({*zones, *ELSEWHERE, organisation.zone})
        ]
        regions = {
            "NL": _("Nederland"), "BE-VLG": _("Vlaanderen"), "BE-BRU": _("Brussel"), "BE-WAL": _("Wallonië"),
            "BE": _("België"), "DE": _("Duitsland"), "LU": _("Luxemburg"), "FR": _("Frankrijk"),
            "GB": _("Verenigd Koninkrijk"), "CW": _("Curaçao"), "AW": _("Aruba"),
        }  # fmt: skip
        self.region.choices = list(({organisation.region: organisation.region} | regions).items())

    def validate_k(self, field: Field) -> None:
        """A whole number from the floor up."""
        try:
            number = whole_number(str(field.data or ""), LARGEST_GROUP)
        except ValueError as error:
            raise ValidationError(_("Vul een getal in van 5 tot en met 100.")) from error
        if number < SMALLEST_GROUP:
            raise ValidationError(_("Vul een getal in van 5 tot en met 100."))

    def validate_mail_domains(self, field: Field) -> None:
        """Each a mail domain of the organisation's own."""
        names = []
        for word in (field.data or "").replace(",", " ").replace(";", " ").split():
            domain = domain_typed(word)
            if domain is None:
                raise ValidationError(_("%(word)s is geen maildomein, zoals delinde.nl.", word=word))
            if domain in PUBLIC_DOMAINS:
                words = _(
                    "Een adres bij %(word)s kan iedereen krijgen. Kies een domein van jullie zelf.", word=word
                )
                raise ValidationError(words)
            names.append(domain)
        self.domain_names = names

    def values(self) -> dict[str, Any]:
        """What was typed, by column."""
        return {name: self[name].data for name in FIELDS} | {"k": int(self.k.data or 0)}

    def meanwhile(self, organisation: Organisation, domains: Sequence[str]) -> list[tuple[str, str, str]]:
        """Where the form and what stands now differ: label, what stands, what was typed."""
        now = {name: str(getattr(organisation, name)) for name in FIELDS} | {
            "mail_domains": " ".join(domains)
        }
        typed = {name: str(self[name].data) for name in FIELDS} | {
            "mail_domains": " ".join(sorted(self.domain_names))
        }
        return [
            (str(self[name].label.text), now[name], typed[name]) for name in now if now[name] != typed[name]
        ]


def _a_day(field: Field) -> None:
    if field.data is None:
        field.errors = []  # one sentence, ours
        raise ValidationError(_("Kies een dag."))
