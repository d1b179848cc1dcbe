"""Handing a mail to the world: an SMTP server, or a folder of .eml files."""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import parse_qs, unquote, urlsplit

SMTP_TIMEOUT_SECONDS = 20.0


class Postponed(Exception):
    """Not now: no connection, a 4xx answer, or none at all. Trying again may bring it twice, never lose it."""


class Refused(Exception):
    """Never: the server refuses this recipient or this mail for good."""


class Transport(Protocol):
    """Something that takes a mail. Used as a context manager, so that one connection carries many mails."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None: ...
    def send(self, sender: str, recipient: str, message: bytes, *, message_id: str) -> None:
        """Returns when the other side took it. Raises Postponed or Refused with a reason without content."""


def transport_for(mail_url: str) -> Transport:
    """The transport a MAIL_URL asks for."""
    parts = urlsplit(mail_url)
    return FolderTransport(Path(unquote(parts.path))) if parts.scheme == "file" else SmtpTransport(mail_url)


class FolderTransport:
    """Writes each mail as a file, named by its Message-ID: sending again overwrites it with the same bytes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        return None

    def send(self, sender: str, recipient: str, message: bytes, *, message_id: str) -> None:
        name = hashlib.sha256(message_id.encode()).hexdigest()[:16]
        (self.folder / f"{name}.eml").write_bytes(message)


class SmtpTransport:
    """One SMTP connection, opened at the first mail and again after it breaks."""

    def __init__(self, mail_url: str) -> None:
        self.url = urlsplit(mail_url)
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._hang_up()

    def send(self, sender: str, recipient: str, message: bytes, *, message_id: str) -> None:
        try:
            self._connected().sendmail(sender, [recipient], message)
        except smtplib.SMTPRecipientsRefused as error:
            code, reason = next(iter(error.recipients.values()))
            self._judge(code, reason)
        except smtplib.SMTPDataError as error:
            self._judge(error.smtp_code, error.smtp_error)
        except (smtplib.SMTPException, OSError) as error:
            # A refused sender or password is ours to mend: the mail must wait for that, not die of it.
            self._hang_up()
            raise Postponed(f"{type(error).__name__}: {error}"[:200]) from error

    def _judge(self, code: int, reason: bytes | str) -> None:
        said = f"{code} {reason.decode('utf-8', 'replace') if isinstance(reason, bytes) else reason}"[:200]
        raise Refused(said) if 500 <= code < 600 else Postponed(said)

    def _connected(self) -> smtplib.SMTP:
        if self._server is None:
            self._server = self._connect()
        return self._server

    def _connect(self) -> smtplib.SMTP:
        host, options = self.url.hostname or "localhost", parse_qs(self.url.query)
        if self.url.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, self.url.port or 465, timeout=SMTP_TIMEOUT_SECONDS, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(host, self.url.port or 25, timeout=SMTP_TIMEOUT_SECONDS)
        if options.get("starttls") == ["1"]:
            server.starttls(context=ssl.create_default_context())
        if self.url.username:
            server.login(unquote(self.url.username), unquote(self.url.password or ""))
        return server

    def _hang_up(self) -> None:
        if self._server is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._server.quit()
            self._server.close()
            self._server = None
