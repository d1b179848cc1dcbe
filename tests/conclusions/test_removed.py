"""What was taken out of the log, and who may put it back."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from circles.conclusions import services

PAGE = "/logboek/verwijderd"


def texts(browser) -> list[str]:
    page = browser.get(PAGE)
    assert page.status_code == 200
    return re.findall(r"<blockquote.*?<p>(.*?)</p>", page.text, re.S)


@pytest.fixture
def removed(session, keep, cast, now):
    """Two things that Carol took out, one of them kept from a situation of Bob's; and one that stands."""
    rows = [keep("Eerst."), keep("Toen.", case_owner=cast.bob)]
    keep("Dit staat er nog.")
    for days, row in enumerate(rows, start=1):
        services.delete(row, cast.carol, now - timedelta(days=days))
    session.commit()
    return rows


def test_it_says_who_took_what_out_and_until_when_it_can_come_back(client_for, cast, removed):
    bob = client_for(cast.bob)
    assert texts(bob) == ["Eerst.", "Toen."]
    assert "Verwijderd door Carol op 28 februari 2027; terug kan tot 30 maart 2027." in bob.get(PAGE).text
    assert f'href="{PAGE}"' in bob.get("/logboek").text


def test_the_page_of_the_meeting_leads_to_it(client_for, cast, removed, meetings):
    assert f'href="{PAGE}"' in client_for(cast.bob).get(f"/bijeenkomst/{meetings.held.public_id}").text


def test_each_member_puts_it_back(client_for, cast, removed):
    bob = client_for(cast.bob)
    form = re.search(r'action="(/conclusie/[^"]*/terug)"', bob.get(PAGE).text)
    assert bob.post(form[1]).status_code == 303
    assert texts(bob) == ["Toen."]
    assert "<p>Eerst.</p>" in bob.get("/logboek").text


def test_after_thirty_days_it_is_not_there_any_more(client_for, cast, removed, time):
    time.forward(days=29)
    assert texts(client_for(cast.bob)) == ["Eerst."]
    time.forward(days=1, seconds=1)
    assert texts(client_for(cast.bob)) == []
    assert "haalde niemand iets uit het logboek" in client_for(cast.bob).get(PAGE).text


def test_what_somebody_took_back_from_their_own_situation_is_theirs_alone(
    client_for, session, cast, removed, now
):
    services.withdraw(removed[1], cast.bob, now)
    session.commit()
    assert texts(client_for(cast.bob)) == ["Eerst.", "Toen."]
    assert texts(client_for(cast.alice)) == ["Eerst."]


@pytest.mark.parametrize("name", ["dan", "eve", "frank", "hanna", "olga", "ada", "zoe"])
def test_nobody_else_sees_it(client_for, cast, removed, name):
    assert texts(client_for(cast.bob)) != []
    assert texts(client_for(getattr(cast, name))) == []
