"""A theme's text as the hotspot types it: one line a question, one line a step."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, ValidationError

from circles.themes.models import ThemeVersion
from circles.web import choices

PLAIN_FIELDS = (
    "title", "question", "why", "preparation", "preparation_minutes", "work_form", "when_stuck", "source",
)  # fmt: skip
STEP = re.compile(r"^\s*(\d{1,3})\s*(?:min(?:uten|utes)?\.?)?\s*[:·-]?\s*(.+)$")


def at_most(characters: int) -> Length:
    """Refuses a longer text, and says how long it may be."""
    return Length(max=characters, message=_l("Houd dit korter dan %(n)s tekens.", n=characters))


class ThemeForm(FlaskForm):
    """One language of one theme, with the number of the version that it was based on."""

    language = SelectField(_l("Taal"), choices=choices(("nl", "Nederlands"), ("en", "English")))
    based_on = HiddenField(default="0")
    title = StringField(
        _l("Titel"),
        validators=[
            DataRequired(_l("Geef het thema een titel.")),
            at_most(120),
        ],
    )
    question = StringField(
        _l("Centrale vraag"),
        validators=[
            DataRequired(_l("Schrijf de vraag die jullie op tafel leggen.")),
            at_most(300),
        ],
    )
    why = TextAreaField(
        _l("Waarom dit ertoe doet"),
        validators=[at_most(3000)],
    )
    opening_questions = TextAreaField(
        _l("Openingsvragen"), validators=[DataRequired(_l("Schrijf minstens één vraag om mee te openen."))]
    )
    preparation = TextAreaField(_l("Voorbereiding"), validators=[at_most(2000)])
    preparation_minutes = IntegerField(
        _l("Minuten voorbereiding"),
        default=5,
        validators=[
            InputRequired(_l("Zeg hoeveel minuten; 0 mag.")),
            NumberRange(0, 10, message=_l("Kies 0 tot en met 10 minuten.")),
        ],
    )
    work_form = StringField(_l("Werkvorm"), validators=[at_most(120)])
    steps = TextAreaField(_l("Stappen van de werkvorm"))
    when_stuck = StringField(_l("Als het stokt"), validators=[at_most(300)])
    reading = TextAreaField(_l("Verder lezen"))
    source = StringField(_l("Bron"), validators=[at_most(300)])

    def validate_opening_questions(self, field: Field) -> None:
        """At most six, so that each opens something else."""
        if len(lines(field.data)) > 6:
            raise ValidationError(_("Kies hoogstens zes vragen, elk op een eigen regel."))

    def validate_steps(self, field: Field) -> None:
        """Each line begins with its minutes."""
        for line in lines(field.data):
            if not STEP.match(line):
                raise ValidationError(
                    _(
                        "Begin elke stap met minuten, bijvoorbeeld: 10 ieder leest voor. Dat mist bij: %(line)s",
                        line=line[:60],
                    )
                )

    def texts(self) -> dict[str, Any]:
        """The columns of a version."""
        steps = [
            {"minutes": int(m[1]), "text": m[2].strip()}
            for line in lines(self.steps.data)
            if (m := STEP.match(line))
        ]
        return {
            "title": self.title.data,
            "question": self.question.data,
            "why": self.why.data or "",
            "opening_questions": lines(self.opening_questions.data),
            "preparation": self.preparation.data or "",
            "preparation_minutes": self.preparation_minutes.data,
            "work_form": self.work_form.data or "",
            "work_form_minutes": sum(step["minutes"] for step in steps),
            "steps": steps,
            "when_stuck": self.when_stuck.data or "",
            "reading": lines(self.reading.data),
            "source": self.source.data or "",
        }


class QuestionForm(FlaskForm):
    """A question to the hotspot."""

    text = TextAreaField(
        _l("Je vraag"), validators=[DataRequired(_l("Schrijf op wat je wilt vragen.")), at_most(1000)]
    )
    circle = SelectField(_l("Namens"), default="", validate_choice=True)


class AnswerForm(FlaskForm):
    """What the hotspot says to a question."""

    answer = TextAreaField(
        _l("Jullie antwoord"), validators=[DataRequired(_l("Schrijf een antwoord.")), at_most(3000)]
    )


class NarrativeForm(FlaskForm):
    """The hotspot's story, with the number of the version it was based on."""

    based_on = HiddenField(default="0")
    text = TextAreaField(
        _l("Ons verhaal"), validators=[DataRequired(_l("Schrijf minstens één zin.")), at_most(8000)]
    )


def filled_with(version: ThemeVersion | None, language: str) -> ThemeForm:
    """The form as it opens: the newest text, or empty."""
    if version is None:
        return ThemeForm(language=language, based_on="0")
    values = {
        name: getattr(version, name)
        for name in (
            "title",
            "question",
            "why",
            "preparation",
            "preparation_minutes",
            "work_form",
            "when_stuck",
            "source",
        )
    }
    return ThemeForm(
        language=language,
        based_on=str(version.number),
        opening_questions="\n".join(version.opening_questions),
        reading="\n".join(version.reading),
        steps="\n".join(f"{step['minutes']} {step['text']}" for step in version.steps),
        **values,
    )


def lines(text: str | None) -> list[str]:
    """The lines that hold something, trimmed."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]
