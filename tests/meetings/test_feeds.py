"""The calendar link: what it gives, to whom, and how little it costs to find nothing new."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from circles.conclusions.services import record
from circles.meetings.models import FeedToken, Meeting
from circles.meetings.services import changing, feeds
from circles.meetings.services.rendering import render
from circles.membership.services import seats
from tests.conftest import counted_queries
from tests.ical_js import parsed
from tests.meetings.conftest import seat_of


@pytest.fixture
def meeting(meeting, session, now) -> Meeting:
    """The meeting, as feeds show it."""
    render(meeting, now)
    session.commit()
    return meeting


@pytest.fixture
def url(session, cast, meeting, now) -> str:
    """Bob's calendar link."""
    url = f"/agenda/{feeds.make_feed(cast.bob, now)}.ics"
    session.commit()
    return url


def uids(content: bytes) -> list[str]:
    return [str(event["UID"]) for event in Calendar.from_ical(content).walk("VEVENT")]


def move(meeting, person, now) -> None:
    changing.reschedule(
        meeting,
        person,
        starts_at=meeting.starts_at + timedelta(days=1),
        ends_at=meeting.ends_at + timedelta(days=1),
        place="De Zolder",
        based_on=meeting.version,
        now=now,
    )


def test_a_calendar_fetches_it_without_signing_in(client, meeting, url):
    answer = client.get(url)
    assert (answer.status_code, answer.content_type) == (200, "text/calendar; charset=utf-8")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    [read] = parsed([answer.data])
    assert [(event["starts"], event["summary"], event["location"]) for event in read["events"]] == [
        ("2027-03-11T09:00:00Z", "Vakcirkel", "De Ark")
    ]


def test_unchanged_it_is_one_query_and_no_content(client, url):
    etag = client.get(url).headers["ETag"]
    with counted_queries() as queries:
        answer = client.get(url, headers={"If-None-Match": etag})
    assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", etag)
    assert len(queries) == 1


def test_a_proxy_may_have_weakened_the_etag(client, url):
    etag = client.get(url).headers["ETag"]
    assert client.get(url, headers={"If-None-Match": f"W/{etag}"}).status_code == 304


def test_the_bytes_stay_the_same_while_nothing_changes(client, url, time):
    first = client.get(url)
    time.forward(hours=5)
    second = client.get(url)
    assert (first.data, first.headers["ETag"]) == (second.data, second.headers["ETag"])
    time.forward(days=1)
    third = client.get(url)
    assert first.data == third.data
    assert first.headers["ETag"] != third.headers["ETag"]  # the window may have moved on


def test_head_gives_what_get_would_say_of_itself(client, url):
    head, get = client.head(url), client.get(url)
    assert (head.status_code, head.data) == (200, b"")
    names = ("ETag", "Content-Type", "Last-Modified", "Cache-Control", "Content-Length")
    assert {name: head.headers.get(name) for name in names} == {name: get.headers.get(name) for name in names}


def test_a_change_is_news(client, session, cast, meeting, url, time):
    before = client.get(url)
    move(meeting, cast.alice, time.forward(hours=1))
    session.commit()
    after = client.get(url, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    [event] = parsed([after.data])[0]["events"]
    assert (event["starts"], event["location"], event["sequence"]) == ("2027-03-12T09:00:00Z", "De Zolder", 1)
    assert uids(after.data) == uids(before.data)
    assert after.headers["Last-Modified"] == "Mon, 01 Mar 2027 10:00:00 GMT"


def test_a_skipped_meeting_says_so(client, session, cast, meeting, url, now):
    changing.skip(meeting, cast.alice, now)
    session.commit()
    assert [event["status"] for event in parsed([client.get(url).data])[0]["events"]] == ["CANCELLED"]


def test_a_meeting_that_was_not_held_says_so(client, session, meeting, url, time):
    time.to(meeting.ends_at)
    changing.confirm(meeting, held=False, now=time.now)
    session.commit()
    assert [event["status"] for event in parsed([client.get(url).data])[0]["events"]] == ["CANCELLED"]


def test_unknown_and_revoked_links_look_alike(app, client, client_for, cast, url):
    assert client.get(url).status_code == 200
    client_for(cast.bob).post("/ik/agenda", data={"intrekken": "1"})
    other = url.replace(url[8:12], "onzi")  # as long
    revoked, unknown = app.test_client().get(url), app.test_client().get(other)
    assert (revoked.status_code, unknown.status_code) == (404, 404)
    assert without_token(revoked.text, url) == without_token(unknown.text, other)
    del revoked.headers["Set-Cookie"], unknown.headers["Set-Cookie"]
    assert dict(revoked.headers) == dict(unknown.headers)


def without_token(page: str, url: str) -> str:
    """A page without the address that was asked for and the form's own token."""
    return re.sub(r'(csrf_token" value=|X-CSRFToken": )"[^"]+"', r"\1", page.replace(url, ""))


def test_a_link_is_shown_once_and_a_new_one_ends_the_old(client, client_for, cast, meeting, session):
    bob = client_for(cast.bob)
    first, second = (shown(bob.post("/ik/agenda", follow_redirects=True).text) for _ in range(2))
    assert first != second
    assert len(first.removeprefix("/agenda/").removesuffix(".ics")) >= 22  # 128 bits
    assert "/agenda/" not in re.sub(r"/ik/agenda", "", bob.get("/ik/agenda").text)
    assert (client.get(first).status_code, client.get(second).status_code) == (404, 200)
    stored = session.scalars(sa.select(FeedToken.token_hash)).all()
    assert len(stored) == 2
    assert not any(second.removeprefix("/agenda/").removesuffix(".ics") in row for row in stored)


def shown(page: str) -> str:
    return re.search(r'value="http://localhost(/agenda/\S+\.ics)"', page)[1]


def test_it_holds_no_people_and_nothing_of_the_log(client, world, session, cast, meeting, url, now):
    held = world.meeting(cast.circle, now - timedelta(days=7), state="held")
    kept = record(held, cast.carol, kind="insight", text="Eerst vragen, dan pas raden.", now=now)
    held.question, held.subject = "Wat doen we als niemand luistert?", "own_question"
    render(held, now)
    session.commit()
    text = client.get(url).text.replace("\r\n ", "")
    assert len(uids(text.encode())) == 2
    assert kept.text == "Eerst vragen, dan pas raden."
    assert not any(
        secret in text
        for secret in (
            "vragen",
            "luistert",
            "Alice",
            "Bob",
            "Carol",
            "@delinde",
            "ATTENDEE",
            "ORGANIZER",
            "Jeugd",
        )
    )


def test_its_events_are_not_those_of_the_mail(client, meeting, url, worker):
    mailed = {one.uid for one in worker.round()}
    assert mailed == {meeting.uid}
    assert uids(client.get(url).data) == [f"feed-{meeting.uid}"]


def test_it_holds_ninety_days_of_the_past_and_all_that_is_coming(
    client, world, session, cast, meeting, url, now
):
    rows = [world.meeting(cast.circle, now + timedelta(days=days)) for days in (-91, -89, 300)]
    for row in rows:
        render(row, now)
    session.commit()
    assert uids(client.get(url).data) == [f"feed-{row.uid}" for row in (rows[1], meeting, rows[2])]


def test_it_holds_the_circles_in_which_one_sits_now(client, world, session, cast, meeting, url, now):
    elsewhere = world.meeting(cast.other_circle)
    render(elsewhere, now)
    world.seat(cast.other_circle, cast.bob, 2)
    session.commit()
    assert sorted(uids(client.get(url).data)) == sorted(f"feed-{row.uid}" for row in (meeting, elsewhere))
    seats.leave(seat_of(cast.circle, cast.bob), now)
    session.commit()
    assert uids(client.get(url).data) == [f"feed-{elsewhere.uid}"]


def test_its_last_use_is_noted_once_a_day(client, client_for, session, cast, url, time):
    def used_on() -> date | None:
        session.expire_all()
        return session.scalars(sa.select(FeedToken.used_on)).one()

    assert used_on() is None
    assert client.head(url).status_code == 200
    assert used_on() == date(2027, 3, 1)
    with counted_queries() as queries:
        client.get(url)
    assert not any(query.startswith("UPDATE") for query in queries)
    time.forward(days=1)
    client.get(url)
    assert used_on() == date(2027, 3, 2)
    assert "Laatst opgehaald op dinsdag 2 maart 2027." in client_for(cast.bob).get("/ik/agenda").text


def test_one_meeting_as_a_file_has_the_uid_of_the_feed(client_for, cast, meeting):
    answer = client_for(cast.bob).get(f"/bijeenkomst/{meeting.public_id}.ics")
    assert answer.headers["Content-Disposition"] == "attachment; filename=vakcirkel.ics"
    assert uids(answer.data) == [f"feed-{meeting.uid}"]
    assert client_for(cast.dan).get(f"/bijeenkomst/{meeting.public_id}.ics").status_code == 404
