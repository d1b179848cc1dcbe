"""What people type about meetings. Times are on the circle's wall clock."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from circles.meetings.cadence import YEARS, ClockChange, Rhythm, TimeDoesNotExist, instant
from circles.membership.forms import check_addresses
from circles.web import choices

WEEKDAYS = (
    _l("maandag"),
    _l("dinsdag"),
    _l("woensdag"),
    _l("donderdag"),
    _l("vrijdag"),
    _l("zaterdag"),
    _l("zondag"),
)
LENGTHS = choices(
    ("60", _l("een uur")), ("75", _l("vijf kwartier")), ("90", _l("anderhalf uur")), ("120", _l("twee uur"))
)
PATTERNS = choices(
    ("weekly", _l("Om de zoveel weken")),
    ("monthly", _l("Een vaste dag van de maand")),
    ("none", _l("We plannen zelf")),
)
NTH = choices(
    ("1", _l("eerste")), ("2", _l("tweede")), ("3", _l("derde")), ("4", _l("vierde")), ("-1", _l("laatste"))
)
FURTHEST_AHEAD = timedelta(days=731)
NEEDS_DAY = InputRequired(_l("Kies een dag."))
NEEDS_TIME = InputRequired(_l("Kies een tijd."))


class WhenForm(FlaskForm):
    """A day, a time and a length; `starts_at` is set when it is possible."""

    on = DateField(_l("Dag"), validators=[NEEDS_DAY])
    at = TimeField(_l("Begint om"), validators=[NEEDS_TIME])
    minutes = SelectField(_l("Duurt"), choices=LENGTHS, default="90")
    place = StringField(
        _l("Waar"), validators=[Length(max=200, message=_l("Houd dit korter dan 200 tekens."))]
    )
    based_on = HiddenField(default="0")

    zone: str
    now: datetime
    starts_at: datetime

    def bind(self, *, zone: str, now: datetime) -> WhenForm:
        """Tells the form on whose wall clock the time is meant."""
        self.zone, self.now = zone, now
        return self

    def validate_at(self, field: Field) -> None:
        """Refuses the hour that the clock skips or shows twice, and the past."""
        if self.on.data is None or field.data is None:
            return
        today = self.now.date()
        if self.on.data < today - timedelta(days=1):
            raise ValidationError(_("Kies een dag en tijd die nog komen."))
        if self.on.data > today + FURTHEST_AHEAD:
            raise ValidationError(_("Kies een dag binnen twee jaar."))
        self.starts_at = possible(self.on.data, field.data, self.zone)
        if self.starts_at <= self.now:
            raise ValidationError(_("Kies een dag en tijd die nog komen."))

    @property
    def ends_at(self) -> datetime:
        """When it is over, once the form has been found right."""
        return self.starts_at + timedelta(minutes=int(self.minutes.data or 90))


class RhythmForm(FlaskForm):
    """How often, on which day, when."""

    pattern = RadioField(_l("Hoe vaak komen jullie bij elkaar?"), choices=PATTERNS, default="weekly")
    interval = IntegerField(
        _l("Om de hoeveel weken?"),
        default=4,
        validators=[Optional(), NumberRange(1, 26, message=_l("Kies een getal van 1 tot en met 26."))],
    )
    nth = SelectField(_l("De hoeveelste van de maand?"), choices=NTH, default="2")
    weekday = SelectField(
        _l("Op welke dag?"),
        choices=choices(*((str(n), name) for n, name in enumerate(WEEKDAYS))),
        default="3",
    )
    at = TimeField(_l("Begint om"), default=time(15, 0), validators=[NEEDS_TIME])
    minutes = SelectField(_l("Duurt"), choices=LENGTHS, default="90")
    first_on = DateField(_l("Niet eerder dan"), validators=[NEEDS_DAY])
    on_day_off = RadioField(
        _l("Valt het op een feestdag of in een stille week?"),
        choices=choices(("skip", _l("dan slaan we over")), ("shift", _l("dan de eerstvolgende werkdag"))),
        default="skip",
    )

    now: datetime

    def bind(self, *, now: datetime) -> Self:
        """Tells the form how far ahead a first day may be."""
        self.now = now
        return self

    def validate_first_on(self, field: Field) -> None:
        """Long ago is fine, a rhythm goes on; a slip in the year is not."""
        if field.data and (field.data.year not in YEARS or field.data > self.now.date() + FURTHEST_AHEAD):
            raise ValidationError(_("Kies een dag binnen twee jaar."))

    def rhythm(self, zone: str) -> Rhythm | None:
        """The rhythm as a value, None for planning one date at a time."""
        if self.pattern.data == "none":
            return None
        weekly = self.pattern.data == "weekly"
        return Rhythm(
            pattern="weekly" if weekly else "monthly",
            interval=int(self.interval.data or 4) if weekly else 1,
            weekday=int(self.weekday.data or 3),
            nth=None if weekly else int(self.nth.data or 2),
            starts_local=self.at.data or time(15, 0),
            length=timedelta(minutes=int(self.minutes.data or 90)),
            zone=zone,
            anchor_on=self.first_on.data or date.min,
            on_day_off="shift" if self.on_day_off.data == "shift" else "skip",
        )


class BeginForm(RhythmForm):
    """A circle in four questions: what about, when, where, with whom."""

    name = StringField(
        _l("Hoe heet jullie cirkel?"),
        validators=[
            DataRequired(_l("Geef de cirkel een naam.")),
            Length(max=80, message=_l("Houd de naam korter dan 80 tekens.")),
        ],
    )
    purpose = TextAreaField(
        _l("Waarom komen jullie bij elkaar?"),
        validators=[Length(max=500, message=_l("Houd dit korter dan 500 tekens."))],
    )
    kind = SelectField(
        _l("Soort cirkel"),
        choices=choices(
            ("craft", _l("vakcirkel: mensen met hetzelfde vak")),
            ("leadership", _l("leiderschapscirkel: leidinggevenden van verschillende teams")),
            ("team", _l("ons eigen team als onderwerp")),
        ),
        default="craft",
    )
    profession = SelectField(_l("Vak"), default="", validate_choice=True)
    place = StringField(
        _l("Waar komen jullie bij elkaar?"),
        validators=[Length(max=200, message=_l("Houd dit korter dan 200 tekens."))],
    )
    emails = TextAreaField(_l("Wie vraag je erbij?"))
    findable = BooleanField(_l("Collega’s mogen deze cirkel vinden als er een plek vrij is"), default=True)

    def validate_emails(self, field: Field) -> None:
        """Each word an address; none is fine."""
        check_addresses(field.data)


class SubjectForm(FlaskForm):
    """What the meeting is about."""

    subject = StringField(
        validators=[DataRequired(_l("Kies een thema, jullie eigen vraag of alleen een situatie."))]
    )
    question = StringField(
        _l("Onze eigen vraag"),
        validators=[Length(max=300, message=_l("Houd de vraag korter dan 300 tekens."))],
    )
    based_on = HiddenField(default="0")

    def validate_subject(self, field: Field) -> None:
        """One of three; which theme, the page looks up."""
        if (field.data or "").partition(":")[0] not in {"theme", "own_question", "situation"}:
            raise ValidationError(_("Kies een thema, jullie eigen vraag of alleen een situatie."))

    def validate_question(self, field: Field) -> None:
        """An own question needs words."""
        if self.subject.data == "own_question" and not (field.data or "").strip():
            raise ValidationError(_("Schrijf jullie vraag op."))


class AnswerForm(FlaskForm):
    """Whether I come, with a short note."""

    answer = StringField(validators=[DataRequired(_l("Kies ja, weet ik nog niet, of nee."))])
    note = StringField(
        _l("Een korte opmerking"),
        filters=[lambda typed: " ".join(typed.split()) if typed else typed],  # one line, however it was typed
        validators=[Length(max=200, message=_l("Houd dit korter dan 200 tekens."))],
    )
    starts_at = HiddenField()  # as the page showed it; empty: not told

    @property
    def for_starts_at(self) -> datetime | None:
        """The time that the answer is for, None where the form does not say."""
        try:
            return datetime.fromisoformat(self.starts_at.data or "")
        except ValueError:
            return None

    def validate_answer(self, field: Field) -> None:
        """One of three."""
        if field.data not in {"yes", "maybe", "no"}:
            raise ValidationError(_("Kies ja, weet ik nog niet, of nee."))


def possible(on: date, at: time, zone: str) -> datetime:
    """The instant, or a ValidationError in words for the hour that a clock change skips or repeats."""
    try:
        return instant(on, at, zone)
    except TimeDoesNotExist as error:
        raise ValidationError(
            _("Die nacht gaat de klok vooruit; deze tijd bestaat dan niet. Kies een andere.")
        ) from error
    except ClockChange as error:
        raise ValidationError(
            _("Die nacht gaat de klok terug; deze tijd komt twee keer. Kies een andere.")
        ) from error
