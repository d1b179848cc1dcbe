"""Meetings as iCalendar says them (RFC 5545, 5546, 6868, 7986): one event, UTC, one attendee."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Literal
from urllib.parse import quote

from icalendar import Calendar, Parameters, vCalAddress, vText
from icalendar import Event as VEvent

from circles.clean import clean_address, clean_line, clean_text

PRODID = "-//Vakcirkels//Vakcirkels//NL"
PARTSTATS = frozenset({"NEEDS-ACTION", "ACCEPTED", "TENTATIVE", "DECLINED"})
REFRESH = timedelta(hours=1)
_END = "END:VCALENDAR\r\n"
_END_EVENT = b"END:VEVENT\r\n"
Method = Literal["REQUEST", "CANCEL"]


@dataclass(frozen=True)
class Mailbox:
    """An address and the name beside it."""

    address: str
    name: str


@dataclass(frozen=True)
class Event:
    """A meeting as a calendar needs it. Raises ValueError unless instants are aware and it ends after it starts."""

    uid: str
    sequence: int
    stamped_at: datetime  # DTSTAMP
    changed_at: datetime  # LAST-MODIFIED
    starts_at: datetime
    ends_at: datetime
    summary: str
    location: str
    description: str  # plain text
    url: str
    categories: tuple[str, ...] = ()
    cancelled: bool = False

    def __post_init__(self) -> None:
        instants = (self.stamped_at, self.changed_at, self.starts_at, self.ends_at)
        if any(instant.tzinfo is None for instant in instants):
            raise ValueError("A calendar takes instants, not floating times.")
        if self.ends_at <= self.starts_at:
            raise ValueError("A meeting ends after it starts.")


def invitation(
    event: Event,
    *,
    organizer: Mailbox,
    attendee: Mailbox,
    partstat: str = "NEEDS-ACTION",
    rsvp: bool,
    method: Method,
) -> bytes:
    """The calendar part of one mail to one person. RSVP is asked only while there is an answer to give.

    Raises ValueError where METHOD and STATUS would contradict each other (RFC 5546 §3.2), and for an unknown PARTSTAT.
    """
    if event.cancelled != (method == "CANCEL"):
        raise ValueError(f"METHOD:{method} does not go with cancelled={event.cancelled}.")
    if partstat not in PARTSTATS:
        raise ValueError(f"PARTSTAT={partstat} is not an answer we know.")
    wants = "TRUE" if rsvp and partstat == "NEEDS-ACTION" and method == "REQUEST" else "FALSE"
    people = VEvent()
    people.add("ORGANIZER", _address(organizer))
    people.add(
        "ATTENDEE",
        _address(attendee, CUTYPE="INDIVIDUAL", ROLE="REQ-PARTICIPANT", PARTSTAT=partstat, RSVP=wants),
    )
    before, after = _around_people(event, method)
    lines = bytes(people.to_ical()).removeprefix(b"BEGIN:VEVENT\r\n").removesuffix(_END_EVENT)
    return before + lines + after


def feed_event(event: Event) -> str:
    """The event as a feed shows it, without people. Stored, so that a feed only joins text."""
    return str(_vevent(event).to_ical().decode())


def feed(events: Iterable[str], *, name: str) -> bytes:
    """A calendar of stored events, without METHOD: it is to be looked at, not acted upon.

    The same events give the same bytes at any time.
    """
    calendar = _calendar()
    calendar.add("NAME", _Text(clean_line(name)))
    calendar.add("X-WR-CALNAME", _Text(clean_line(name)))
    calendar.add("REFRESH-INTERVAL", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", vText("PT1H"))
    head = str(calendar.to_ical().decode()).removesuffix(_END)
    return f"{head}{''.join(events)}{_END}".encode()


@lru_cache(maxsize=16)
def _around_people(event: Event, method: Method) -> tuple[bytes, bytes]:
    """What all who are told of one meeting get alike, in two halves; rendered once for all of them."""
    calendar = _calendar()
    calendar.add("METHOD", method)
    calendar.add_component(_vevent(event))
    before, end, after = bytes(calendar.to_ical()).rpartition(_END_EVENT)
    return before, end + after


class _Text(vText):
    """TEXT (RFC 5545 §3.3.11). icalendar 7.3 itself takes a backslash and an N, as in C:\\Notulen, for a new line."""

    def to_ical(self) -> bytes:
        escaped = str(self).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
        return escaped.replace("\n", "\\n").encode()


class _Quoted(Parameters):
    """Parameters with CN always in quotes: readers lose the names beside it that hold other letters than ASCII."""

    always_quoted = (*Parameters.always_quoted, "CN")  # type: ignore[assignment]  # a tuple of any length


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("PRODID", PRODID)
    calendar.add("VERSION", "2.0")
    return calendar


def _vevent(event: Event) -> VEvent:
    component = VEvent()
    component.add("UID", clean_line(event.uid))
    component.add("DTSTAMP", event.stamped_at.astimezone(UTC))
    component.add("LAST-MODIFIED", event.changed_at.astimezone(UTC))
    component.add("DTSTART", event.starts_at.astimezone(UTC))
    component.add("DTEND", event.ends_at.astimezone(UTC))
    component.add("SEQUENCE", event.sequence)
    component.add("SUMMARY", _Text(clean_line(event.summary)))
    component.add("STATUS", "CANCELLED" if event.cancelled else "CONFIRMED")
    component.add("CLASS", "PRIVATE")
    component.add("TRANSP", "TRANSPARENT" if event.cancelled else "OPAQUE")
    # Also when empty: a place that was dropped must not stay behind in the reader's calendar.
    component.add("LOCATION", _Text(clean_line(event.location)))
    component.add("DESCRIPTION", _Text(clean_text(event.description)))
    component.add("URL", clean_line(event.url, 1000))
    categories = [_Text(clean_line(category)) for category in event.categories]
    if categories:
        component.add("CATEGORIES", categories)
    return component


def _address(mailbox: Mailbox, **parameters: str) -> vCalAddress:
    # RFC 6068 §2: what an address may hold and a URI may not.
    address = vCalAddress("mailto:" + quote(clean_address(mailbox.address), safe="@:!$&'()*+,;="))
    # Thunderbird and icalendar lose the address behind a backslash and a colon in a name.
    name = (clean_line(mailbox.name) or clean_line(mailbox.address)).replace("\\", "/")
    address.params = _Quoted(CN=name, **parameters)
    return address
