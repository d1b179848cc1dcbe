"""Closing an account and opening it again."""

from __future__ import annotations

from datetime import datetime

from circles.people.models import Person
from circles.people.services.organisations import keep_an_administrator
from circles.people.services.signing_in import end_sign_ins


def disable(person: Person, now: datetime) -> None:
    """Nobody gets in on this account any more; whoever is in, is out at once. Raises LastAdministrator."""
    keep_an_administrator(person)
    person.disabled_at = person.disabled_at or now
    end_sign_ins(person)


def enable(person: Person) -> None:
    """The account works again; its owner signs in anew."""
    person.disabled_at = None
