"""A mail as bytes: its parts, its headers, and nothing that anybody typed gets out of its place."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import replace
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from circles.clean import clean_line
from circles.mail.message import Letter, as_bytes, message_id

CALENDAR = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nX-NAAM:Zoë 👩🏽‍🎓\r\nEND:VCALENDAR\r\n".encode()
)
LETTER = Letter(
    to_address="bob@delinde.example",
    to_name="Bob Bakker",
    from_address="antwoord+k7m2@circles.example",
    from_name="Vakcirkels",
    subject="Vakcirkel: donderdag 11 maart, 14.00 uur",
    text="Je vakcirkel komt bij elkaar.\n\nTot dan, Zoë\n",
    html="<p>Je vakcirkel komt bij elkaar.</p>\n<p>Tot dan, Zoë</p>\n",
    message_id=message_id("invitation:k7m2:0:b0b", "circles.example"),
    date=datetime(2027, 3, 1, 9, 0, tzinfo=UTC),
    headers=(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),),
)
INVITATION = replace(LETTER, calendar=CALENDAR, calendar_method="REQUEST")
INJECTIONS = [
    "Bob\r\nBcc: eve@delinde.example",
    "Bob\nSubject: Anders\n\nEn een eigen tekst",
    "Bob\rX-Kwaad: ja",
    "Bob\u2028X-Kwaad: ja\x85X-Kwaad: ja",
    'Bob" <eve@delinde.example>, "Carol',
    "=?utf-8?q?Bob=0D=0ABcc=3A_eve=40delinde.example?=",
    "é" * 200,
    "👩🏽‍🎓" * 40,
    "\u202etsil\u202c",
    "a" * 400,
    "\x00\x07",
]
HEADERS = [
    "Content-Type",
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "MIME-Version",
    "Auto-Submitted",
    "List-Unsubscribe-Post",
]


def read(letter: Letter) -> EmailMessage:
    message = email.message_from_bytes(as_bytes(letter), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert [part.defects for part in message.walk()] == [[] for _ in message.walk()]
    return message


def shape(part: EmailMessage) -> object:
    """Content types as they are nested."""
    if part.is_multipart():
        return part.get_content_type(), [shape(inner) for inner in part.iter_parts()]
    return part.get_content_type()


def words(message: EmailMessage, kind: str) -> str:
    return message.get_body((kind,)).get_payload(decode=True).decode().replace("\r\n", "\n")


def unfolded(letter: Letter) -> dict[str, str]:
    """The headers as they stand on the wire, each once, folds undone."""
    head = as_bytes(letter).partition(b"\r\n\r\n")[0].decode("ascii")
    pairs = [line.split(": ", 1) for line in re.sub(r"\r\n[ \t]", " ", head).split("\r\n")]
    assert [name for name, _ in pairs] == HEADERS
    return dict(pairs)


def test_a_mail_says_the_same_as_text_and_as_html():
    message = read(LETTER)
    assert shape(message) == ("multipart/alternative", ["text/plain", "text/html"])
    assert words(message, "plain") == LETTER.text
    assert words(message, "html") == LETTER.html


def test_an_invitation_carries_its_calendar_twice():
    message = read(INVITATION)
    assert shape(message) == (
        "multipart/mixed",
        [("multipart/alternative", ["text/plain", "text/html", "text/calendar"]), "application/ics"],
    )
    shown, attached = list(message.walk())[-2:]
    assert shown.get_payload(decode=True) == attached.get_payload(decode=True) == CALENDAR
    assert [part["Content-Transfer-Encoding"] for part in (shown, attached)] == ["base64", "base64"]
    assert attached["Content-Disposition"] == 'attachment; filename="invite.ics"'


def test_the_calendar_part_is_shown_and_names_its_method():
    header = b"\r\nContent-Type: text/calendar; charset=utf-8; method=REQUEST; component=VEVENT\r\n"
    assert as_bytes(INVITATION).count(header) == 1
    shown = list(read(INVITATION).walk())[-2]
    assert shown["Content-Disposition"] is None  # inline hides the answers in Thunderbird


@pytest.mark.parametrize("method", ["CANCEL", "request", "", None, "REQUEST\r\nX-Kwaad: ja"])
def test_header_and_calendar_cannot_name_different_methods(method):
    with pytest.raises(ValueError, match="does not say METHOD"):
        as_bytes(replace(INVITATION, calendar_method=method))


def test_a_calendar_with_two_methods_is_refused():
    twice = CALENDAR.replace(b"VERSION:2.0", b"METHOD:CANCEL")
    with pytest.raises(ValueError, match="does not say METHOD"):
        as_bytes(replace(INVITATION, calendar=twice))


def test_the_headers_of_a_mail():
    assert unfolded(LETTER) == {
        "Content-Type": unfolded(LETTER)["Content-Type"],
        "From": '"Vakcirkels" <antwoord+k7m2@circles.example>',
        "To": '"Bob Bakker" <bob@delinde.example>',
        "Subject": "Vakcirkel: donderdag 11 maart, 14.00 uur",
        "Date": "Mon, 01 Mar 2027 09:00:00 +0000",
        "Message-ID": LETTER.message_id,
        "MIME-Version": "1.0",
        "Auto-Submitted": "auto-generated",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def test_a_name_in_other_letters_travels_in_ascii():
    letter = replace(LETTER, to_name="Zoë Zwart", subject="Vakcirkel: één plek 👩🏽‍🎓")
    assert unfolded(letter)["To"] == "=?utf-8?q?Zo=C3=AB_Zwart?= <bob@delinde.example>"
    message = read(letter)
    assert [(a.display_name, a.addr_spec) for a in message["to"].addresses] == [
        ("Zoë Zwart", "bob@delinde.example")
    ]
    assert message["subject"] == "Vakcirkel: één plek 👩🏽‍🎓"


def test_a_domain_in_other_letters_travels_in_ascii():
    letter = replace(LETTER, to_address="bob@café.example")
    assert read(letter)["to"].addresses[0].addr_spec == "bob@xn--caf-dma.example"


def test_a_mail_without_a_name_has_only_the_address():
    assert unfolded(replace(LETTER, to_name=" \r\n "))["To"] == "bob@delinde.example"


def test_the_same_letter_gives_the_same_bytes():
    assert as_bytes(INVITATION) == as_bytes(replace(INVITATION))


def test_a_message_id_is_made_from_the_key():
    first = message_id("invitation:k7m2:0:b0b", "circles.example")
    assert first == message_id("invitation:k7m2:0:b0b", "circles.example")
    assert first != message_id("invitation:k7m2:1:b0b", "circles.example")
    assert re.fullmatch(r"<[0-9a-f]{40}@circles\.example>", first)


@pytest.mark.parametrize("text", INJECTIONS)
def test_what_is_typed_stays_in_its_header(text):
    letter = replace(INVITATION, to_name=text, from_name=text, subject=text)
    assert_contained(letter)
    message = read(letter)
    assert [a.addr_spec for a in message["to"].addresses] == ["bob@delinde.example"]
    assert [a.addr_spec for a in message["from"].addresses] == ["antwoord+k7m2@circles.example"]
    assert str(make_header(decode_header(unfolded(letter)["Subject"]))) == clean_line(text, 300)


@settings(deadline=None, max_examples=150)
@given(st.text(max_size=250))
def test_no_text_whatever_makes_a_header_of_its_own(text):
    assert_contained(replace(INVITATION, to_name=text, from_name=text, subject=text, text=text, html=text))


@settings(deadline=None, max_examples=150)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=400))
def test_the_words_arrive_as_they_were_written(text):
    arrived = words(read(replace(LETTER, text=text, html=text)), "plain")
    written = text.replace("\r\n", "\n").replace("\r", "\n")
    assert arrived.rstrip("\n") == written.rstrip("\n")


@pytest.mark.parametrize(
    "address", ["bob@delinde.example\r\nBcc: eve@delinde.example", "bob@delinde.example>\r\n\r\nTekst"]
)
def test_an_address_makes_no_header_of_its_own(address):
    assert_contained(replace(INVITATION, to_address=address, from_address=address))


def test_another_header_holds_one_line_and_a_name_is_a_name():
    letter = replace(LETTER, headers=(("List-Unsubscribe-Post", "één\r\nBcc: eve@delinde.example"),))
    assert unfolded(letter)["List-Unsubscribe-Post"] == "\\xe9\\xe9n Bcc: eve@delinde.example"
    with pytest.raises(ValueError, match="not the name of a header"):
        as_bytes(replace(LETTER, headers=(("Bcc: eve@delinde.example\r\nX", "x"),)))


def test_a_link_that_unsubscribes_is_not_broken_in_two():
    url = f"<https://circles.example/afmelden/{'a' * 300}>"
    letter = replace(LETTER, headers=(("List-Unsubscribe", url),))
    assert f"\r\nList-Unsubscribe: {url}\r\n".encode() in as_bytes(letter)


def assert_contained(letter: Letter) -> None:
    """ASCII, ended by CRLF, lines that SMTP takes, the headers we wrote and the parts we made."""
    content = as_bytes(letter)
    assert content.isascii()
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)|\x00", content)
    assert max(map(len, content.split(b"\r\n"))) <= 998
    assert set(unfolded(letter)) == set(HEADERS)
    assert shape(read(letter)) == shape(read(INVITATION))
