"""The circle's page on who is there: fewer than six, and somebody who pauses and returns."""

from __future__ import annotations

import pytest

BELOW_SIX = "Jullie zijn nu met minder dan zes."
PAUSES, RETURNS = "neemt pauze", "Ik doe weer mee"


@pytest.fixture
def six(world, cast):
    """A circle of six of which Bob is trekker."""
    return world.circle(cast.bob, cast.carol, *world.people(cast.linde, 4), name="Vakcirkel van zes")


def test_from_six_to_five_is_said_to_all_who_stay(client_for, session, six, now):
    seats = six.open_seats
    people = [seat.person for seat in seats]
    address = f"/cirkel/{six.public_id}"
    assert BELOW_SIX not in client_for(people[0]).get(address).text
    client_for(people[-1]).post(f"{address}/vertrek")
    for person in people[:-1]:
        page = client_for(person).get(address).text
        assert BELOW_SIX in page
        assert f'href="{address}/uitnodigen"' in page


def test_a_circle_that_is_still_gathering_is_not_told_so(client_for, cast):
    assert BELOW_SIX not in client_for(cast.bob).get(f"/cirkel/{cast.circle.public_id}").text


def test_pausing_shows_to_all_and_returning_takes_it_away(client_for, cast, six):
    address = f"/cirkel/{six.public_id}"
    bob, carol = client_for(cast.bob), client_for(cast.carol)
    assert PAUSES not in bob.get(address).text
    said = carol.post(f"{address}/pauze", follow_redirects=True).text
    assert "Je plek blijft van jou" in said
    assert RETURNS in said
    seen = bob.get(address).text
    assert PAUSES in seen
    assert RETURNS not in seen  # hers to say
    assert BELOW_SIX in seen  # who pauses does not count for six
    back = carol.post(f"{address}/pauze", data={"terug": "1"}, follow_redirects=True).text
    assert "Welkom terug" in back
    for page in (back, bob.get(address).text):
        assert [words for words in (RETURNS, BELOW_SIX) if words in page] == []
