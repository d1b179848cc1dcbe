"""Pausing until a day: the seat is kept, and on that day one takes part again by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from circles.membership.services import seats


@pytest.fixture
def path(cast):
    return f"/cirkel/{cast.circle.public_id}/pauze"


def seat(cast):
    return next(seat for seat in cast.circle.open_seats if seat.person_id == cast.bob.id)


def test_a_pause_until_a_day_ends_by_itself_that_morning(client_for, session, cast, path):
    assert client_for(cast.bob).post(path, data={"until": "2027-04-05"}).status_code == 303
    session.expire_all()
    back = datetime(2027, 4, 4, 22, tzinfo=UTC)  # midnight in Amsterdam, in summer time
    assert (seat(cast).is_paused, seat(cast).paused_until) == (True, back)
    assert (
        "neemt pauze tot 5 april 2027" in client_for(cast.alice).get(f"/cirkel/{cast.circle.public_id}").text
    )
    assert seats.pauses_that_end(back - timedelta(seconds=1)) == []
    for seat_id in seats.pauses_that_end(back):
        seats.end_pause(seat_id, back)
    assert not seat(cast).is_paused


def test_without_a_day_it_lasts_until_one_comes_back(client_for, session, cast, path):
    client_for(cast.bob).post(path, data={"until": ""})
    session.expire_all()
    assert (seat(cast).is_paused, seat(cast).paused_until) == (True, None)


@pytest.mark.parametrize(
    ("until", "said"),
    [("2027-03-01", "Kies een dag die nog komt."), ("2029-03-02", "Kies een dag binnen twee jaar."),
     ("morgen", "Kies een dag uit de kalender, of laat dit leeg.")],
)  # fmt: skip
def test_a_day_that_cannot_be_is_answered_in_words(client_for, session, cast, path, until, said):
    answer = client_for(cast.bob).post(path, data={"until": until})
    assert answer.status_code == 422
    assert said in answer.text
    assert 'id="until-fout"' in answer.text
    session.expire_all()
    assert not seat(cast).is_paused
