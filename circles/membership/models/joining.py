"""Ways to a seat: being invited, asking, standing in line."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from circles.database import HasPublicId, Model, closed_set
from circles.membership.models.circle import Circle
from circles.people.models import Person

# `waits`: they said yes, and all seats were taken.
ASK_OUTCOMES = ("open", "admitted", "waits", "declined", "withdrawn", "expired")


class CircleInvitation(HasPublicId, Model):
    """A colleague asked by mail to sit down. It holds no seat: who accepts first, sits."""

    __tablename__ = "circle_invitation"
    __table_args__ = (
        sa.Index(
            "uq_circle_invitation_while_open",
            "circle_id",
            "email_normalised",
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        ),
        sa.Index("ix_circle_invitation_inviter_id_sent_at", "inviter_id", "sent_at"),
        closed_set("known_outcome", "outcome", ("open", "accepted", "declined", "withdrawn", "expired")),
    )

    circle_id: Mapped[int] = mapped_column(sa.ForeignKey("circle.id", ondelete="CASCADE"))
    inviter_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    email: Mapped[str] = mapped_column(sa.String(254))
    email_normalised: Mapped[str] = mapped_column(sa.String(254), index=True)
    note: Mapped[str] = mapped_column(sa.String(300), default="")  # a personal line from the inviter
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    reminded_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]  # None while open
    outcome: Mapped[str] = mapped_column(sa.String(12), default="open")

    circle: Mapped[Circle] = relationship()
    inviter: Mapped[Person | None] = relationship()


class Ask(HasPublicId, Model):
    """Somebody found a circle and asks to join. One member's yes lets in."""

    __tablename__ = "ask"
    __table_args__ = (
        sa.Index(
            "uq_ask_while_open",
            "circle_id",
            "person_id",
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        ),
        closed_set("known_outcome", "outcome", ASK_OUTCOMES),
    )

    circle_id: Mapped[int] = mapped_column(sa.ForeignKey("circle.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    note: Mapped[str] = mapped_column(sa.String(300), default="")
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    closed_at: Mapped[datetime | None]  # None while open
    closed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    outcome: Mapped[str] = mapped_column(sa.String(12), default="open")

    circle: Mapped[Circle] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=person_id)


class WaitingPlace(Model):
    """Somebody who would like the next free seat. One row per person and circle."""

    __tablename__ = "waiting_place"
    __table_args__ = (sa.UniqueConstraint("circle_id", "person_id"),)

    circle_id: Mapped[int] = mapped_column(sa.ForeignKey("circle.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    since_at: Mapped[datetime]
    told_at: Mapped[datetime | None]  # heard of a free seat; None: not since the circle was last full

    circle: Mapped[Circle] = relationship()
    person: Mapped[Person] = relationship()
