"""The SMTP server that the other tests trust: it takes, refuses, loses and hangs up as it was told."""

from __future__ import annotations

import smtplib
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from config import ROOT
from tests.smtp import ACCEPT, HANG_UP, LATER, LOSE_ANSWER, NEVER, Postbox, read_journal

SENDER, BOB, CAROL = "vakcirkels@circles.example", "bob@delinde.example", "carol@delinde.example"
MAIL = b"Subject: Vakcirkel\r\n\r\nDag Bob,\r\n.\r\n.. en een punt vooraan\r\n"


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    with Postbox() as postbox:
        yield postbox


def send(postbox: Postbox, *recipients: str, content: bytes = MAIL) -> None:
    with smtplib.SMTP("127.0.0.1", postbox.port, timeout=20) as server:
        server.sendmail(SENDER, list(recipients or [BOB]), content)


def test_what_is_sent_arrives_to_the_byte_and_in_order(postbox):
    send(postbox, BOB)
    send(postbox, CAROL, content=b"Subject: Later\r\n\r\nDag\r\n")
    assert [(m.sender, m.recipient, m.content) for m in postbox.messages()] == [
        (SENDER, BOB, MAIL),
        (SENDER, CAROL, b"Subject: Later\r\n\r\nDag\r\n"),
    ]
    assert [message["subject"] for message in postbox.parsed()] == ["Vakcirkel", "Later"]


def test_every_recipient_of_one_envelope_is_seen(postbox):
    send(postbox, BOB, CAROL)
    [message] = postbox.messages()
    assert message.recipients == (BOB, CAROL)
    with pytest.raises(ValueError, match="too many"):
        assert message.recipient


@pytest.mark.parametrize(("choice", "code"), [(LATER, 451), (NEVER, 550)])
def test_a_refusal_has_its_code_and_takes_nothing(postbox, choice, code):
    postbox.behaviour = lambda _number, _recipient: choice
    with pytest.raises(smtplib.SMTPDataError) as refusal:
        send(postbox)
    assert (refusal.value.smtp_code, postbox.messages()) == (code, [])


@pytest.mark.parametrize(("choice", "taken"), [(LOSE_ANSWER, 1), (HANG_UP, 0)])
def test_a_dropped_line_gives_no_answer_and_tells_nothing_of_what_was_taken(postbox, choice, taken):
    postbox.behaviour = lambda _number, _recipient: choice
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        send(postbox)
    assert len(postbox.messages()) == taken


def test_behaviour_knows_the_number_and_the_recipient(postbox):
    asked: list[tuple[int, str]] = []

    def behaviour(number: int, recipient: str) -> str:
        asked.append((number, recipient))
        return ACCEPT

    postbox.behaviour = behaviour
    for recipient in (BOB, CAROL, BOB):
        send(postbox, recipient)
    assert asked == [(0, BOB), (1, CAROL), (2, BOB)]


def test_waiting_ends_with_the_mail_and_not_with_a_clock(postbox):
    sender = threading.Thread(target=send, args=[postbox])
    sender.start()
    assert [message.recipient for message in postbox.wait_for(1)] == [BOB]
    sender.join()
    with pytest.raises(AssertionError, match="1"):
        postbox.wait_for(2, seconds=0)


def test_many_send_at_once_and_nothing_is_lost(postbox):
    people = [f"person{number}@delinde.example" for number in range(20)]
    threads = [threading.Thread(target=send, args=[postbox, person]) for person in people]
    for thread in threads:
        thread.start()
    postbox.wait_for(20)
    for thread in threads:
        thread.join()
    assert sorted(message.recipient for message in postbox.messages()) == sorted(people)


def test_it_ends_while_a_line_is_open_and_leaves_nothing_behind():
    before = threading.enumerate()
    with Postbox() as postbox:
        server = smtplib.SMTP("127.0.0.1", postbox.port, timeout=20)
        server.ehlo()
    with server, pytest.raises(smtplib.SMTPServerDisconnected):
        server.noop()
    with pytest.raises(ConnectionRefusedError):
        send(postbox)
    assert threading.enumerate() == before


def test_in_a_process_of_its_own_it_writes_down_what_it_takes(tmp_path):
    journal = tmp_path / "taken.jsonl"
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.smtp", str(journal)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with server:
        assert server.stdout is not None
        host, port = server.stdout.readline().strip().removeprefix("smtp://").split(":")
        with smtplib.SMTP(host, int(port), timeout=20) as line:
            line.sendmail(SENDER, [BOB], MAIL)
        server.kill()  # at any moment after the answer: it is on the disk
    with journal.open("a", encoding="ascii") as file:
        file.write('{"sender": "cut sho')
    assert [(m.sender, m.recipient, m.content) for m in read_journal(journal)] == [(SENDER, BOB, MAIL)]
