"""Reminders: at nine on the reader's own clock, to whom they are of use, once, and for the time that stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from circles.extensions import db
from circles.meetings.models import Meeting, Reply, Turn
from circles.meetings.services import changing, reminding, replies
from circles.membership.services import seats
from circles.people.models import MutedMail
from tests.meetings.conftest import Told, seat_of

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
STARTS_AT = datetime(2027, 3, 11, 14, 0, tzinfo=AMSTERDAM)
THREE_DAYS = datetime(2027, 3, 8, 9, 0, tzinfo=AMSTERDAM)
DAY_BEFORE = datetime(2027, 3, 10, 9, 0, tzinfo=AMSTERDAM)


@pytest.fixture
def meeting(world, cast, worker) -> Meeting:
    """On 11 March at two in Amsterdam, and everybody was invited on the first."""
    meeting = world.meeting(cast.circle, STARTS_AT.astimezone(UTC))
    worker.round()
    return meeting


def answer(meeting, person, choice, now) -> Reply:
    return replies.answer(meeting, person, answer=choice, way="web", now=now)


def reminded(told: list[Told]) -> list[tuple[str, str]]:
    return sorted((one.to, one.kind) for one in told if "reminder" in one.kind)


def reminders(*names: str) -> list[tuple[str, str]]:
    return [(name, "meeting_reminder") for name in names]


def test_three_days_before_who_did_not_answer_or_has_a_turn(world, cast, meeting, worker, time):
    answer(meeting, cast.alice, "yes", time.now)
    answer(meeting, cast.bob, "yes", time.now)
    give(world, meeting, cast.bob, "host")
    assert reminded(worker.round_at(THREE_DAYS - timedelta(seconds=1))) == []
    told = worker.round_at(THREE_DAYS)
    assert reminded(told) == reminders("bob", "carol")
    texts = {one.to: one.mail.text for one in told}
    assert all("Over drie dagen komt je vakcirkel bij elkaar:" in text for text in texts.values())
    assert ["Jij leidt het gesprek" in texts[name] for name in ("bob", "carol")] == [True, False]
    assert ["?keuze=yes" in texts[name] for name in ("bob", "carol")] == [False, True]


def give(world, meeting, person, role) -> None:
    meeting.turns.append(Turn(meeting_id=meeting.id, person_id=person.id, role=role, chosen=True))


def test_who_has_a_turn_and_cannot_come_is_not_reminded_of_it(world, cast, meeting, worker, time):
    give(world, meeting, cast.bob, "host")
    answer(meeting, cast.bob, "no", time.now)
    assert ("bob", "meeting_reminder") not in reminded(worker.round_at(THREE_DAYS))


def test_the_day_before_everybody_who_may_come(cast, meeting, worker, time):
    for person, choice in ((cast.alice, "yes"), (cast.bob, "no")):
        answer(meeting, person, choice, time.now)
    seats.sit_down(cast.circle, cast.dan, time.now)
    answer(meeting, cast.dan, "maybe", time.now)
    worker.round()
    worker.round_at(THREE_DAYS)
    told = worker.round_at(DAY_BEFORE)
    assert reminded(told) == reminders("alice", "carol", "dan")
    assert all("Morgen komt je vakcirkel bij elkaar:" in one.mail.text for one in told)


def test_never_twice(meeting, worker):
    assert len(worker.round_at(THREE_DAYS)) == 3
    assert worker.round(minutes=1) == []
    assert worker.round(hours=3) == []
    assert len(worker.round_at(DAY_BEFORE)) == 3
    assert worker.round(minutes=1) == []
    assert worker.round_at(STARTS_AT - timedelta(minutes=1)) == []


def test_a_worker_that_was_away_makes_up_for_it_the_same_day_and_no_later(meeting, worker):
    assert len(worker.round_at(THREE_DAYS + timedelta(hours=6))) == 3
    assert worker.round_at(DAY_BEFORE + timedelta(days=1)) == []  # "tomorrow" would be untrue


def test_nine_is_on_the_readers_own_clock(cast, meeting, worker):
    cast.carol.zone = "America/New_York"
    assert reminded(worker.round_at(DAY_BEFORE)) == reminders("alice", "bob")
    new_york = datetime(2027, 3, 10, 9, 0, tzinfo=ZoneInfo("America/New_York"))
    assert worker.round_at(new_york - timedelta(seconds=1)) == []
    assert reminded(worker.round_at(new_york)) == reminders("carol")


@pytest.mark.parametrize(
    ("starts_at", "nine"),
    [
        (datetime(2027, 3, 29, 14, 0, tzinfo=AMSTERDAM), datetime(2027, 3, 28, 7, 0, tzinfo=UTC)),
        (datetime(2027, 3, 28, 14, 0, tzinfo=AMSTERDAM), datetime(2027, 3, 27, 8, 0, tzinfo=UTC)),
        (datetime(2027, 11, 1, 14, 0, tzinfo=AMSTERDAM), datetime(2027, 10, 31, 8, 0, tzinfo=UTC)),
    ],
)
def test_nine_is_nine_around_a_change_of_the_clock(starts_at, nine):
    assert reminding.nine_o_clock(starts_at, "Europe/Amsterdam", 1).astimezone(UTC) == nine


def test_none_for_who_was_invited_within_twelve_hours_before(cast, meeting, worker):
    worker.round_at(DAY_BEFORE - timedelta(hours=12) + timedelta(seconds=1))
    seats.sit_down(cast.circle, cast.dan, worker.time.now)
    worker.round()
    assert reminded(worker.round_at(DAY_BEFORE)) == reminders("alice", "bob", "carol")
    assert worker.round(hours=12) == []  # nor in the evening


def test_a_late_joiner_is_reminded_like_the_others(cast, meeting, worker):
    worker.round_at(DAY_BEFORE - timedelta(hours=13))
    seats.sit_down(cast.circle, cast.dan, worker.time.now)
    assert [one.to for one in worker.round()] == ["dan"]
    assert reminded(worker.round_at(DAY_BEFORE)) == reminders("alice", "bob", "carol", "dan")


def test_none_after_it_was_called_off(cast, meeting, worker):
    worker.round_at(DAY_BEFORE - timedelta(minutes=5))
    changing.skip(meeting, cast.bob, worker.time.now)
    assert reminded(worker.round_at(DAY_BEFORE)) == []
    assert reminded(worker.round(minutes=10)) == []


def test_none_while_a_change_is_waiting_to_be_told(cast, meeting, worker):
    worker.time.to(DAY_BEFORE - timedelta(seconds=20))
    changing.skip(meeting, cast.bob, worker.time.now)
    assert worker.round_at(DAY_BEFORE) == []


def test_none_for_a_meeting_that_was_called_off_since_it_was_found_due(cast, meeting, worker, session):
    worker.time.to(DAY_BEFORE)
    assert reminding.meetings_to_remind_of(worker.time.now) == [meeting.id]
    changing.skip(meeting, cast.bob, worker.time.now)
    session.commit()
    worker.in_its_own_context(lambda: (reminding.remind(meeting.id, worker.time.now), db.session.commit()))
    assert reminded(worker.new()) == []


def test_none_for_who_left_or_pauses(cast, meeting, worker, time):
    seats.leave(seat_of(cast.circle, cast.bob), time.now)
    seats.pause(seat_of(cast.circle, cast.carol), time.now)
    worker.round(minutes=2)
    assert reminded(worker.round_at(DAY_BEFORE)) == reminders("alice")


def test_after_a_move_the_reminder_is_for_the_time_that_stands(cast, meeting, worker):
    assert len(worker.round_at(DAY_BEFORE)) == 3
    later = STARTS_AT + timedelta(days=7)
    changing.reschedule(
        meeting,
        cast.bob,
        starts_at=later,
        ends_at=later + timedelta(minutes=90),
        place="",
        based_on=meeting.version,
        now=worker.time.now,
    )
    worker.round(minutes=2)
    assert reminded(worker.round_at(DAY_BEFORE + timedelta(days=1))) == []
    told = worker.round_at(DAY_BEFORE + timedelta(days=7))
    assert reminded(told) == reminders("alice", "bob", "carol")
    assert {one.mail.subject for one in told} == {"Herinnering: Vakcirkel, donderdag 18 maart, 14.00 uur"}


def test_a_yes_to_the_earlier_time_does_not_silence_the_question(cast, meeting, worker, time):
    answer(meeting, cast.alice, "yes", time.now)
    changing.reschedule(
        meeting,
        cast.bob,
        starts_at=STARTS_AT + timedelta(hours=1),
        ends_at=STARTS_AT + timedelta(hours=2),
        place="",
        based_on=meeting.version,
        now=time.now,
    )
    worker.round(minutes=2)
    assert reminded(worker.round_at(THREE_DAYS)) == reminders("alice", "bob", "carol")


def test_who_wants_none_gets_none(cast, meeting, session, worker):
    session.add(MutedMail(person_id=cast.bob.id, kind="reminder"))
    assert reminded(worker.round_at(DAY_BEFORE)) == reminders("alice", "carol")


def test_a_reminder_ends_by_one_click(cast, meeting, worker):
    one = worker.round_at(DAY_BEFORE)[0]
    headers = dict(one.mail.headers)
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["List-Unsubscribe"].startswith("<http://localhost/afmelden/")


def test_the_morning_after_who_records_is_asked_what_to_keep(world, cast, meeting, worker):
    give(world, meeting, cast.carol, "scribe")
    worker.round_at(STARTS_AT)
    changing.begin(meeting, worker.time.now)
    assert worker.round_at(meeting.ends_at) == []
    assert meeting.state == "held"
    morning = datetime(2027, 3, 12, 9, 0, tzinfo=AMSTERDAM)
    assert worker.round_at(morning - timedelta(seconds=1)) == []
    assert reminded(worker.round_at(morning)) == [("carol", "record_reminder")]
    assert worker.round(hours=1) == []


def test_of_a_meeting_that_nobody_began_it_is_asked_once(world, cast, meeting, worker):
    give(world, meeting, cast.bob, "host")
    worker.round_at(STARTS_AT)
    told = worker.round_at(meeting.ends_at)
    assert [(one.to, one.kind) for one in told] == [("bob", "held_question")]
    assert worker.round(days=1) == []
    worker.round(days=14)
    assert meeting.state == "skipped"
