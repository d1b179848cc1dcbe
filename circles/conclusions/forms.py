"""What people type to keep something."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, RadioField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from circles.conclusions.models import NOTE_LIMIT, TEXT_LIMIT
from circles.web import choices

KINDS = choices(
    ("insight", _l("inzicht")),
    ("norm", _l("dit vinden wij goed werk")),
    ("intention", _l("voornemen")),
    ("question", _l("open vraag")),
)


class EditForm(FlaskForm):
    """The words, and what they are."""

    kind = RadioField(
        _l("Wat is het?"),
        choices=KINDS,
        default="insight",
        validators=[InputRequired(_l("Kies wat het is."))],
    )
    text = TextAreaField(
        _l("Wat houden jullie vast?"),
        validators=[
            DataRequired(_l("Schrijf op wat jullie willen vasthouden.")),
            Length(
                max=TEXT_LIMIT, message=_l("Houd het bij 600 tekens; een langere toelichting kan eronder.")
            ),
        ],
    )
    note = TextAreaField(
        _l("Toelichting"), validators=[Length(max=NOTE_LIMIT, message=_l("Houd de toelichting korter."))]
    )
    based_on = HiddenField(default="0")


class ConclusionForm(EditForm):
    """Keeping something new; for a voornemen also who and by when."""

    client_id = HiddenField(validators=[Length(max=40)])
    owner = SelectField(_l("Wie doet het?"), default="", validate_choice=True)
    due_on = DateField(_l("Voor wanneer?"), validators=[Optional()])
    case_owner = SelectField(_l("Uit de situatie van"), default="", validate_choice=True)
