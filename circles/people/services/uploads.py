"""An uploaded invitation list: looked at first, then applied by the worker, all of it or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from circles.database import lock
from circles.extensions import db
from circles.people.errors import UploadClosed
from circles.people.importing import ListedRow
from circles.people.models import Department, Invitee, ListUpload, Organisation, Person, Profession
from circles.people.services import listing

KEPT = timedelta(hours=1)


@dataclass(frozen=True)
class Outlook:
    """What an uploaded list would do, in people; and which names are new."""

    new: int
    changed: int
    unchanged: int
    members: int
    departments: tuple[str, ...]
    professions: tuple[str, ...]


@dataclass(frozen=True)
class Progress:
    """How far the worker is. `stage`: preview, waiting, inviting, done or failed."""

    stage: str
    done: int  # invitations
    total: int


def keep(
    organisation: Organisation, rows: Sequence[ListedRow], *, file_name: str, now: datetime
) -> ListUpload:
    """An upload to look at. The list itself does not change."""
    upload = ListUpload(
        organisation_id=organisation.id,
        file_name=file_name,
        rows=[list(astuple(row)) for row in rows],
        uploaded_at=now,
    )
    db.session.add(upload)
    db.session.flush()
    return upload


def outlook(upload: ListUpload) -> Outlook:
    """What applying would come to if nothing else changed. Reads the whole list, in four queries."""
    rows = rows_of(upload)
    departments, professions = _names(Department, upload), _names(Profession, upload)
    here = set(
        db.session.scalars(
            sa.select(Person.email_normalised).where(Person.organisation_id == upload.organisation_id)
        )
    )
    known = {
        address: (name, departments.get(department), professions.get(profession), speaks)
        for address, name, department, profession, speaks in db.session.execute(
            sa.select(
                Invitee.email_normalised, Invitee.name, Invitee.department_id, Invitee.profession_id,
                Invitee.speaks,
            ).where(Invitee.organisation_id == upload.organisation_id, Invitee.withdrawn_at.is_(None))
        )
    }  # fmt: skip
    members = sum(row.email_normalised in here for row in rows)
    others = [row for row in rows if row.email_normalised not in here]
    new = sum(row.email_normalised not in known for row in others)
    changed = sum(
        listing.says_something_new(
            (row.name, row.department, row.profession, row.language), known[row.email_normalised]
        )
        for row in others
        if row.email_normalised in known
    )
    return Outlook(
        new=new,
        changed=changed,
        unchanged=len(others) - new - changed,
        members=members,
        departments=_unknown({row.department for row in rows}, departments),
        professions=_unknown({row.profession for row in rows}, professions),
    )


def confirm(upload: ListUpload, now: datetime) -> None:
    """Hands the list to the worker. Confirming twice is confirming once. Raises UploadClosed when it came too late."""
    lock(upload)
    if upload.confirmed_at and not upload.failed_at:
        return
    if now - upload.uploaded_at >= KEPT:
        raise UploadClosed
    upload.confirmed_at, upload.failed_at = now, None


def drop(upload: ListUpload) -> None:
    """Throws an upload away that was only looked at. Raises UploadClosed."""
    lock(upload)
    if upload.confirmed_at:
        raise UploadClosed
    db.session.delete(upload)


def due_uploads(_now: datetime) -> list[int]:
    """Ids of lists that an administrator confirmed and nobody applied yet."""
    return list(
        db.session.scalars(
            sa.select(ListUpload.id)
            .where(
                ListUpload.confirmed_at.is_not(None),
                ListUpload.applied_at.is_(None),
                ListUpload.failed_at.is_(None),
            )
            .order_by(ListUpload.confirmed_at)
        )
    )


def apply_upload(upload_id: int, now: datetime) -> int:
    """Takes in one list, all of it; what the database refuses leaves nothing behind. Yields how many people are new."""
    upload = db.session.get_one(ListUpload, upload_id, with_for_update=True)
    if upload.applied_at or upload.failed_at or not upload.confirmed_at:
        return 0
    organisation = db.session.get_one(Organisation, upload.organisation_id)
    try:
        with db.session.begin_nested():
            outcome = listing.take_in(organisation, rows_of(upload), now=now, upload=upload)
    except (sa.exc.IntegrityError, sa.exc.DataError):
        upload.failed_at = now
        return 0
    upload.applied_at = now
    upload.new, upload.changed, upload.members = outcome.new, outcome.changed, outcome.members
    return outcome.new


def progress(upload: ListUpload) -> Progress:
    """How many invitations of this list were written, of how many."""
    if upload.failed_at:
        return Progress("failed", 0, 0)
    if not upload.confirmed_at:
        return Progress("preview", 0, 0)
    if not upload.applied_at:
        return Progress("waiting", 0, 0)
    waiting = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(Invitee)
        .where(Invitee.upload_id == upload.id, *listing.WAITS_FOR_MAIL)
    )
    done = upload.new - (waiting or 0)
    return Progress("inviting" if waiting else "done", done, upload.new)


def absent(upload: ListUpload) -> list[Invitee]:
    """Who is on the list, did not say yes, and was not in this file; by address."""
    in_file = {row.email_normalised for row in rows_of(upload)}
    listed = db.session.scalars(
        sa.select(Invitee)
        .where(
            Invitee.organisation_id == upload.organisation_id,
            Invitee.accepted_at.is_(None),
            Invitee.withdrawn_at.is_(None),
        )
        .order_by(Invitee.email_normalised)
    )
    return [row for row in listed if row.email_normalised not in in_file]


def forget_uploads(now: datetime) -> int:
    """Deletes lists that were looked at or applied an hour ago. Yields how many."""
    old = now - KEPT
    result = db.session.execute(
        sa.delete(ListUpload).where(
            ListUpload.uploaded_at < old,
            sa.or_(
                ListUpload.confirmed_at.is_(None), ListUpload.applied_at < old, ListUpload.failed_at < old
            ),
        )
    )
    return int(getattr(result, "rowcount", 0))


def rows_of(upload: ListUpload) -> list[ListedRow]:
    """The lines as they were read."""
    return [ListedRow(*values) for values in upload.rows]


def _names(model: type[Department] | type[Profession], upload: ListUpload) -> dict[int | None, str]:
    rows = db.session.execute(
        sa.select(model.id, model.name).where(model.organisation_id == upload.organisation_id)
    )
    return dict(rows.all())


def _unknown(wanted: set[str], known: dict[int | None, str]) -> tuple[str, ...]:
    return tuple(sorted({name for name in wanted if name} - set(known.values())))
