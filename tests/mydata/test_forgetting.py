"""What is kept for a time only: just before its term it is there, just after it is gone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from circles.conclusions import services as conclusions
from circles.conclusions.models import Conclusion
from circles.database import Model
from circles.extensions import db
from circles.mail.models import OutboxMail
from circles.mail.outbox import Recipient, Written, enqueue
from circles.membership.models import Circle
from circles.people.models import Attempt, AuditEntry, SignIn, SignInCode
from circles.people.services import limits, signing_in
from tests.factories import Cast, World
from tests.mydata.conftest import tick

LATE = timedelta(hours=1)  # the job runs once an hour


def a_code(cast: Cast, world: World, now: datetime) -> None:
    signing_in.make_code("bob@delinde.example", browser="x", now=now)


def an_attempt(cast: Cast, world: World, now: datetime) -> None:
    limits.note_attempt(what="code", email="bob@delinde.example", address="10.0.0.1", now=now)


def a_session(cast: Cast, world: World, now: datetime) -> None:
    signing_in.sign_in(cast.bob, device="Firefox", now=now)


def a_line_of_the_trail(cast: Cast, world: World, now: datetime) -> None:
    signing_in.audit("signed in", person=cast.bob, now=now)


def a_code_mail(cast: Cast, world: World, now: datetime) -> None:
    _mail("sign_in_code", now)


def a_mail(cast: Cast, world: World, now: datetime) -> None:
    _mail("circle_news", now)


def something_deleted(cast: Cast, world: World, now: datetime) -> None:
    held = world.meeting(cast.circle, now, state="held")
    kept = conclusions.record(held, cast.bob, kind="insight", text="Even.", now=now)
    conclusions.delete(kept, cast.bob, now)


def an_ended_circle(cast: Cast, world: World, now: datetime, *, months: int = 24) -> None:
    ended = world.circle(cast.frank, name="Voorbij", stage="ended", ended_at=now, kept_months=months)
    held = world.meeting(ended, now, state="held")
    conclusions.record(held, cast.frank, kind="insight", text="Wat bleef.", now=now)


def _mail(kind: str, now: datetime) -> None:
    to, written = (
        Recipient("bob@delinde.example", "Bob", "nl"),
        Written("Vakcirkel", "Code 123 456", "<p>Hoi</p>"),
    )
    enqueue(key=f"{kind}:1", kind=kind, to=to, written=written, now=now)


BODIES = sa.select(OutboxMail.id).where(OutboxMail.text != "")
LOG_OF_ENDED = sa.select(Conclusion.id).join(Circle).where(Circle.ended_at.is_not(None))


@pytest.mark.parametrize(
    ("make", "kept", "term"),
    [
        pytest.param(a_code, sa.select(SignInCode.id), timedelta(minutes=20), id="codes"),
        pytest.param(an_attempt, sa.select(Attempt.id), timedelta(minutes=30), id="attempts"),
        pytest.param(a_session, sa.select(SignIn.id), timedelta(days=14, minutes=10), id="sessions"),
        pytest.param(a_line_of_the_trail, sa.select(AuditEntry.id), timedelta(days=365), id="trail"),
        pytest.param(a_code_mail, sa.select(OutboxMail.id), timedelta(days=1), id="mail with a code"),
        pytest.param(a_mail, BODIES, timedelta(days=30), id="what a mail said"),
        pytest.param(a_mail, sa.select(OutboxMail.id), timedelta(days=365), id="that a mail was"),
        pytest.param(
            something_deleted, sa.select(Conclusion.id), timedelta(days=30), id="deleted conclusions"
        ),
        pytest.param(an_ended_circle, LOG_OF_ENDED, timedelta(days=730), id="log of an ended circle"),
    ],
)
def test_it_is_there_for_its_term_and_then_it_is_gone(
    app, cast, world, now, make: Callable[..., None], kept: sa.Select[tuple[int]], term: timedelta
):
    make(cast, world, now)
    tick(app, now)
    assert db.session.scalars(kept).all() != []
    tick(app, now + term - timedelta(seconds=1))
    assert db.session.scalars(kept).all() != []
    tick(app, now + term + timedelta(seconds=1))
    assert db.session.scalars(kept).all() == []


@pytest.mark.parametrize(("months", "days"), [(6, 183), (12, 365), (24, 730), (60, 1826)])
def test_an_ended_circle_is_kept_as_long_as_it_chose(app, cast, world, now, months, days):
    an_ended_circle(cast, world, now, months=months)
    ended = db.session.scalars(sa.select(Circle).where(Circle.ended_at.is_not(None))).one()
    assert ended.kept_until == now + timedelta(days=days)
    tick(app, now + timedelta(days=days) - timedelta(seconds=1))
    assert db.session.scalars(LOG_OF_ENDED).all() != []
    tick(app, now + timedelta(days=days) + timedelta(seconds=1))
    assert db.session.scalars(LOG_OF_ENDED).all() == []


def test_an_ended_circle_takes_everything_along_and_leaves_the_others(app, cast, world, now):
    before = _counts()
    an_ended_circle(cast, world, now)
    db.session.flush()
    assert _counts() != before
    tick(app, now + timedelta(days=731))
    assert _counts() == before


def _counts() -> dict[str, int]:
    tables = [
        table
        for table in Model.metadata.sorted_tables
        if table.name in {"circle", "seat", "meeting", "conclusion"}
    ]
    return {table.name: db.session.scalar(sa.select(sa.func.count()).select_from(table)) for table in tables}


def test_a_mail_that_waits_is_not_forgotten(app, cast, now):
    _mail("sign_in_code", now)
    from circles.mail.services import forget_rows

    assert forget_rows(now + timedelta(days=400)) == 0
