"""Circles, and the seats in them."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from circles.database import HasPublicId, Model, closed_set
from circles.people.models import Organisation, Person, Profession

KINDS = ("craft", "hotspot", "leadership", "team")
STAGES = ("forming", "active", "resting", "ended")
MAY_BE_JOINED = ("forming", "active")
SEATS = 8
FULL_ENOUGH = 6  # from here on a forming circle is active
MAY_MEET = 3  # a forming circle plans meetings from here on
# How long an ended circle is kept with its log, by the months that it chose.
TERMS = {6: timedelta(days=183), 12: timedelta(days=365), 24: timedelta(days=730), 60: timedelta(days=1826)}


class Circle(HasPublicId, Model):
    """Six to eight professional friends who take responsibility for their craft together."""

    __tablename__ = "circle"
    __table_args__ = (
        closed_set("known_kind", "kind", KINDS),
        closed_set("known_stage", "stage", STAGES),
        sa.CheckConstraint("planned_ahead BETWEEN 1 AND 6", name="plans_one_to_six_ahead"),
        sa.CheckConstraint("kept_months IN (6, 12, 24, 60)", name="known_term"),
        sa.Index(
            "uq_circle_one_open_hotspot",
            "organisation_id",
            unique=True,
            sqlite_where=sa.text("kind = 'hotspot' AND stage != 'ended'"),
            postgresql_where=sa.text("kind = 'hotspot' AND stage != 'ended'"),
        ),
        sa.Index("ix_circle_organisation_id_findable", "organisation_id", "findable"),
    )

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(sa.String(12), default="craft")
    stage: Mapped[str] = mapped_column(sa.String(12), default="forming")
    name: Mapped[str] = mapped_column(sa.String(80))
    purpose: Mapped[str] = mapped_column(
        sa.String(500), default=""
    )  # why we come together, shown to who may find us
    profession_id: Mapped[int | None] = mapped_column(sa.ForeignKey("profession.id", ondelete="SET NULL"))
    zone: Mapped[str] = mapped_column(sa.String(60))  # copied from the organisation when the circle begins
    region: Mapped[str] = mapped_column(sa.String(12))
    place: Mapped[str] = mapped_column(
        sa.String(200), default=""
    )  # where we usually meet; a link when online
    findable: Mapped[bool] = mapped_column(default=False)
    shows_theme: Mapped[bool] = mapped_column(default=False)  # theme in mail and calendar titles
    planned_ahead: Mapped[int] = mapped_column(default=3)
    quorum: Mapped[int | None]  # None: four, or everybody while fewer than four are seated
    leavers_read: Mapped[bool] = mapped_column(
        default=True
    )  # who left keeps reading what was kept while seated
    kept_months: Mapped[int] = mapped_column(
        sa.SmallInteger, default=24, server_default="24"
    )  # after it ended, with its log
    version: Mapped[int] = mapped_column(default=1)  # of the settings, for edits at once
    begun_at: Mapped[datetime]
    rests_until: Mapped[datetime | None]  # None: not resting, or resting until somebody says otherwise
    ended_at: Mapped[datetime | None]
    shutters_open_at: Mapped[datetime | None]  # hotspot only; None: not open yet

    organisation: Mapped[Organisation] = relationship()
    n_waiting: Mapped[int | None] = query_expression()  # people in line for a seat, where a query asks for it
    profession: Mapped[Profession | None] = relationship()
    seats: Mapped[list[Seat]] = relationship(back_populates="circle", order_by="Seat.sat_at, Seat.id")

    @property
    def open_seats(self) -> list[Seat]:
        """Seats somebody sits in, longest seated first."""
        return [seat for seat in self.seats if seat.is_open]

    @property
    def has_ended(self) -> bool:
        """Nothing is planned any more; the log stays readable."""
        return self.stage == "ended"

    @property
    def rests(self) -> bool:
        """Nothing is planned until it begins again."""
        return self.stage == "resting"

    @property
    def plans(self) -> bool:
        """Meetings are planned: it neither rests nor has ended."""
        return self.stage in {"forming", "active"}

    @property
    def kept_until(self) -> datetime | None:
        """When an ended circle goes, with its log; None while it goes on."""
        return self.ended_at + TERMS[self.kept_months] if self.ended_at else None

    @property
    def is_below_six(self) -> bool:
        """Was active, and has fewer than six who take part at the moment."""
        return (
            self.stage == "active"
            and len([seat for seat in self.open_seats if not seat.is_paused]) < FULL_ENOUGH
        )


class Seat(HasPublicId, Model):
    """One person's place in one circle, from sitting down to leaving. Numbered, so that a ninth cannot exist."""

    __tablename__ = "seat"
    __table_args__ = (
        sa.CheckConstraint("number BETWEEN 1 AND 8", name="one_to_eight"),
        sa.Index(
            "uq_seat_number_while_open",
            "circle_id",
            "number",
            unique=True,
            sqlite_where=sa.text("left_at IS NULL"),
            postgresql_where=sa.text("left_at IS NULL"),
        ),
        sa.Index(
            "uq_seat_person_while_open",
            "circle_id",
            "person_id",
            unique=True,
            sqlite_where=sa.text("left_at IS NULL"),
            postgresql_where=sa.text("left_at IS NULL"),
        ),
        sa.Index(
            "uq_seat_one_convener",
            "circle_id",
            unique=True,
            sqlite_where=sa.text("left_at IS NULL AND is_convener"),
            postgresql_where=sa.text("left_at IS NULL AND is_convener"),
        ),
        sa.Index("ix_seat_person_id_left_at", "person_id", "left_at"),
    )

    circle_id: Mapped[int] = mapped_column(sa.ForeignKey("circle.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(sa.SmallInteger)
    sat_at: Mapped[datetime]
    left_at: Mapped[datetime | None]  # None while seated
    paused_at: Mapped[datetime | None]  # None: taking part
    paused_until: Mapped[datetime | None]  # None: until the person comes back
    is_convener: Mapped[bool] = mapped_column(default=False)
    convenes: Mapped[bool] = mapped_column(default=True)  # False: would rather not become trekker
    hosts: Mapped[bool] = mapped_column(default=True)  # False: voorlopig niet
    scribes: Mapped[bool] = mapped_column(default=True)
    base_host: Mapped[float] = mapped_column(
        default=0.0
    )  # mean of the others' turns on sitting down, for fairness
    base_scribe: Mapped[float] = mapped_column(default=0.0)

    circle: Mapped[Circle] = relationship(back_populates="seats")
    person: Mapped[Person] = relationship()

    @property
    def is_open(self) -> bool:
        """The person sits here now."""
        return self.left_at is None

    @property
    def is_paused(self) -> bool:
        """Keeps the seat, but gets no invitations and no turns; counts for eight, not for six."""
        return self.paused_at is not None
