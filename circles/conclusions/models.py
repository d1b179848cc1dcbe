"""The circle's log: what it wants to keep of its conversations."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from circles.database import HasPublicId, Model, closed_set
from circles.meetings.models import Meeting
from circles.membership.models import Circle
from circles.people.models import Person
from circles.sealing import SealedText

KINDS = ("insight", "norm", "intention", "question")
INTENTION_STATES = ("open", "done", "released", "later")
TEXT_LIMIT = 600
NOTE_LIMIT = 6000
DELETED_FOR = timedelta(days=30)  # so long what was removed can be brought back


class Conclusion(HasPublicId, Model):
    """One thing the circle keeps. The present text is here, earlier ones are in `ConclusionVersion`."""

    __tablename__ = "conclusion"
    __table_args__ = (
        closed_set("known_kind", "kind", KINDS),
        closed_set("known_state", "intention", INTENTION_STATES),
        sa.UniqueConstraint("circle_id", "client_id"),  # the same draft sent twice is one conclusion
        sa.Index("ix_conclusion_circle_id_kept_at", "circle_id", "kept_at"),
    )

    organisation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    circle_id: Mapped[int] = mapped_column(sa.ForeignKey("circle.id", ondelete="CASCADE"))
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(10))
    recorder_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    case_owner_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    client_id: Mapped[str | None] = mapped_column(sa.String(40))
    version: Mapped[int] = mapped_column(default=1)
    kept_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    deleted_at: Mapped[datetime | None]  # None while it stands; wiped 30 days later
    deleted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    intention: Mapped[str] = mapped_column(
        sa.String(8), default="open"
    )  # means something for kind intention only
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    due_on: Mapped[date | None]
    intention_closed_at: Mapped[datetime | None]
    text_sealed: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    note_sealed: Mapped[bytes | None] = mapped_column(sa.LargeBinary)

    circle: Mapped[Circle] = relationship()
    meeting: Mapped[Meeting] = relationship()
    recorder: Mapped[Person | None] = relationship(foreign_keys=recorder_id)
    case_owner: Mapped[Person | None] = relationship(foreign_keys=case_owner_id)
    owner: Mapped[Person | None] = relationship(foreign_keys=owner_id)
    deleted_by: Mapped[Person | None] = relationship(foreign_keys=deleted_by_id)
    versions: Mapped[list[ConclusionVersion]] = relationship(
        back_populates="conclusion", order_by="ConclusionVersion.number.desc()"
    )
    text = SealedText("text_sealed")
    note = SealedText("note_sealed")  # a longer note under it; empty: none

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    def sealed_to(self) -> str:
        return f"{self.organisation_id}/conclusion/{self.public_id}"

    @property
    def is_withdrawn(self) -> bool:
        """Who brought the situation took it out of the log."""
        return (
            self.deleted_at is not None
            and self.deleted_by_id is not None
            and self.deleted_by_id == self.case_owner_id
        )

    @property
    def is_open_intention(self) -> bool:
        """A voornemen that comes back at the next meeting."""
        return self.kind == "intention" and self.deleted_at is None and self.intention in {"open", "later"}


class ConclusionVersion(HasPublicId, Model):
    """A text as it was before an edit, with who wrote it and when."""

    __tablename__ = "conclusion_version"
    __table_args__ = (sa.UniqueConstraint("conclusion_id", "number"),)

    organisation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    conclusion_id: Mapped[int] = mapped_column(sa.ForeignKey("conclusion.id", ondelete="CASCADE"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(10))
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    written_at: Mapped[datetime]
    text_sealed: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    note_sealed: Mapped[bytes | None] = mapped_column(sa.LargeBinary)

    conclusion: Mapped[Conclusion] = relationship(back_populates="versions")
    author: Mapped[Person | None] = relationship()
    text = SealedText("text_sealed")
    note = SealedText("note_sealed")

    def sealed_to(self) -> str:
        return f"{self.organisation_id}/conclusion_version/{self.public_id}"
