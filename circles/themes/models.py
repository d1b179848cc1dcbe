"""What circles talk about: themes, their versions, and what keeps people busy."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from circles.database import HasPublicId, Model, closed_set
from circles.membership.models import Circle
from circles.people.models import Person
from circles.sealing import SealedText

STAGES = ("idea", "in_dialogue", "ready", "rest")
ORIGINS = ("library", "organisation")


class Theme(HasPublicId, Model):
    """A subject for a conversation, in one organisation's collection. Its texts are in its versions."""

    __tablename__ = "theme"
    __table_args__ = (
        sa.UniqueConstraint("organisation_id", "library_key"),
        closed_set("known_stage", "stage", STAGES),
        sa.Index("ix_theme_organisation_id_stage", "organisation_id", "stage"),
    )

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id", ondelete="CASCADE"))
    library_key: Mapped[str | None] = mapped_column(sa.String(80))  # None: made by this organisation
    stage: Mapped[str] = mapped_column(sa.String(12), default="idea")
    team_only: Mapped[bool] = mapped_column(default=False)
    elements: Mapped[str] = mapped_column(
        sa.String(120), default=""
    )  # "A13 A4": ids of the frameworks' elements
    made_at: Mapped[datetime]

    versions: Mapped[list[ThemeVersion]] = relationship(
        back_populates="theme", order_by="ThemeVersion.number"
    )

    @property
    def element_ids(self) -> list[str]:
        """The elements this theme covers, the main one first."""
        return self.elements.split()

    @property
    def framework(self) -> str:
        """Letter of the framework of the main element; empty for a theme of one's own."""
        return self.elements[:1]


class ThemeVersion(HasPublicId, Model):
    """A theme's text in one language at one moment. Published ones never change: circles point to the one they used."""

    __tablename__ = "theme_version"
    __table_args__ = (
        sa.UniqueConstraint("theme_id", "language", "number"),
        closed_set("known_origin", "origin", ORIGINS),
    )
    theme_id: Mapped[int] = mapped_column(sa.ForeignKey("theme.id", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(sa.String(2))
    number: Mapped[int]
    origin: Mapped[str] = mapped_column(sa.String(12))
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    written_at: Mapped[datetime]
    published_at: Mapped[datetime | None]  # None: a draft, seen by the hotspot only
    title: Mapped[str] = mapped_column(sa.String(120))
    question: Mapped[str] = mapped_column(sa.String(300))
    why: Mapped[str] = mapped_column(sa.Text, default="")
    opening_questions: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    preparation: Mapped[str] = mapped_column(sa.Text, default="")
    preparation_minutes: Mapped[int] = mapped_column(default=0)
    work_form: Mapped[str] = mapped_column(sa.String(120), default="")
    work_form_minutes: Mapped[int] = mapped_column(default=0)
    steps: Mapped[list[dict[str, Any]]] = mapped_column(
        sa.JSON, default=list
    )  # [{"minutes": 10, "text": "…"}]
    when_stuck: Mapped[str] = mapped_column(sa.String(300), default="")
    reading: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    source: Mapped[str] = mapped_column(sa.String(300), default="")

    theme: Mapped[Theme] = relationship(back_populates="versions")
    author: Mapped[Person | None] = relationship()


class Preoccupation(Model):
    """*Dit houdt me bezig*: a theme somebody marked for themselves."""

    __tablename__ = "preoccupation"
    __table_args__ = (sa.UniqueConstraint("person_id", "theme_id"),)

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    theme_id: Mapped[int] = mapped_column(sa.ForeignKey("theme.id", ondelete="CASCADE"), index=True)
    since_at: Mapped[datetime]


class HotspotQuestion(HasPublicId, Model):
    """What somebody asks the hotspot. Who asks chooses whether a circle is named; the hotspot never sees who asked."""

    __tablename__ = "hotspot_question"

    organisation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    asker_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    circle_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("circle.id", ondelete="SET NULL")
    )  # None: not named
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]  # None: waits for an answer
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    text_sealed: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    answer_sealed: Mapped[bytes | None] = mapped_column(sa.LargeBinary)

    circle: Mapped[Circle | None] = relationship()
    text = SealedText("text_sealed")
    answer = SealedText("answer_sealed")

    def sealed_to(self) -> str:
        return f"{self.organisation_id}/hotspot_question/{self.public_id}"


class HotspotNarrative(Model):
    """Why good work matters here, as the hotspot tells it, one row a version; the highest number stands."""

    __tablename__ = "hotspot_narrative"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "number"),)

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id", ondelete="CASCADE"))
    number: Mapped[int]
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    written_at: Mapped[datetime]
    text: Mapped[str] = mapped_column(sa.Text)  # for everybody in the organisation once the shutters are open

    author: Mapped[Person | None] = relationship()
