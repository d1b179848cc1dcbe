"""What people type stays in the property it was typed for, whatever it is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from circles.clean import clean_line, clean_text
from circles.meetings import ics
from tests.ical_js import parsed
from tests.meetings.calendars import BOB, EVENT, ORGANIZER, assert_well_formed, properties, request

USUAL = properties(request())
HOSTILE = [
    "Bob\r\nATTENDEE:mailto:eve@delinde.example",
    "Zaal 1\nBEGIN:VALARM\nACTION:EMAIL",
    "\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:ander",
    'Bob "de Bouwer" Bakker',
    "a,b;c:d\\e^f'g=h",
    "C:\\Notulen\\nieuw, of niet",
    "\\n\\N\\;\\,",
    "^n^'^^",
    "👩🏽‍🎓" * 20,
    "\u202etsil neddih\u202c",
    "שלום עולם, " * 12,
    "\u2028regel\u2029einde\x85nog\x0bmeer\x0c",
    "x" * 76,
    "é" * 76,
    "nul\x00bel\x07del\x7f\ufeff",
    'x:mailto:eve@delinde.example";CN="',
]  # fmt: skip


def hostile(text: str) -> bytes:
    """An invitation in which everything a person may type is that text."""
    event = replace(EVENT, summary=text, location=text, description=text, categories=(text,))
    return request(
        event, organizer=replace(ORGANIZER, name=text or "-"), attendee=replace(BOB, name=text or "-")
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_in_its_property(text):
    calendar = hostile(text)
    assert_well_formed(calendar)
    assert properties(calendar) == USUAL
    [event] = Calendar.from_ical(calendar).walk("VEVENT")
    assert event["SUMMARY"] == event["LOCATION"] == clean_line(text)
    assert event["DESCRIPTION"] == clean_text(text)
    assert str(event["ATTENDEE"]) == "mailto:bob@delinde.example"
    assert str(event["ORGANIZER"]) == "mailto:antwoord+k7m2@circles.example"


def test_a_second_parser_reads_hostile_text_as_it_was_typed():
    for text, read in zip(HOSTILE, parsed([hostile(text) for text in HOSTILE]), strict=True):
        [event] = read["events"]
        assert (event["summary"], event["location"]) == (clean_line(text), clean_line(text))
        assert event["description"] == clean_text(text)
        assert event["organizer"] == "mailto:antwoord+k7m2@circles.example"
        [attendee] = event["attendees"]
        assert attendee["address"] == "mailto:bob@delinde.example"


@settings(deadline=None, max_examples=150)
@given(st.text(max_size=300))
def test_no_text_whatever_breaks_out_of_its_property(text):
    calendar = hostile(text)
    assert_well_formed(calendar)
    assert properties(calendar) == USUAL
    [event] = Calendar.from_ical(calendar).walk("VEVENT")
    assert (event["SUMMARY"], event["DESCRIPTION"]) == (clean_line(text), clean_text(text))
    assert str(event["ATTENDEE"]) == "mailto:bob@delinde.example"


@pytest.mark.parametrize(
    "address",
    ["bob\r\nATTENDEE:mailto:eve@x.example@delinde.example", "<bob@delinde.example>\n", "b o b@x.example"],
)
def test_an_address_cannot_bring_a_property_of_its_own(address):
    calendar = request(attendee=ics.Mailbox(address, "Bob"))
    assert_well_formed(calendar)
    assert properties(calendar) == USUAL
