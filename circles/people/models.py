"""Who takes part: organisations, the crafts and departments in them, and the people."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_login import UserMixin
from sqlalchemy.orm import Mapped, mapped_column, relationship

from circles.database import HasPublicId, Model, closed_set

ROLES = ("administrator", "viewer")
LARGE_ORGANISATION = 500  # people; from here on figures need 10 people instead of 5


class Organisation(HasPublicId, Model):
    """Where the craft is practised. A circle belongs to exactly one."""

    __tablename__ = "organisation"
    __table_args__ = (sa.CheckConstraint("k >= 5", name="k_has_a_floor"),)

    slug: Mapped[str] = mapped_column(sa.String(60), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    zone: Mapped[str] = mapped_column(sa.String(60), default="Europe/Amsterdam")
    region: Mapped[str] = mapped_column(
        sa.String(12), default="NL"
    )  # public holidays, as the holidays package names it
    locale: Mapped[str] = mapped_column(sa.String(2), default="nl")
    k: Mapped[int] = mapped_column(default=5)  # smallest group in any figure; may only be raised
    working_time: Mapped[str] = mapped_column(
        sa.String(200), default=""
    )  # shown in invitations; empty: nothing said
    hotspot_name: Mapped[str] = mapped_column(sa.String(60), default="hotspot")
    created_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]  # None while the organisation stays; else when everything is erased

    domains: Mapped[list[MailDomain]] = relationship(
        back_populates="organisation", order_by="MailDomain.domain"
    )
    quiet_weeks: Mapped[list[QuietPeriod]] = relationship(order_by="QuietPeriod.starts_on")


class MailDomain(Model):
    """People with an address in this domain may sign up themselves."""

    __tablename__ = "mail_domain"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "domain"),)

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id", ondelete="CASCADE"))
    domain: Mapped[str] = mapped_column(sa.String(120), index=True)  # lower case

    organisation: Mapped[Organisation] = relationship(back_populates="domains")


class QuietPeriod(Model):
    """Days on which the organisation plans no meetings, such as school holidays."""

    __tablename__ = "quiet_period"
    __table_args__ = (sa.CheckConstraint("ends_on >= starts_on", name="ends_after_it_starts"),)

    organisation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(sa.String(80))
    starts_on: Mapped[date]
    ends_on: Mapped[date]  # last quiet day


class Department(HasPublicId, Model):
    """Part of an organisation. Its head-count is all that is known of people who did not join."""

    __tablename__ = "department"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "name"),)

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(sa.String(120))


class HeadCount(Model):
    """How many people a department had at the close of a quarter: a bare number."""

    __tablename__ = "head_count"
    __table_args__ = (
        sa.UniqueConstraint("department_id", "quarter"),
        sa.CheckConstraint("people >= 0", name="not_negative"),
    )

    department_id: Mapped[int] = mapped_column(sa.ForeignKey("department.id", ondelete="CASCADE"))
    quarter: Mapped[str] = mapped_column(sa.String(7))  # "2026-Q4"
    people: Mapped[int]


class Profession(HasPublicId, Model):
    """A craft, shared with peers."""

    __tablename__ = "profession"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "name"),)

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(sa.String(120))


class RelatedProfession(Model):
    """Two crafts close enough to sit in one craft circle; stored once, lower id first."""

    __tablename__ = "related_profession"
    __table_args__ = (
        sa.UniqueConstraint("lower_id", "higher_id"),
        sa.CheckConstraint("lower_id < higher_id", name="stored_once"),
    )

    lower_id: Mapped[int] = mapped_column(sa.ForeignKey("profession.id", ondelete="CASCADE"))
    higher_id: Mapped[int] = mapped_column(sa.ForeignKey("profession.id", ondelete="CASCADE"), index=True)


class Person(HasPublicId, UserMixin, Model):
    """A professional in one organisation. Takes part by own choice, never assigned."""

    __tablename__ = "person"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "email_normalised"),)

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id", ondelete="CASCADE"))
    email: Mapped[str] = mapped_column(sa.String(254))
    email_normalised: Mapped[str] = mapped_column(sa.String(254), index=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    profession_id: Mapped[int | None] = mapped_column(sa.ForeignKey("profession.id", ondelete="SET NULL"))
    department_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("department.id", ondelete="SET NULL"), index=True
    )
    locale: Mapped[str] = mapped_column(sa.String(2), default="nl")  # of pages and mail
    zone: Mapped[str | None] = mapped_column(sa.String(60))  # None: the organisation's
    speaks: Mapped[str] = mapped_column(
        sa.String(20), default="nl"
    )  # "nl", "en" or "nl+en"; empty: not said yet
    meets_online: Mapped[bool | None]  # None: not said yet
    meets_on_site: Mapped[bool | None]
    site: Mapped[str] = mapped_column(sa.String(120), default="")
    craft_years: Mapped[int | None]  # years in the craft, as the person says; None: not said
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))  # None: signs in by code
    joined_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]  # None: may sign in

    organisation: Mapped[Organisation] = relationship()
    profession: Mapped[Profession | None] = relationship()
    department: Mapped[Department | None] = relationship()
    roles: Mapped[list[Role]] = relationship(back_populates="person")
    muted: Mapped[list[MutedMail]] = relationship()

    @property
    def role_names(self) -> frozenset[str]:
        """`administrator`, `viewer`, both or none."""
        return frozenset(role.role for role in self.roles)

    @property
    def first_name(self) -> str:
        """What colleagues say: the first word of the name."""
        return self.name.split()[0] if self.name.split() else self.name

    @property
    def initials(self) -> str:
        """Two letters for the round picture: first and last word of the name."""
        words = self.name.split() or ["?"]
        return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()

    @property
    def wall_zone(self) -> str:
        """The zone on this person's own wall clock."""
        return self.zone or self.organisation.zone

    @property
    def is_active(self) -> bool:
        """May sign in and receives mail."""
        return self.disabled_at is None

    def mutes(self, kind: str) -> bool:
        """Said no to this kind of mail."""
        return any(row.kind == kind for row in self.muted)


class Role(Model):
    """A hat beside being a professional: administrator or viewer of the organisation."""

    __tablename__ = "role"
    __table_args__ = (sa.UniqueConstraint("person_id", "role"), closed_set("known_role", "role", ROLES))

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(sa.String(20))

    person: Mapped[Person] = relationship(back_populates="roles")


class MutedMail(Model):
    """A kind of mail that this person does not want."""

    __tablename__ = "muted_mail"
    __table_args__ = (sa.UniqueConstraint("person_id", "kind"),)

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(sa.String(30))


class Invitee(HasPublicId, Model):
    """A row of the invitation list. Nobody is a Person before saying yes."""

    __tablename__ = "invitee"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "email_normalised"),)

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id", ondelete="CASCADE"))
    email: Mapped[str] = mapped_column(sa.String(254))
    email_normalised: Mapped[str] = mapped_column(sa.String(254), index=True)
    name: Mapped[str] = mapped_column(sa.String(120), default="")
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id", ondelete="SET NULL"))
    profession_id: Mapped[int | None] = mapped_column(sa.ForeignKey("profession.id", ondelete="SET NULL"))
    speaks: Mapped[str] = mapped_column(sa.String(20), default="nl")
    listed_at: Mapped[datetime]
    invited_at: Mapped[datetime | None]  # None: the mail is not queued yet
    accepted_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    withdrawn_at: Mapped[datetime | None]  # None while on the list; forgotten a day later
    upload_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("list_upload.id", ondelete="SET NULL"), index=True
    )  # of the file that put this address on the list; None: another way, or long ago

    organisation: Mapped[Organisation] = relationship()
    department: Mapped[Department | None] = relationship()
    profession: Mapped[Profession | None] = relationship()


class ListUpload(HasPublicId, Model):
    """An uploaded invitation list: read without errors, kept one hour, applied by the worker once confirmed."""

    __tablename__ = "list_upload"

    organisation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    file_name: Mapped[str] = mapped_column(sa.String(120), default="")
    rows: Mapped[list[list[Any]]] = mapped_column(sa.JSON, deferred=True)  # the fields of ListedRow
    uploaded_at: Mapped[datetime] = mapped_column(index=True)
    confirmed_at: Mapped[datetime | None]  # None: only looked at so far
    applied_at: Mapped[datetime | None]  # None: the worker has not been here
    failed_at: Mapped[datetime | None]  # None: nothing went wrong; else nothing of it was taken in
    new: Mapped[int] = mapped_column(default=0)  # what applying came to, in people
    changed: Mapped[int] = mapped_column(default=0)
    members: Mapped[int] = mapped_column(default=0)


class SignInCode(Model):
    """Six digits for one address, in the browser that asked for them: ten minutes, five tries, once."""

    __tablename__ = "sign_in_code"

    email_normalised: Mapped[str] = mapped_column(sa.String(254), index=True)
    browser_hash: Mapped[str] = mapped_column(sa.String(64), index=True)
    code_hash: Mapped[str] = mapped_column(sa.String(64))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]


class SignIn(HasPublicId, Model):
    """A session of one person on one device. The cookie holds the token, this row its hash."""

    __tablename__ = "sign_in"

    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    device: Mapped[str] = mapped_column(sa.String(80), default="")
    signed_in_at: Mapped[datetime]
    seen_at: Mapped[datetime]  # written at most once an hour
    expires_at: Mapped[datetime] = mapped_column(index=True)

    person: Mapped[Person] = relationship()


class Attempt(Model):
    """One try at something that is limited, such as asking for a code. A table, so that limits hold everywhere."""

    __tablename__ = "attempt"
    __table_args__ = (sa.Index("ix_attempt_bucket_made_at", "bucket", "made_at"),)

    bucket: Mapped[str] = mapped_column(sa.String(80))  # what is limited, hashed where it holds an address
    made_at: Mapped[datetime]


class AuditEntry(Model):
    """Sign-ins, exports, role changes and refusals. Never what was said."""

    __tablename__ = "audit_entry"
    __table_args__ = (sa.Index("ix_audit_entry_organisation_id_made_at", "organisation_id", "made_at"),)

    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    detail: Mapped[str] = mapped_column(sa.String(200), default="")
    made_at: Mapped[datetime]
