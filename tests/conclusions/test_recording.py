"""Keeping something: from when, what, by whom, and once."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from circles.conclusions import services
from circles.conclusions.errors import MeetingNotBegun
from circles.conclusions.models import Conclusion
from tests.together import together


def record_path(meeting) -> str:
    return f"/bijeenkomst/{meeting.public_id}/conclusies"


def texts(session) -> list[str]:
    session.expire_all()
    return [row.text for row in session.scalars(sa.select(Conclusion).order_by(Conclusion.id))]


def test_nothing_is_kept_before_the_conversation_begins(world, session, cast, now):
    meeting = world.meeting(cast.circle, now + timedelta(minutes=1))
    with pytest.raises(MeetingNotBegun):
        services.record(meeting, cast.bob, kind="insight", text="Te vroeg", now=now)
    assert texts(session) == []


def test_from_its_time_on_a_meeting_takes_conclusions_also_when_nobody_pressed_begin(
    world, session, cast, now, time
):
    meeting = world.meeting(cast.circle, now + timedelta(minutes=1))
    services.record(meeting, cast.bob, kind="insight", text="Op tijd", now=time.forward(minutes=1))
    assert texts(session) == ["Op tijd"]


def test_a_meeting_that_began_early_takes_conclusions_before_its_time(world, session, cast, now):
    meeting = world.meeting(cast.circle, now + timedelta(minutes=20), state="begun")
    services.record(meeting, cast.bob, kind="insight", text="Alvast", now=now)
    assert texts(session) == ["Alvast"]


@pytest.mark.parametrize("state", ["skipped", "cancelled"])
def test_what_did_not_take_place_leaves_nothing(world, session, cast, now, state):
    meeting = world.meeting(cast.circle, now - timedelta(days=1), state=state)
    with pytest.raises(MeetingNotBegun):
        services.record(meeting, cast.bob, kind="insight", text="Nooit gezegd", now=now)
    assert texts(session) == []


@pytest.mark.parametrize("state", ["coming", "skipped"])
def test_who_is_too_early_does_not_lose_what_they_typed(client_for, session, cast, meetings, state):
    answer = client_for(cast.bob).post(
        record_path(getattr(meetings, state)),
        data={"kind": "insight", "text": "Alvast dit", "client_id": "a"},
    )
    assert answer.status_code == 422
    assert "Alvast dit" in answer.text
    assert "Vastleggen kan vanaf het moment dat jullie beginnen." in answer.text
    assert texts(session) == []


@pytest.mark.parametrize("kind", ["insight", "norm", "intention", "question"])
def test_each_kind_is_kept_with_its_meeting_and_recorder(client_for, session, cast, meetings, kind):
    answer = client_for(cast.bob).post(
        record_path(meetings.begun),
        data={"kind": kind, "text": " Eerst vragen. ", "note": "Dat hielp.", "client_id": kind},
    )
    assert answer.headers["Location"].startswith(f"/bijeenkomst/{meetings.begun.public_id}?bewaard=")
    row = session.scalars(sa.select(Conclusion)).one()
    assert (row.kind, row.text, row.note) == (kind, "Eerst vragen.", "Dat hielp.")
    assert (row.meeting_id, row.circle_id, row.recorder_id) == (
        meetings.begun.id, cast.circle.id, cast.bob.id,
    )  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "score", "text": "Een acht"},
        {"kind": "insight", "text": "   "},
        {"kind": "insight", "text": "x" * 601},
        {"kind": "insight", "text": "Goed", "note": "x" * 6001},
        {"kind": "intention", "text": "Goed", "due_on": "morgen"},
        {"kind": "insight", "text": "Goed", "client_id": "x" * 41},
    ],
)
def test_what_cannot_be_kept_is_said_and_not_lost(client_for, session, cast, meetings, wrong):
    answer = client_for(cast.bob).post(record_path(meetings.begun), data={"note": "Blijft staan", **wrong})
    assert answer.status_code == 422
    assert 'class="fouten"' in answer.text
    assert wrong.get("note", "Blijft staan") in answer.text
    assert texts(session) == []


def test_a_voornemen_has_an_owner_and_a_day(client_for, session, cast, meetings):
    client_for(cast.bob).post(
        record_path(meetings.begun),
        data={"kind": "intention", "text": "Ik bel.", "owner": cast.carol.public_id, "due_on": "2027-04-01"},
    )
    row = session.scalars(sa.select(Conclusion)).one()
    assert (row.owner_id, row.due_on, row.intention) == (cast.carol.id, date(2027, 4, 1), "open")


def test_only_a_voornemen_has_an_owner_and_a_day(client_for, session, cast, meetings):
    client_for(cast.bob).post(
        record_path(meetings.begun),
        data={"kind": "insight", "text": "Zo is het.", "owner": cast.carol.public_id, "due_on": "2027-04-01"},
    )
    row = session.scalars(sa.select(Conclusion)).one()
    assert (row.owner_id, row.due_on) == (None, None)


@pytest.mark.parametrize("field", ["owner", "case_owner"])
@pytest.mark.parametrize("name", ["eve", "dan", "zoe"])
def test_only_who_sits_here_owns_a_voornemen_or_brought_a_situation(
    client_for, session, cast, meetings, field, name
):
    data = {"kind": "intention", "text": "Ik bel.", field: getattr(cast, name).public_id}
    assert client_for(cast.bob).post(record_path(meetings.begun), data=data).status_code == 422
    assert texts(session) == []


def test_the_same_draft_sent_twice_is_kept_once(client_for, session, cast, meetings):
    client = client_for(cast.bob)
    draft = {"kind": "insight", "text": "Eén keer.", "client_id": "een"}
    locations = [client.post(record_path(meetings.begun), data=draft).headers["Location"] for _ in range(2)]
    assert locations == [f"/bijeenkomst/{meetings.begun.public_id}?bewaard=een#vast"] * 2
    assert texts(session) == ["Eén keer."]


def test_two_drafts_are_two_also_with_the_same_words(client_for, session, cast, meetings):
    page = client_for(cast.bob)
    for _ in range(2):
        html = page.get(f"/bijeenkomst/{meetings.begun.public_id}").text
        client_id = re.search(r'name="client_id"[^>]*value="([^"]+)"', html)[1]
        page.post(record_path(meetings.begun), data={"kind": "norm", "text": "Rust.", "client_id": client_id})
    assert texts(session) == ["Rust.", "Rust."]


def test_a_draft_of_another_circle_with_the_same_id_is_another_draft(world, session, cast, meetings, now):
    elsewhere = world.meeting(cast.other_circle, now - timedelta(minutes=5), state="begun")
    for meeting, person in ((meetings.begun, cast.bob), (elsewhere, cast.dan)):
        services.record(meeting, person, kind="insight", text=person.first_name, client_id="een", now=now)
    assert texts(session) == ["Bob", "Dan"]


def test_the_same_draft_sent_at_the_same_moment_is_kept_once(client_for, session, cast, meetings):
    clients = [client_for(cast.bob) for _ in range(6)]
    draft = {"kind": "insight", "text": "Eén keer.", "client_id": "een"}
    answers = together(
        [lambda client=client: client.post(record_path(meetings.begun), data=draft) for client in clients]
    )
    assert {answer.status_code for answer in answers} == {303}
    assert texts(session) == ["Eén keer."]
