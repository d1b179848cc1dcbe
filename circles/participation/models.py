"""Closed quarters as they were, and what was released of them. Rows are written once and never changed."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from circles.database import Model


class ParticipationSnapshot(Model):
    """A quarter at its close, without names: numbers of departments, circles and people. No page reads it."""

    __tablename__ = "participation_snapshot"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "quarter"),)

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id", ondelete="CASCADE"))
    quarter: Mapped[str] = mapped_column(sa.String(7))  # "2027-Q1"
    taken_at: Mapped[datetime]
    content: Mapped[str] = mapped_column(sa.Text)  # JSON of disclosure.Snapshot


class ParticipationRelease(Model):
    """The figures of one quarter: the same row stands behind the page, the print and the file."""

    __tablename__ = "participation_release"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "quarter"),)

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id", ondelete="CASCADE"))
    quarter: Mapped[str] = mapped_column(sa.String(7))
    made_at: Mapped[datetime]
    content: Mapped[str] = mapped_column(sa.Text)  # JSON of disclosure.Figures
