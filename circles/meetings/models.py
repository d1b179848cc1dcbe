"""When circles meet: the rhythm, the meetings, who was told what, who comes and who leads."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from circles.database import HasPublicId, Model, closed_set
from circles.membership.models import Circle
from circles.people.models import Person
from circles.sealing import SealedText
from circles.themes.models import Theme, ThemeVersion

STATES = ("planned", "begun", "held", "skipped", "cancelled")
ANSWERS = ("yes", "maybe", "no")
SUBJECTS = ("theme", "own_question", "situation")
RoleName = Literal["host", "scribe"]
TURNS: tuple[RoleName, RoleName] = ("host", "scribe")
BEGINS_EARLY = timedelta(minutes=30)  # any member may begin from this long before
QUIET_MINUTE = timedelta(seconds=60)  # edits within it leave as one update


class Cadence(Model):
    """A circle's rhythm, on the wall clock of its zone. No row: the circle plans one date at a time."""

    __tablename__ = "cadence"
    __table_args__ = (
        closed_set("known_pattern", "pattern", ("weekly", "monthly")),
        closed_set("known_shift", "on_day_off", ("skip", "shift")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="a_weekday"),
        sa.CheckConstraint("minutes BETWEEN 15 AND 480", name="a_meeting_long"),
    )

    circle_id: Mapped[int] = mapped_column(sa.ForeignKey("circle.id", ondelete="CASCADE"), unique=True)
    pattern: Mapped[str] = mapped_column(sa.String(8))
    interval: Mapped[int] = mapped_column(sa.SmallInteger)  # weeks, or months
    weekday: Mapped[int] = mapped_column(sa.SmallInteger)  # 0 is Monday
    nth: Mapped[int | None] = mapped_column(sa.SmallInteger)  # monthly only: 1 … 5, -1 for the last
    starts_local: Mapped[time]
    minutes: Mapped[int]
    anchor_on: Mapped[date]  # first possible day; a weekly interval is counted from its week
    on_day_off: Mapped[str] = mapped_column(sa.String(5), default="skip")
    changed_at: Mapped[datetime]

    circle: Mapped[Circle] = relationship()


class Meeting(HasPublicId, Model):
    """One conversation of one circle, and the calendar event that stands for it."""

    __tablename__ = "meeting"
    __table_args__ = (
        closed_set("known_state", "state", STATES),
        closed_set("known_subject", "subject", SUBJECTS),
        sa.CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        sa.CheckConstraint("announced_sequence <= sequence", name="announces_no_more_than_it_counts"),
        # The rhythm gives each of its days at most one meeting, also when two workers plan at once.
        sa.UniqueConstraint("circle_id", "planned_on"),
        sa.Index("ix_meeting_circle_id_starts_at", "circle_id", "starts_at"),
        sa.Index("ix_meeting_state_starts_at", "state", "starts_at"),
        sa.Index("ix_meeting_settles_at", "settles_at"),
    )

    organisation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    circle_id: Mapped[int] = mapped_column(sa.ForeignKey("circle.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(sa.String(10), default="planned")
    planned_on: Mapped[
        date | None
    ]  # the day the rhythm gave, kept when the meeting moves; None: an extra meeting
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(sa.String(200), default="")
    subject: Mapped[str] = mapped_column(sa.String(12), default="situation")
    theme_id: Mapped[int | None] = mapped_column(sa.ForeignKey("theme.id", ondelete="SET NULL"), index=True)
    theme_version_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("theme_version.id", ondelete="SET NULL")
    )
    question_sealed: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    chosen: Mapped[bool] = mapped_column(
        default=False
    )  # the circle chose the subject; else it is our suggestion
    host_left_open: Mapped[bool] = mapped_column(
        default=False
    )  # nobody leads, on purpose: planning suggests no one
    scribe_left_open: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)  # of time, place and subject, for edits at once
    uid: Mapped[str] = mapped_column(sa.String(80), unique=True)
    sequence: Mapped[int] = mapped_column(default=0)  # the one counter: every change a client must notice
    announced_sequence: Mapped[int] = mapped_column(
        default=0
    )  # what every seated person is to have been told
    stamped_at: Mapped[datetime]  # DTSTAMP of everything told at this sequence
    settles_at: Mapped[datetime | None]  # None: nothing waits; else when the quiet minute of a change is over
    begun_at: Mapped[datetime | None]
    held_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]  # skipped or cancelled then
    vevent: Mapped[str] = mapped_column(sa.Text, default="")  # as feeds show it, rendered when it changes

    circle: Mapped[Circle] = relationship()
    theme: Mapped[Theme | None] = relationship()
    theme_version: Mapped[ThemeVersion | None] = relationship()
    turns: Mapped[list[Turn]] = relationship(back_populates="meeting")
    question = SealedText("question_sealed")

    def sealed_to(self) -> str:
        return f"{self.organisation_id}/meeting/{self.public_id}"

    @property
    def is_open(self) -> bool:
        """Still to be held, or going on."""
        return self.state in {"planned", "begun"}

    def has_begun(self, now: datetime) -> bool:
        """Somebody pressed Begin, or the clock says so; a meeting called off never begins."""
        return self.state in {"begun", "held"} or (self.state == "planned" and now >= self.starts_at)

    def may_begin(self, now: datetime) -> bool:
        """The button Begin makes sense: from half an hour before until the end."""
        return self.state == "planned" and self.starts_at - BEGINS_EARLY <= now < self.ends_at

    def turn_of(self, role: str) -> Turn | None:
        """Who has this turn, None when nobody does."""
        return next((turn for turn in self.turns if turn.role == role), None)

    @property
    def left_open(self) -> frozenset[RoleName]:
        """Turns that people left open on purpose."""
        chosen: dict[RoleName, bool] = {"host": self.host_left_open, "scribe": self.scribe_left_open}
        return frozenset(role for role, is_open in chosen.items() if is_open)

    def leave_open(self, role: RoleName, is_open: bool = True) -> None:
        """Nobody has this turn, on purpose; or it may be suggested again."""
        if role == "host":
            self.host_left_open = is_open
        else:
            self.scribe_left_open = is_open

    def notice(self, now: datetime) -> None:
        """Every seated person is to be told anew, once the quiet minute is over. Edits within it count as one."""
        if self.settles_at is None:
            self.sequence += 1
            self.announced_sequence = self.sequence
        self.stamped_at = now
        self.settles_at = now + QUIET_MINUTE

    def count_on(self, now: datetime) -> None:
        """Somebody joins or leaves: the counter rises for them alone; nobody else is due."""
        self.sequence += 1
        self.stamped_at = now


class Invitation(Model):
    """What one person was last told about one meeting."""

    __tablename__ = "invitation"
    __table_args__ = (
        sa.UniqueConstraint("meeting_id", "person_id"),
        closed_set("known_method", "method", ("REQUEST", "CANCEL")),
    )

    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    uid: Mapped[str] = mapped_column(sa.String(80))
    organizer: Mapped[str] = mapped_column(sa.String(254))  # address, kept for ever once told
    sequence: Mapped[int]
    method: Mapped[str] = mapped_column(sa.String(8))
    stamped_at: Mapped[datetime]
    starts_at: Mapped[datetime]  # what we told them; where a move started from
    queued_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]

    meeting: Mapped[Meeting] = relationship()
    person: Mapped[Person] = relationship()


class Reply(HasPublicId, Model):
    """Whether somebody comes. It counts for the time it was given for: an old yes does not survive a move."""

    __tablename__ = "reply"
    __table_args__ = (
        sa.UniqueConstraint("meeting_id", "person_id"),
        closed_set("known_answer", "answer", ANSWERS),
        closed_set("known_way", "way", ("web", "link", "mail")),
    )

    organisation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    answer: Mapped[str] = mapped_column(sa.String(6))
    note_sealed: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    way: Mapped[str] = mapped_column(sa.String(4))
    for_starts_at: Mapped[datetime]  # the time the answer was given for
    answered_at: Mapped[datetime]
    sequence: Mapped[int | None]  # of the REPLY that came by mail; None: answered on a page
    stamped_at: Mapped[datetime | None]  # DTSTAMP of that REPLY

    person: Mapped[Person] = relationship()
    meeting: Mapped[Meeting] = relationship()
    note = SealedText("note_sealed")

    def sealed_to(self) -> str:
        return f"{self.organisation_id}/reply/{self.public_id}"


class Turn(Model):
    """Who leads or records one meeting. Done when the meeting was held."""

    __tablename__ = "turn"
    __table_args__ = (sa.UniqueConstraint("meeting_id", "role"), closed_set("known_role", "role", TURNS))

    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id", ondelete="CASCADE"))
    role: Mapped[RoleName] = mapped_column(sa.String(6))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    chosen: Mapped[bool] = mapped_column(default=False)  # people chose it; else it is our suggestion

    meeting: Mapped[Meeting] = relationship(back_populates="turns")
    person: Mapped[Person] = relationship()


class Preparation(HasPublicId, Model):
    """One person's own note before a meeting. Only its author reads it."""

    __tablename__ = "preparation"
    __table_args__ = (sa.UniqueConstraint("meeting_id", "person_id"),)

    organisation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    brings: Mapped[bool] = mapped_column(default=False)  # "ik wil iets inbrengen", which the circle sees
    written_at: Mapped[datetime]
    note_sealed: Mapped[bytes | None] = mapped_column(sa.LargeBinary)

    person: Mapped[Person] = relationship()
    note = SealedText("note_sealed")

    def sealed_to(self) -> str:
        return f"{self.organisation_id}/preparation/{self.public_id}"


class Attendance(Model):
    """Who was there, noted by the circle or the person; never derived from replies or logins."""

    __tablename__ = "attendance"
    __table_args__ = (sa.UniqueConstraint("meeting_id", "person_id"),)

    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    present: Mapped[bool]
    noted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    noted_at: Mapped[datetime]


class FeedToken(HasPublicId, Model):
    """A calendar link: the address holds the token, this row its hash and what makes a 304 cheap."""

    __tablename__ = "feed_token"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    name: Mapped[str] = mapped_column(sa.String(60), default="")  # which device; empty: not named
    made_at: Mapped[datetime]
    edition: Mapped[int] = mapped_column(default=1)  # rises when an event in the feed changes
    changed_at: Mapped[datetime]  # Last-Modified of this edition
    used_on: Mapped[date | None]  # last use, written at most once a day
    revoked_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()
