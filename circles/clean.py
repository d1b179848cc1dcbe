"""Text made safe for a mail header or a calendar property, whoever typed it. Pure."""

import re
from contextlib import suppress

# What steers a terminal, a parser or the direction of reading: C0 and C1 that are no white space, bidi controls,
# byte order marks, halves of surrogate pairs.
_STEERING = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def clean_line(text: str, limit: int = 200) -> str:
    """One line of at most `limit` characters: no controls, no bidi controls, single spaces, none at the ends."""
    return " ".join(_STEERING.sub("", text).split())[:limit].rstrip()


def clean_text(text: str, limit: int = 5000) -> str:
    """Lines that each are as `clean_line` leaves them, ended by a bare \\n; at most `limit` characters together."""
    return "\n".join(clean_line(line, limit) for line in text.splitlines()).strip()[:limit].rstrip()


def clean_address(address: str) -> str:
    """A mail address without spaces and angle brackets, its domain in ASCII, as SMTP and calendars take it.

    What ASCII cannot hold stays as it is: Python's IDNA is of 2003 and would send straße.example to strasse.example.
    """
    local, at, domain = re.sub(r"[<>\s]", "", clean_line(address, 254)).rpartition("@")
    with suppress(UnicodeError):
        encoded = domain.encode("idna")
        if encoded.decode("idna") == domain.lower():
            domain = encoded.decode()
    return f"{local}{at}{domain}"


def whole_number(text: str | None) -> int:
    """What a form posts back as a number, such as the version it was based on; 0 for anything else."""
    return int(text) if text and len(text) < 10 and text.isdecimal() else 0
