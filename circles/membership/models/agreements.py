"""What a circle agreed, and what its members changed for everybody."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from circles.database import HasPublicId, Model
from circles.membership.models.circle import Circle
from circles.people.models import Person
from circles.sealing import SealedText


class CharterVersion(HasPublicId, Model):
    """The circle's own agreements, one row a version; the highest number stands."""

    __tablename__ = "charter_version"
    __table_args__ = (sa.UniqueConstraint("circle_id", "number"),)

    organisation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    circle_id: Mapped[int] = mapped_column(sa.ForeignKey("circle.id", ondelete="CASCADE"))
    number: Mapped[int]
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    written_at: Mapped[datetime]
    text_sealed: Mapped[bytes | None] = mapped_column(sa.LargeBinary)

    author: Mapped[Person | None] = relationship()
    text = SealedText("text_sealed")

    def sealed_to(self) -> str:
        return f"{self.organisation_id}/charter_version/{self.public_id}"


class CircleChange(HasPublicId, Model):
    """Something a member changed for everybody: told to all, and undone within 24 hours by any of them."""

    __tablename__ = "circle_change"
    __table_args__ = (sa.Index("ix_circle_change_circle_id_made_at", "circle_id", "made_at"),)

    organisation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    circle_id: Mapped[int] = mapped_column(sa.ForeignKey("circle.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    kind: Mapped[str] = mapped_column(sa.String(30))
    subject: Mapped[str] = mapped_column(
        sa.String(10), default=""
    )  # public id of the meeting or seat it is about
    made_at: Mapped[datetime]
    told_at: Mapped[datetime | None]  # None: the others have not been mailed about it yet
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    states_sealed: Mapped[bytes | None] = mapped_column(sa.LargeBinary)

    circle: Mapped[Circle] = relationship()
    person: Mapped[Person | None] = relationship(foreign_keys=person_id)
    states = SealedText("states_sealed")

    def sealed_to(self) -> str:
        return f"{self.organisation_id}/circle_change/{self.public_id}"

    @property
    def before(self) -> dict[str, Any]:
        """The state that undoing brings back: plain JSON values, as the kind needs them."""
        return dict(json.loads(self.states or "{}").get("before", {}))

    @property
    def after(self) -> dict[str, Any]:
        """The state that the change made; undoing is refused when it has moved on since."""
        return dict(json.loads(self.states or "{}").get("after", {}))
