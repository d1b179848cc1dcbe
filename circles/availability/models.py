"""When a person can: the half hours of a usual week."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from circles.database import Model


class WeeklyHours(Model):
    """The half hours in which a person can usually meet, on the person's own wall clock. No row: not said yet."""

    __tablename__ = "weekly_hours"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), unique=True)
    free: Mapped[bytes] = mapped_column(sa.LargeBinary(42))  # bit = day * 48 + half hour, day 0 is Monday
    changed_at: Mapped[datetime]
