"""People to invite, and roles to give."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import Field, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, ValidationError

from circles.people.addresses import BadAddress, normalise
from circles.people.importing import Remark
from circles.web import choices


def say(remark: Remark) -> str:
    """A remark of the reader of lists in the language of the page."""
    return str(_(remark.words, **remark.values))


class PasteForm(FlaskForm):
    """One colleague, or a few."""

    people = TextAreaField(_l("Mailadressen"))


class UploadForm(FlaskForm):
    """A file from the personnel system."""

    remarks: Sequence[str] = ()  # what is wrong in it, line by line
    file = FileField(_l("CSV-bestand"))

    def validate_file(self, field: Field) -> None:
        """There must be one."""
        if not field.data:
            raise ValidationError(_("Kies een bestand."))


class RoleForm(FlaskForm):
    """Which role for whom."""

    email = StringField(
        _l("Mailadres van je collega"), validators=[DataRequired(_l("Vul een mailadres in."))]
    )
    role = RadioField(
        _l("Welke rol?"),
        choices=choices(("viewer", _l("Meekijken met de cijfers")), ("administrator", _l("Beheer"))),
        validators=[InputRequired(_l("Kies een rol."))],
    )

    def validate_email(self, field: Field) -> None:
        """An address; whether somebody has it, the view asks."""
        try:
            self.address = normalise(field.data or "")
        except BadAddress as error:
            raise ValidationError(_("Dit lijkt geen mailadres. Kijk of er een @ in staat.")) from error
