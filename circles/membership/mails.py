"""Mails about joining a circle, and about what its members changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from circles import links
from circles.mail.outbox import Recipient, compose, enqueue
from circles.membership.models import Ask, Circle, CircleChange, CircleInvitation, WaitingPlace
from circles.people.mails import unsubscribe_headers, unsubscribe_url
from circles.people.models import Person


def circle_invitation(invitation: CircleInvitation, person: Person | None, now: datetime) -> None:
    """A colleague asks you to sit down in a circle."""
    _invitation("circle_invitation", invitation, person, now)


def circle_invitation_reminder(invitation: CircleInvitation, person: Person | None, now: datetime) -> None:
    """The one reminder of an invitation nobody answered."""
    _invitation("circle_invitation_reminder", invitation, person, now)


def invitation_token(invitation: CircleInvitation) -> str:
    """For the link in those mails: one purpose, one invitation, until answered."""
    return links.sign("circle_invitation", invitation.public_id)


def ask_to_join(ask: Ask, now: datetime) -> None:
    """Tells the trekker that somebody would like to join. All members see it on the circle's page as well."""
    convener = next((seat.person for seat in ask.circle.open_seats if seat.is_convener), None)
    if convener is None or convener.mutes("circle_news"):
        return
    values = {"ask": ask, "reader": convener, "unsubscribe_url": unsubscribe_url(convener, "circle_news")}
    enqueue(
        key=f"ask:{ask.public_id}",
        kind="ask_to_join",
        to=convener,
        circle=ask.circle.public_id,
        written=compose("ask_to_join", locale=convener.locale, **values),
        now=now,
        headers=unsubscribe_headers(convener, "circle_news"),
    )


def ask_answered(ask: Ask, now: datetime) -> None:
    """Tells who asked what the circle said."""
    written = compose("ask_answered", locale=ask.person.locale, ask=ask, reader=ask.person)
    enqueue(
        key=f"ask:{ask.public_id}:{ask.outcome}", kind="ask_answered", to=ask.person, written=written, now=now
    )


def seat_free(place: WaitingPlace, invitation: CircleInvitation | None, now: datetime) -> bool:
    """Tells somebody in line that a seat is free; who was invited sits down by that invitation, others ask."""
    circle, reader = place.circle, place.person
    token = invitation_token(invitation) if invitation else None
    return enqueue(
        key=f"seat_free:{circle.public_id}:{reader.public_id}:{now:%Y%m%d%H%M%S%f}",
        kind="seat_free",
        to=reader,
        written=compose("seat_free", locale=reader.locale, circle=circle, token=token),
        now=now,
    )


def circle_news(
    circle: Circle,
    reader: Person,
    changes: Sequence[CircleChange],
    undoable: Sequence[CircleChange],
    now: datetime,
) -> bool:
    """What others changed, in one mail, and which of it anybody can undo. Never what the circle wrote."""
    if reader.mutes("circle_news"):
        return False
    unsubscribe = unsubscribe_url(reader, "circle_news")
    undo = "all" if len(undoable) == len(changes) else "some" if undoable else "none"
    values = {"circle": circle, "reader": reader, "changes": changes, "undo": undo}
    written = compose("circle_news", locale=reader.locale, unsubscribe_url=unsubscribe, **values)
    return enqueue(
        key=f"news:{changes[-1].public_id}:{reader.public_id}",
        kind="circle_news",
        to=reader,
        circle=circle.public_id,
        written=written,
        now=now,
        headers=unsubscribe_headers(reader, "circle_news"),
    )


def _invitation(kind: str, invitation: CircleInvitation, person: Person | None, now: datetime) -> None:
    if person and person.mutes("list"):
        return  # finds it on the page with circles
    organisation_id = invitation.circle.organisation_id
    inviter_locale = (invitation.inviter or invitation.circle.organisation).locale
    to = person or Recipient(invitation.email, "", inviter_locale, organisation_id=organisation_id)
    written = compose(kind, locale=to.locale, invitation=invitation, token=invitation_token(invitation))
    enqueue(key=f"{kind}:{invitation.public_id}", kind=kind, to=to, written=written, now=now)
