"""What a calendar message must be (RFC 5545, 5546, 6047, 7986), to the byte and through a second parser."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from circles.meetings import ics
from tests.ical_js import parsed
from tests.meetings.calendars import EVENT, STARTS_AT, assert_well_formed, cancel, lines, properties, request

REQUEST = b"""\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Vakcirkels//Vakcirkels//NL
METHOD:REQUEST
BEGIN:VEVENT
SUMMARY:Vakcirkel
DTSTART:20270311T130000Z
DTEND:20270311T143000Z
DTSTAMP:20270301T090000Z
UID:8c1f0a5e@vakcirkels
SEQUENCE:2
CATEGORIES:Vakcirkel
CLASS:PRIVATE
DESCRIPTION:Voorbereiden doe je op de pagina.\\nDit is werktijd.
LAST-MODIFIED:20270301T090000Z
LOCATION:De Ark\\, kamer 2
STATUS:CONFIRMED
TRANSP:OPAQUE
URL:https://circles.example/bijeenkomst/k7m2q9w4tz
ATTENDEE;CN="Bob Bakker";CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-ACTION;ROLE=REQ-
 PARTICIPANT;RSVP=TRUE:mailto:bob@delinde.example
ORGANIZER;CN="Vakcirkels":mailto:antwoord+k7m2@circles.example
END:VEVENT
END:VCALENDAR
""".replace(b"\n", b"\r\n")


def test_an_invitation_to_the_byte():
    assert request() == REQUEST


def test_a_second_parser_reads_what_we_meant():
    [read] = parsed([REQUEST])
    assert (read["method"], read["version"], read["prodid"]) == ("REQUEST", "2.0", ics.PRODID)
    assert read["events"] == [
        {
            "uid": "8c1f0a5e@vakcirkels",
            "sequence": 2,
            "stamp": "2027-03-01T09:00:00Z",
            "starts": "2027-03-11T13:00:00Z",
            "ends": "2027-03-11T14:30:00Z",
            "summary": "Vakcirkel",
            "location": "De Ark, kamer 2",
            "description": "Voorbereiden doe je op de pagina.\nDit is werktijd.",
            "status": "CONFIRMED",
            "organizer": "mailto:antwoord+k7m2@circles.example",
            "url": "https://circles.example/bijeenkomst/k7m2q9w4tz",
            "klass": "PRIVATE",
            "attendees": [
                {
                    "address": "mailto:bob@delinde.example",
                    "partstat": "NEEDS-ACTION",
                    "rsvp": "TRUE",
                    "name": "Bob Bakker",
                }
            ],
        }
    ]


@pytest.mark.parametrize("calendar", [request(), cancel()], ids=["request", "cancel"])
def test_one_event_without_series_zones_or_alarms(calendar):
    names = properties(calendar)
    assert {name: names.count(name) for name in ("BEGIN", "UID", "ATTENDEE", "ORGANIZER", "SEQUENCE")} == {
        "BEGIN": 2,
        "UID": 1,
        "ATTENDEE": 1,
        "ORGANIZER": 1,
        "SEQUENCE": 1,
    }
    assert not {"RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "TZID", "BEGIN:VTIMEZONE"} & set(names)
    assert b"VTIMEZONE" not in calendar
    assert b"TZID" not in calendar


def test_a_cancellation_says_so_twice():
    assert {"METHOD:CANCEL", "STATUS:CANCELLED", "TRANSP:TRANSPARENT"} <= set(lines(cancel()))
    assert b"RSVP=FALSE" in cancel()


@pytest.mark.parametrize(("cancelled", "method"), [(True, "REQUEST"), (False, "CANCEL")])
def test_method_and_status_cannot_contradict_each_other(cancelled, method):
    with pytest.raises(ValueError, match="does not go with"):
        request(replace(EVENT, cancelled=cancelled), method=method)


@pytest.mark.parametrize(
    ("partstat", "rsvp", "asks"),
    [
        ("NEEDS-ACTION", True, "TRUE"),
        ("NEEDS-ACTION", False, "FALSE"),
        ("ACCEPTED", True, "FALSE"),
        ("TENTATIVE", True, "FALSE"),
        ("DECLINED", True, "FALSE"),
    ],
)
def test_an_answer_is_asked_while_there_is_none_and_somebody_reads_it(partstat, rsvp, asks):
    [read] = parsed([request(partstat=partstat, rsvp=rsvp)])
    [attendee] = read["events"][0]["attendees"]
    assert (attendee["partstat"], attendee["rsvp"]) == (partstat, asks)


def test_an_answer_that_no_calendar_knows_is_refused():
    with pytest.raises(ValueError, match="PARTSTAT=YES"):
        request(partstat="YES")


def test_the_sequence_is_there_from_nought():
    assert "SEQUENCE:0" in lines(request(replace(EVENT, sequence=0)))


@pytest.mark.parametrize(
    ("day", "utc"),
    [
        ("2026-03-28", "20260328T130000Z"),  # the day before the clock goes forward
        ("2026-03-29", "20260329T120000Z"),
        ("2026-10-24", "20261024T120000Z"),
        ("2026-10-25", "20261025T130000Z"),  # the day it goes back
    ],
)
def test_two_o_clock_on_the_wall_is_told_in_utc(day, utc):
    starts_at = datetime.combine(date.fromisoformat(day), time(14), ZoneInfo("Europe/Amsterdam"))
    event = replace(EVENT, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))
    assert f"DTSTART:{utc}" in lines(request(event))


@pytest.mark.parametrize("name", ["stamped_at", "changed_at", "starts_at", "ends_at"])
def test_a_floating_time_is_never_written_with_a_z(name):
    with pytest.raises(ValueError, match="instants"):
        replace(EVENT, **{name: getattr(EVENT, name).replace(tzinfo=None)})


def test_a_meeting_ends_after_it_starts():
    with pytest.raises(ValueError, match="ends after"):
        replace(EVENT, ends_at=STARTS_AT)


def test_a_place_that_was_dropped_is_said_to_be_empty():
    assert "LOCATION:" in lines(request(replace(EVENT, location="")))


def test_the_same_events_give_the_same_feed():
    stored = [ics.feed_event(replace(EVENT, uid=f"feed-{number}")) for number in range(3)]
    assert ics.feed(stored, name="Vakcirkels") == ics.feed(stored, name="Vakcirkels")
    assert [event["uid"] for event in parsed([ics.feed(stored, name="Vakcirkels")])[0]["events"]] == [
        "feed-0",
        "feed-1",
        "feed-2",
    ]


def test_a_feed_has_no_people_and_asks_for_nothing():
    feed = ics.feed([ics.feed_event(EVENT)], name="Vakcirkels")
    assert_well_formed(feed)
    assert not {"METHOD", "ATTENDEE", "ORGANIZER"} & set(properties(feed))
    assert {"ATTENDEE", "ORGANIZER"} <= set(properties(REQUEST))  # there was something to leave out


def test_an_empty_feed_is_a_calendar():
    [read] = parsed([ics.feed([], name="Vakcirkels\r\nX-KWAAD:ja")])
    assert read["events"] == []
    assert "X-KWAAD" not in properties(ics.feed([], name="Vakcirkels\r\nX-KWAAD:ja"))
