"""Mail waiting to leave, and the pulse of the process that sends it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from circles.database import Model, closed_set

# For conditions: written into the statement itself, for a value handed over apart no partial index is used.
QUEUED: sa.ColumnClause[str] = sa.literal_column("'queued'", sa.String)
STATES = ("queued", "sent", "dead", "superseded")
FAREWELL = (
    "farewell"  # kind of the last mails to somebody who was erased: each row goes as soon as it has left
)


class OutboxMail(Model):
    """One mail to one address, frozen when it was queued: sending it again gives the same bytes."""

    __tablename__ = "outbox_mail"
    __table_args__ = (
        closed_set("known_state", "state", STATES),
        sa.Index(
            "ix_outbox_mail_due",
            "due_at",
            sqlite_where=sa.text("state = 'queued'"),
            postgresql_where=sa.text("state = 'queued'"),
        ),
        sa.Index(
            "ix_outbox_mail_lane_waiting",
            "lane",
            "id",
            sqlite_where=sa.text("state = 'queued'"),
            postgresql_where=sa.text("state = 'queued'"),
        ),
        sa.Index(
            "ix_outbox_mail_topic_waiting",
            "topic",
            sqlite_where=sa.text("state = 'queued'"),
            postgresql_where=sa.text("state = 'queued'"),
        ),
        sa.Index("ix_outbox_mail_state_made_at", "state", "made_at"),
    )

    key: Mapped[str] = mapped_column(
        sa.String(120), unique=True
    )  # what the mail is; the same key is never queued twice
    kind: Mapped[str] = mapped_column(sa.String(30))
    state: Mapped[str] = mapped_column(sa.String(10), default="queued")
    lane: Mapped[str] = mapped_column(sa.String(254))  # mails in one lane leave in the order they were queued
    topic: Mapped[str | None] = mapped_column(sa.String(80))  # a newer mail on it replaces an unsent one
    organisation_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    circle: Mapped[str | None] = mapped_column(
        sa.String(10)
    )  # public id of the circle it is about; None: of none, or the reader is no member
    to_address: Mapped[str] = mapped_column(sa.String(254))
    to_name: Mapped[str] = mapped_column(sa.String(120), default="")
    from_address: Mapped[str] = mapped_column(sa.String(254))
    from_name: Mapped[str] = mapped_column(sa.String(120))
    subject: Mapped[str] = mapped_column(sa.String(300))
    message_id: Mapped[str] = mapped_column(sa.String(120), unique=True)
    headers: Mapped[list[list[str]]] = mapped_column(
        sa.JSON, default=list
    )  # [[name, value], …] beside the usual ones
    text: Mapped[str] = mapped_column(sa.Text)
    html: Mapped[str] = mapped_column(sa.Text)
    calendar: Mapped[bytes | None] = mapped_column(sa.LargeBinary)  # iCalendar bytes
    calendar_method: Mapped[str | None] = mapped_column(sa.String(8))
    made_at: Mapped[datetime]  # its Date header
    due_at: Mapped[datetime]  # not sent before; moves on after a refusal that may pass
    tries: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]  # None or past: any worker may take it
    leased_by: Mapped[str | None] = mapped_column(sa.String(40))
    sent_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(
        sa.String(200), default=""
    )  # what the server last said, without content


class Heartbeat(Model):
    """When a worker last said that it lives."""

    __tablename__ = "heartbeat"

    worker: Mapped[str] = mapped_column(sa.String(40), unique=True)
    beat_at: Mapped[datetime]
