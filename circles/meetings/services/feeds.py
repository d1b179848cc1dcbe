"""Calendar links: one token a person, shown once, stored hashed."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from circles.database import fingerprint
from circles.extensions import db
from circles.ids import new_token
from circles.meetings import ics
from circles.meetings.models import FeedToken, Meeting
from circles.membership.models import Circle, Seat
from circles.people.models import Person

PAST = timedelta(days=90)


def make_feed(person: Person, now: datetime) -> str:
    """A new link; the one before stops working. Yields its token, which is not to be had again."""
    revoke_feeds(person, now)
    token = new_token()
    db.session.add(FeedToken(person_id=person.id, token_hash=fingerprint(token), made_at=now, changed_at=now))
    return token


def revoke_feeds(person: Person, now: datetime) -> None:
    """Ends the link at once."""
    db.session.execute(
        sa.update(FeedToken)
        .where(FeedToken.person_id == person.id, FeedToken.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def feed_of(person: Person) -> FeedToken | None:
    """The person's link, None when there is none."""
    return db.session.scalar(
        sa.select(FeedToken).where(FeedToken.person_id == person.id, FeedToken.revoked_at.is_(None))
    )


def feed_behind(token: str) -> FeedToken | None:
    """The link with that token while it works and its person's account is open. One query."""
    return db.session.scalar(
        sa.select(FeedToken)
        .join(FeedToken.person)
        .where(
            FeedToken.token_hash == fingerprint(token),
            FeedToken.revoked_at.is_(None),
            Person.disabled_at.is_(None),
        )
    )


def etag_of(feed: FeedToken, now: datetime) -> str:
    """Changes when an event in the feed does, and once a day when the window moves on."""
    return f"{feed.public_id}-{feed.edition}-{now:%Y%m%d}"


def feed_bytes(feed: FeedToken, now: datetime) -> bytes:
    """The past ninety days and all that is coming, of the circles in which the person sits. Joins stored text."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    events = db.session.scalars(
        sa.select(Meeting.vevent)
        .join(Circle)
        .join(Seat, sa.and_(Seat.circle_id == Circle.id, Seat.left_at.is_(None)))
        .where(Seat.person_id == feed.person_id, Meeting.vevent != "", Meeting.ends_at > today - PAST)
        .order_by(Meeting.starts_at, Meeting.id)
    )
    return ics.feed(events, name="Vakcirkels")
