"""One invitation to Bob, and what can be said of any calendar, for the tests beside it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from circles.meetings import ics

STAMPED_AT = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
STARTS_AT = datetime(2027, 3, 11, 13, 0, tzinfo=UTC)
EVENT = ics.Event(
    uid="8c1f0a5e@vakcirkels",
    sequence=2,
    stamped_at=STAMPED_AT,
    changed_at=STAMPED_AT,
    starts_at=STARTS_AT,
    ends_at=STARTS_AT + timedelta(minutes=90),
    summary="Vakcirkel",
    location="De Ark, kamer 2",
    description="Voorbereiden doe je op de pagina.\nDit is werktijd.",
    url="https://circles.example/bijeenkomst/k7m2q9w4tz",
    categories=("Vakcirkel",),
)
ORGANIZER = ics.Mailbox("antwoord+k7m2@circles.example", "Vakcirkels")
BOB = ics.Mailbox("bob@delinde.example", "Bob Bakker")


def request(event: ics.Event = EVENT, **changes: object) -> bytes:
    values = {"organizer": ORGANIZER, "attendee": BOB, "rsvp": True, "method": "REQUEST"} | changes
    return ics.invitation(event, **values)


def cancel(event: ics.Event = EVENT, **changes: object) -> bytes:
    return request(replace(event, cancelled=True), method="CANCEL", **changes)


def lines(calendar: bytes) -> list[str]:
    """Its content lines, unfolded."""
    return calendar.decode().replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def properties(calendar: bytes) -> list[str]:
    """The name of each content line, in order."""
    return [re.split("[;:]", line)[0] for line in lines(calendar)]


def assert_well_formed(calendar: bytes) -> None:
    """CRLF and nothing else ends a line, no line is longer than 75 octets or ends inside a character."""
    assert calendar.endswith(b"\r\n")
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", calendar)
    folded = calendar.removesuffix(b"\r\n").split(b"\r\n")
    assert max(map(len, folded)) <= 75
    for line in folded:
        line.decode()  # raises where a character was cut in two
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff]", calendar.decode())
