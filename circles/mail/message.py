"""A mail as bytes (RFC 2045–2047, 5322, 6047): the same letter always gives the same bytes."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.message import Message
from email.policy import compat32
from email.utils import format_datetime, quote

from circles.clean import clean_address, clean_line

# Headers arrive here folded and in ASCII; the policy only ends lines. Its own folding would lengthen encoded words.
_POLICY = compat32.clone(linesep="\r\n", max_line_length=None, cte_type="7bit")
_METHOD = re.compile(rb"^METHOD:(.*?)\r$", re.MULTILINE)
_HEADER_NAME = re.compile(r"[A-Za-z0-9-]+")
_PLAIN = 60  # ASCII up to this length needs no folding


@dataclass(frozen=True)
class Letter:
    """Everything the bytes of one mail depend on."""

    to_address: str
    to_name: str
    from_address: str
    from_name: str
    subject: str
    text: str
    html: str
    message_id: str
    date: datetime
    headers: tuple[tuple[str, str], ...] = ()  # beside the usual ones, such as List-Unsubscribe
    calendar: bytes | None = None  # iCalendar
    calendar_method: str | None = None  # its METHOD, None without a calendar


def as_bytes(letter: Letter) -> bytes:
    """The mail with CRLF lines, in ASCII, ready for SMTP: text and HTML; with a calendar also that, twice over.

    Raises ValueError when calendar and header name different methods, and for a header's name that is none.
    """
    message = _words(letter) if letter.calendar is None else _with_calendar(letter, letter.calendar)
    message["From"] = _mailbox(letter.from_name, letter.from_address)
    message["To"] = _mailbox(letter.to_name, letter.to_address)
    message["Subject"] = _encoded(clean_line(letter.subject, 300))
    message["Date"] = format_datetime(letter.date)
    message["Message-ID"] = clean_line(letter.message_id)
    message["MIME-Version"] = "1.0"
    message["Auto-Submitted"] = "auto-generated"
    for name, value in letter.headers:
        if not _HEADER_NAME.fullmatch(name):
            raise ValueError(f"{name!r} is not the name of a header.")
        # Whole, on one line: a link that unsubscribes must not be broken in two.
        message[name] = clean_line(value, 900).encode("ascii", "backslashreplace").decode()
    return message.as_bytes(policy=_POLICY)


def message_id(key: str, domain: str) -> str:
    """A Message-ID made from what the mail is, so that sending it again says the same."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{clean_line(domain, 60)}>"


def _words(letter: Letter, *more: Message) -> Message:
    text = _part("text/plain; charset=utf-8", _quoted_printable(letter.text), "quoted-printable")
    html = _part("text/html; charset=utf-8", _quoted_printable(letter.html), "quoted-printable")
    return _multipart("alternative", letter, text, html, *more)


def _with_calendar(letter: Letter, calendar: bytes) -> Message:
    method = letter.calendar_method or ""
    if not method.isalpha() or _METHOD.findall(calendar) != [method.encode()]:
        raise ValueError(f"The calendar does not say METHOD:{method}.")
    content = base64.encodebytes(calendar).decode()
    # Without Content-Disposition: Thunderbird hides the bar with the answers from a part that is `inline`.
    shown = _part(f"text/calendar; charset=utf-8; method={method}; component=VEVENT", content, "base64")
    attached = _part('application/ics; name="invite.ics"', content, "base64")
    attached["Content-Disposition"] = 'attachment; filename="invite.ics"'
    return _multipart("mixed", letter, _words(letter, shown), attached)


def _multipart(kind: str, letter: Letter, *parts: Message) -> Message:
    # An underscore beside an equals sign occurs neither in base64 nor in quoted-printable.
    boundary = "=_" + hashlib.sha256(f"{kind}{letter.message_id}".encode()).hexdigest()[:32]
    whole: Message = Message(policy=_POLICY)
    whole["Content-Type"] = f'multipart/{kind}; boundary="{boundary}"'
    for part in parts:
        whole.attach(part)
    return whole


def _part(content_type: str, payload: str, encoding: str) -> Message:
    part: Message = Message(policy=_POLICY)
    part["Content-Type"] = content_type
    part["Content-Transfer-Encoding"] = encoding
    part.set_payload(payload)
    return part


def _quoted_printable(text: str) -> str:
    unix = text.replace("\r\n", "\n").replace("\r", "\n")
    return binascii.b2a_qp(unix.encode(), istext=True).decode()


def _mailbox(name: str, address: str) -> str:
    name, address = clean_line(name, 120), clean_address(address).encode("ascii", "replace").decode()
    if not name:
        return address
    shown = f'"{quote(name)}"' if _is_plain(name) else Header(name, "utf-8", header_name="From").encode()
    return f"{shown}\n <{address}>" if len(shown) + len(address) > _PLAIN else f"{shown} <{address}>"


def _encoded(text: str) -> str:
    return text if _is_plain(text) else Header(text, "utf-8", header_name="Subject").encode()


def _is_plain(text: str) -> bool:
    # What looks like an encoded word would be decoded by the reader.
    return text.isascii() and len(text) <= _PLAIN and "=?" not in text
