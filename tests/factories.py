"""Rows for tests, made quickly: for arranging a story, never for acting in it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from circles.extensions import db
from circles.meetings.models import Meeting
from circles.membership.models import Circle, Seat
from circles.people.models import Department, Organisation, Person, Profession, Role


@dataclass
class Cast:
    """The people of every story. Alice is trekker of `circle`, Bob and Carol sit in it."""

    linde: Organisation
    anker: Organisation
    circle: Circle
    alice: Person  # trekker of the circle
    bob: Person  # sits in it
    carol: Person  # sits in it
    dan: Person  # sits in another circle
    eve: Person  # has left the circle
    frank: Person  # the manager Bob would rather not sit with
    hanna: Person  # in the hotspot
    olga: Person  # views for the organisation
    ada: Person  # administers it
    zoe: Person  # belongs to another organisation
    other_circle: Circle
    hotspot: Circle


class World:
    """Makes rows at one instant. Everything is flushed, so ids are there; the client commits before a request."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def organisation(self, name: str = "De Linde", **values: Any) -> Organisation:
        values.setdefault("slug", name.lower().replace(" ", "-") + "-" + secrets.token_hex(2))
        return self._add(Organisation(name=name, created_at=self.now, **values))

    def department(self, organisation: Organisation, name: str) -> Department:
        return self._add(Department(organisation_id=organisation.id, name=name))

    def profession(self, organisation: Organisation, name: str) -> Profession:
        return self._add(Profession(organisation_id=organisation.id, name=name))

    def person(
        self, organisation: Organisation, name: str, *, roles: tuple[str, ...] = (), **values: Any
    ) -> Person:
        address = values.pop("email", f"{name.split()[0].lower()}@{organisation.slug}.example")
        values.setdefault("joined_at", self.now)
        person = Person(
            organisation_id=organisation.id,
            email=address,
            email_normalised=address.lower(),
            name=name,
            **values,
        )
        person.organisation = organisation
        person.roles = [Role(role=role) for role in roles]
        return self._add(person)

    def people(self, organisation: Organisation, number: int) -> list[Person]:
        """That many people without a story, `Persoon 1` and on."""
        return [
            self.person(
                organisation,
                f"Persoon {i}",
                email=f"persoon{i}-{secrets.token_hex(2)}@{organisation.slug}.example",
            )
            for i in range(1, number + 1)
        ]

    def circle(self, *people: Person, name: str = "Vakcirkel Jeugdhulp", **values: Any) -> Circle:
        """A circle with these people seated in this order, the first as trekker."""
        organisation = people[0].organisation if people else values.pop("organisation")
        values.setdefault("stage", "active" if len(people) >= 6 else "forming")
        circle = self._add(
            Circle(
                organisation_id=organisation.id,
                name=name,
                zone=organisation.zone,
                region=organisation.region,
                begun_at=self.now - timedelta(days=90),
                **values,
            )
        )
        for number, person in enumerate(people, start=1):
            self.seat(circle, person, number, is_convener=number == 1)
        db.session.refresh(circle)
        return circle

    def seat(self, circle: Circle, person: Person, number: int, **values: Any) -> Seat:
        values.setdefault("sat_at", self.now - timedelta(days=90) + timedelta(hours=number))
        return self._add(Seat(circle_id=circle.id, person_id=person.id, number=number, **values))

    def meeting(self, circle: Circle, starts_at: datetime | None = None, **values: Any) -> Meeting:
        """A planned meeting, by default in ten days from now for ninety minutes."""
        starts_at = starts_at or self.now + timedelta(days=10)
        values.setdefault("ends_at", starts_at + timedelta(minutes=90))
        values.setdefault("uid", f"{secrets.token_hex(16)}@vakcirkels")
        values.setdefault("stamped_at", self.now)
        return self._add(
            Meeting(
                organisation_id=circle.organisation_id, circle_id=circle.id, starts_at=starts_at, **values
            )
        )

    def cast(self) -> Cast:
        linde = self.organisation("De Linde", slug="delinde")
        anker = self.organisation("Het Anker", slug="hetanker")
        alice = self.person(linde, "Alice Aalders")
        bob = self.person(linde, "Bob Bakker")
        carol = self.person(linde, "Carol Cuypers")
        dan = self.person(linde, "Dan Dekker")
        eve = self.person(linde, "Eve Evers")
        frank = self.person(linde, "Frank Franssen")
        hanna = self.person(linde, "Hanna Haak")
        olga = self.person(linde, "Olga Oosting", roles=("viewer",))
        ada = self.person(linde, "Ada Albers", roles=("administrator",))
        zoe = self.person(anker, "Zoë Zwart", email="zoe@hetanker.example")
        circle = self.circle(alice, bob, carol)
        self.seat(circle, eve, 4, left_at=self.now - timedelta(days=30))
        db.session.refresh(circle)
        other = self.circle(dan, name="Vakcirkel Wonen")
        hotspot = self.circle(hanna, name="Hotspot", kind="hotspot", shutters_open_at=self.now)
        return Cast(
            linde=linde, anker=anker, circle=circle, alice=alice, bob=bob, carol=carol, dan=dan, eve=eve, frank=frank,
            hanna=hanna, olga=olga, ada=ada, zoe=zoe, other_circle=other, hotspot=hotspot,
        )  # fmt: skip

    def _add(self, row: Any) -> Any:
        db.session.add(row)
        db.session.flush()
        return row
