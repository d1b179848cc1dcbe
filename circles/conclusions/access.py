"""Who reads the log: an open seat all of it, a closed seat what was kept while seated, everybody else nothing."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from flask import abort
from sqlalchemy.orm import aliased, contains_eager, joinedload

from circles.conclusions.models import DELETED_FOR, Conclusion
from circles.conclusions.queries import as_last_read, readable_by
from circles.extensions import db
from circles.meetings.models import Meeting
from circles.membership.models import Circle, Seat
from circles.people.models import Person


def conclusion_for(person: Person, public_id: str) -> Conclusion:
    """A conclusion that stands and that this person may read, as far as they may; or 404."""
    found = db.session.scalar(
        sa.select(Conclusion)
        .join(Conclusion.circle)
        .join(Conclusion.meeting)
        .where(Conclusion.public_id == public_id, Conclusion.deleted_at.is_(None), readable_by(person))
        .options(
            contains_eager(Conclusion.circle),
            contains_eager(Conclusion.meeting).joinedload(Meeting.theme_version),
            joinedload(Conclusion.recorder),
            joinedload(Conclusion.owner),
            joinedload(Conclusion.case_owner),
        )
    ) or abort(404)
    return as_last_read(person, [found])[0]


def own_conclusion_for(person: Person, public_id: str) -> Conclusion:
    """A conclusion of a circle in which this person sits now, to change it or bring it back; or 404."""
    seat = aliased(Seat)
    found = db.session.scalar(
        sa.select(Conclusion)
        .join(Conclusion.circle)
        .join(seat, sa.and_(seat.circle_id == Circle.id, seat.person_id == person.id, seat.left_at.is_(None)))
        .where(Conclusion.public_id == public_id)
        .options(
            contains_eager(Conclusion.circle),
            joinedload(Conclusion.meeting),
            joinedload(Conclusion.case_owner),
        )
    )
    return found or abort(404)


def removed_for(person: Person, now: datetime) -> list[Conclusion]:
    """What this person may still bring back, the latest removed first.

    It was removed from circles in which they sit now. What came from a situation and was taken back by who brought it,
    is shown to that person alone.
    """
    seat = aliased(Seat)
    taken_back = sa.func.coalesce(Conclusion.deleted_by_id == Conclusion.case_owner_id, sa.false())
    return list(
        db.session.scalars(
            sa.select(Conclusion)
            .join(Conclusion.circle)
            .join(
                seat,
                sa.and_(seat.circle_id == Circle.id, seat.person_id == person.id, seat.left_at.is_(None)),
            )
            .where(
                Conclusion.deleted_at >= now - DELETED_FOR,
                sa.or_(~taken_back, Conclusion.case_owner_id == person.id),
            )
            .options(
                contains_eager(Conclusion.circle),
                joinedload(Conclusion.meeting),
                joinedload(Conclusion.recorder),
                joinedload(Conclusion.owner),
                joinedload(Conclusion.case_owner),
                joinedload(Conclusion.deleted_by),
            )
            .order_by(Conclusion.deleted_at.desc(), Conclusion.id.desc())
        )
    )


def situation_of(person: Person, public_id: str) -> Conclusion:
    """What was kept from a situation this person brought, to take it back; or 404.

    The situation stays theirs: it needs no seat, and no spelregel takes it away.
    """
    found = db.session.scalar(
        sa.select(Conclusion).where(Conclusion.public_id == public_id, Conclusion.case_owner_id == person.id)
    )
    return found or abort(404)
