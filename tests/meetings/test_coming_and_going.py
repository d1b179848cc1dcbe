"""Who joins, pauses, leaves or comes back is told for themselves alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from circles.extensions import db
from circles.meetings.models import FeedToken
from circles.meetings.services import changing, feeds
from circles.membership.services import seats
from tests.meetings.conftest import Told, calendars, seat_of


@pytest.fixture
def coming(world, cast, worker, meeting, now):
    """Three coming meetings of which everybody knows, and one that was held."""
    world.meeting(cast.circle, now - timedelta(days=20), state="held")
    others = [world.meeting(cast.circle, now + timedelta(days=days)) for days in (38, 66)]
    assert len(worker.round()) == 9
    return [meeting, *others]


def said(told: list[Told]) -> list[tuple[str, str | None, str | None, int | None]]:
    """To whom, which method, about which event, at which sequence."""
    return sorted((one.to, one.method, one.uid, one.sequence) for one in calendars(told))


def each(name: str, method: str, meetings, sequence: int) -> list[tuple[str, str, str, int]]:
    return sorted((name, method, meeting.uid, sequence) for meeting in meetings)


def test_who_leaves_gets_a_cancellation_alone_for_each_coming_meeting(cast, coming, worker, time):
    seats.leave(seat_of(cast.circle, cast.bob), time.now)
    assert said(worker.round(seconds=10)) == each("bob", "CANCEL", coming, 1)
    assert calendars(worker.round(minutes=5)) == []


def test_the_others_keep_their_meetings(cast, coming, worker, time):
    seats.leave(seat_of(cast.circle, cast.bob), time.now)
    worker.round(minutes=2)
    assert {meeting.state for meeting in coming} == {"planned"}


def test_a_leaver_who_was_not_invited_is_not_cancelled(cast, worker, meeting, time):
    seats.leave(seat_of(cast.circle, cast.bob), time.now)
    assert {one.to for one in calendars(worker.round())} == {"alice", "carol"}


def test_who_comes_back_gets_the_same_events_at_a_higher_sequence(cast, coming, worker, time):
    seats.leave(seat_of(cast.circle, cast.bob), time.now)
    worker.round(minutes=2)
    seats.sit_down(cast.circle, cast.bob, time.now)
    assert said(worker.round(minutes=2)) == each("bob", "REQUEST", coming, 2)


def test_who_left_and_came_back_between_two_rounds_hears_nothing(cast, coming, worker, time):
    seats.leave(seat_of(cast.circle, cast.bob), time.now)
    seats.sit_down(cast.circle, cast.bob, time.now)
    assert calendars(worker.round(minutes=2)) == []


def test_a_late_joiner_gets_each_coming_meeting_and_the_others_hear_nothing(cast, coming, worker, time):
    seats.sit_down(cast.circle, cast.dan, time.now)
    assert said(worker.round(seconds=10)) == each("dan", "REQUEST", coming, 1)
    assert calendars(worker.round(minutes=5)) == []


def test_a_late_joiner_comes_after_a_change_at_one_sequence_for_all(cast, coming, worker, time):
    first = coming[0]
    changing.reschedule(
        first,
        cast.bob,
        starts_at=first.starts_at + timedelta(days=1),
        ends_at=first.ends_at + timedelta(days=1),
        place="",
        based_on=first.version,
        now=time.now,
    )
    seats.sit_down(cast.circle, cast.dan, time.now)
    told = worker.round(minutes=2)
    assert [(one.to, one.sequence, one.kind) for one in told if one.uid == first.uid] == [
        ("alice", 1, "meeting_update"),
        ("bob", 1, "meeting_update"),
        ("carol", 1, "meeting_update"),
        ("dan", 1, "meeting_invitation"),
    ]


def test_after_somebody_left_and_somebody_joined_a_move_is_above_all_that_was_told(
    cast, coming, worker, time
):
    seats.leave(seat_of(cast.circle, cast.bob), time.now)
    worker.round(minutes=2)
    seats.sit_down(cast.circle, cast.dan, time.now)
    worker.round(minutes=2)
    first = coming[0]
    changing.skip(first, cast.carol, time.now)
    told = [one for one in worker.round(minutes=2) if one.uid == first.uid]
    assert said(told) == [(name, "CANCEL", first.uid, 3) for name in ("alice", "carol", "dan")]


def test_who_pauses_has_no_meetings_until_coming_back(cast, coming, worker, time):
    seats.pause(seat_of(cast.circle, cast.bob), time.now)
    assert said(worker.round(minutes=2)) == each("bob", "CANCEL", coming, 1)
    seats.come_back(seat_of(cast.circle, cast.bob))
    assert said(worker.round(minutes=2)) == each("bob", "REQUEST", coming, 2)


def test_a_leaver_hears_nothing_of_later_changes(cast, coming, worker, time):
    seats.leave(seat_of(cast.circle, cast.bob), time.now)
    worker.round(minutes=2)
    changing.skip(coming[0], cast.carol, time.now)
    assert {one.to for one in worker.round(minutes=2)} == {"alice", "carol"}


def test_the_calendar_links_of_who_joins_and_who_leaves_have_news(cast, coming, worker, time, session):
    for person in (cast.alice, cast.bob, cast.dan):
        feeds.make_feed(person, time.now)
    before = editions(session)
    seats.leave(seat_of(cast.circle, cast.bob), time.now)
    seats.sit_down(cast.circle, cast.dan, time.now)
    worker.round(seconds=10)
    news = {person_id for person_id, edition in editions(session).items() if edition > before[person_id]}
    assert news == {cast.bob.id, cast.dan.id}


def editions(session) -> dict[int, int]:
    db.session.expire_all()
    return dict(session.execute(sa.select(FeedToken.person_id, FeedToken.edition)).all())
