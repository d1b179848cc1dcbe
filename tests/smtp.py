"""A real SMTP server for the tests, which can refuse, put off and hang up.

In a process of its own: `python -m tests.smtp FILE` writes its address to standard output and every mail it takes to
FILE, before it answers, until standard input ends. `read_journal` reads such a file.
"""

from __future__ import annotations

import asyncio
import base64
import email
import email.policy
import json
import os
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

ACCEPT, LATER, NEVER, LOSE_ANSWER, HANG_UP = "accept", "later", "never", "lose answer", "hang up"
ANSWERS = {LATER: "451 try again later", NEVER: "550 no such mailbox"}
Behaviour = Callable[[int, str], str]


@dataclass(frozen=True)
class Received:
    """One mail as it arrived, to all that the envelope named."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes

    @property
    def recipient(self) -> str:
        """The one address it went to; fails when there are more."""
        [recipient] = self.recipients
        return recipient

    def parsed(self) -> EmailMessage:
        """The mail as Python's own parser reads it."""
        message = email.message_from_bytes(self.content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        return message


def accept_all(_number: int, _recipient: str) -> str:
    """Takes every mail."""
    return ACCEPT


class Postbox:
    """An SMTP server on this machine, on a free port, that keeps what it took, in order.

    `behaviour(number, recipient)` says what to do with the mail of that number, counted from 0: ACCEPT, LATER (451),
    NEVER (550), LOSE_ANSWER (takes it, then drops the line) or HANG_UP (drops the line without taking it). It may be
    replaced at any time; it runs in the server's thread. With a `journal`, what is taken is also appended to that file.
    """

    def __init__(self, behaviour: Behaviour = accept_all, *, journal: Path | None = None) -> None:
        self.behaviour = behaviour
        self.journal = journal
        self.received: list[Received] = []
        self.offered = 0
        self._changed = threading.Condition()

    def __enter__(self) -> Self:
        self._server = _Server(self)
        self.port = self._server.port
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._server.stop()

    @property
    def url(self) -> str:
        """As MAIL_URL wants it."""
        return f"smtp://127.0.0.1:{self.port}"

    def messages(self) -> list[Received]:
        """What was taken so far, in order; a copy."""
        with self._changed:
            return list(self.received)

    def parsed(self) -> list[EmailMessage]:
        """What was taken so far, as Python's own parser reads it."""
        return [message.parsed() for message in self.messages()]

    def wait_for(self, number: int, *, seconds: float = 60) -> list[Received]:
        """What was taken, as soon as it is that many mails; fails after the given time."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.received) >= number, seconds), len(self.received)
            return list(self.received)

    async def handle_DATA(self, server: SMTP, _session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        choice = self.behaviour(self.offered, envelope.rcpt_tos[0])
        assert choice in {ACCEPT, LATER, NEVER, LOSE_ANSWER, HANG_UP}, choice
        self.offered += 1
        if choice in {ACCEPT, LOSE_ANSWER}:
            self._take(Received(envelope.mail_from, tuple(envelope.rcpt_tos), envelope.original_content))
        if choice in {LOSE_ANSWER, HANG_UP}:
            assert server.transport is not None
            server.transport.abort()
        return ANSWERS.get(choice, "250 taken")

    def _take(self, message: Received) -> None:
        if self.journal:
            _append(self.journal, message)
        with self._changed:
            self.received.append(message)
            self._changed.notify_all()


class _Server(Controller):
    """aiosmtpd on a socket that the system chose; it ends by closing every line, so that nothing is left open."""

    def __init__(self, handler: Postbox) -> None:
        self.lines: set[_Line] = set()
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=100)
        port = self._socket.getsockname()[1]
        super().__init__(handler, hostname="127.0.0.1", port=port, ready_timeout=20)

    def factory(self) -> SMTP:
        return _Line(self.lines, self.handler, loop=self.loop, **self.SMTP_kwargs)

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=self._socket)

    def stop(self, no_assert: bool = False) -> None:
        asyncio.run_coroutine_threadsafe(self._hang_up(), self.loop).result(timeout=20)
        super().stop(no_assert)

    async def _hang_up(self) -> None:
        assert self.server is not None
        self.server.close()
        lines = list(self.lines)
        for line in lines:
            assert line.transport is not None
            line.transport.abort()
        await asyncio.gather(*(line.closed for line in lines))


class _Line(SMTP):
    """One connection, which says when it is closed."""

    def __init__(self, lines: set[_Line], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.closed: asyncio.Future[None] = self.loop.create_future()
        self._lines = lines

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._lines.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self._lines.discard(self)
        self.closed.set_result(None)


def read_journal(path: Path) -> list[Received]:
    """What a server took down there, in order. A line that a kill cut short was never answered and is left out."""
    rows = [
        json.loads(line) for line in path.read_text("ascii").splitlines(keepends=True) if line.endswith("\n")
    ]
    return [
        Received(row["sender"], tuple(row["recipients"]), base64.b64decode(row["content"])) for row in rows
    ]


def _append(path: Path, message: Received) -> None:
    row = {
        "sender": message.sender,
        "recipients": message.recipients,
        "content": base64.b64encode(message.content).decode(),
    }
    with path.open("a", encoding="ascii") as file:
        file.write(json.dumps(row) + "\n")
        file.flush()
        os.fsync(file.fileno())


if __name__ == "__main__":
    with Postbox(journal=Path(sys.argv[1])) as postbox:
        sys.stdout.write(postbox.url + "\n")
        sys.stdout.flush()
        sys.stdin.read()
