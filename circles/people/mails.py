"""Mails about getting in, and how to get fewer of them."""

from __future__ import annotations

from datetime import datetime

from circles import links
from circles.mail.outbox import Recipient, compose, enqueue
from circles.people.models import Invitee, Organisation, Person

KINDS = ("invitation", "reminder", "circle_news", "list")  # what a person may say no to


def sign_in_code(address: str, code: str, *, locale: str, known: bool, key: str, now: datetime) -> None:
    """The code, for an address that may come in. An unknown address costs the same time, and gets nothing."""
    written = compose("sign_in_code", locale=locale, code=f"{code[:3]} {code[3:]}")
    if known:
        enqueue(
            key=f"code:{key}",
            kind="sign_in_code",
            to=Recipient(address, "", locale),
            written=written,
            now=now,
            lane=f"code:{address}",
            topic=f"code:{address}"[:80],
        )


def invitation_list(invitee: Invitee, now: datetime) -> bool:
    """The organisation's invitation to take part."""
    locale = "en" if invitee.speaks == "en" else "nl"
    written = compose("invitation_list", locale=locale, invitee=invitee, token=invitation_token(invitee))
    to = Recipient(invitee.email, invitee.name, locale, organisation_id=invitee.organisation_id)
    topic = invitation_topic(invitee)
    # Who was taken off the list and put on it again is invited anew: so the key tells one time from the other.
    key = f"{topic}:{now:%Y%m%d%H%M%S%f}"
    return enqueue(key=key, kind="invitation_list", to=to, written=written, now=now, topic=topic)


def invitation_topic(invitee: Invitee) -> str:
    """What that mail is about, for calling it back."""
    return f"list:{invitee.public_id}"


def invitation_token(invitee: Invitee) -> str:
    """For the link in that mail: one purpose, one invitee, until answered."""
    return links.sign("invitee", invitee.public_id)


def unsubscribe_url(person: Person, kind: str) -> str:
    """The page that ends this kind of mail."""
    return links.address("people.unsubscribe", token=links.sign("unsubscribe", person.public_id, kind))


def unsubscribe_headers(person: Person, kind: str) -> list[tuple[str, str]]:
    """List-Unsubscribe by one click (RFC 8058)."""
    url = unsubscribe_url(person, kind)
    return [("List-Unsubscribe", f"<{url}>"), ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")]


def organisation_news(kind: str, organisation: Organisation, person: Person, now: datetime) -> bool:
    """That the organisation ends and when, or that it stays after all. Everybody gets it: nobody can decline it."""
    written = compose(kind, locale=person.locale, organisation=organisation, reader=person)
    return enqueue(
        key=f"{kind}:{organisation.public_id}:{organisation.ends_at:%Y%m%d%H%M%S}:{person.public_id}",
        kind=kind,
        to=person,
        written=written,
        now=now,
        topic=f"organisation_end:{organisation.public_id}:{person.public_id}",
    )
