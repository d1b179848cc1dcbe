"""One story in which every kind of mail is sent, through the services that send it, to readers of one language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import sqlalchemy as sa

from circles.conclusions import services as conclusions
from circles.extensions import db
from circles.ids import new_public_id
from circles.mail.delivery import letter_of
from circles.mail.message import as_bytes
from circles.mail.models import OutboxMail
from circles.meetings.models import Meeting, Preparation, Turn
from circles.meetings.queries import answers_to
from circles.meetings.services import announcing, changing, reminding, replies, swapping
from circles.membership.services import asks, changes, charter, circles, invitations, seats, waiting
from circles.people.services import ending, joining, listing
from circles.themes.models import Theme, ThemeVersion
from tests.factories import Cast, World

SECRET = "geheim"  # stands in everything that a circle keeps to itself


@dataclass(frozen=True)
class Sent:
    """A mail as its reader gets it."""

    kind: str
    to: str
    message: EmailMessage

    @property
    def subject(self) -> str:
        """The decoded subject."""
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        """The part in plain text."""
        return self._content("plain")

    @property
    def html(self) -> str:
        """The part in HTML."""
        return self._content("html")

    @property
    def everything(self) -> str:
        """All headers and parts, decoded and unfolded, to search in."""
        headers = [f"{name}: {value}" for name, value in self.message.items()]
        parts = [part for part in self.message.walk() if not part.is_multipart()]
        said = [part.get_payload(decode=True).decode() for part in parts]
        return "\n".join([*headers, *said]).replace("\r\n ", "")  # a calendar folds its lines

    def _content(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        assert part is not None, f"{self.kind} has no {kind} part"
        return str(part.get_content()).replace("\r\n", "\n")


class Story:
    """Lets things happen in the circle of the cast, and gathers what each of them sent."""

    def __init__(self, cast: Cast, world: World, language: str, ask_code: Callable[[str], None]) -> None:
        self.cast, self.world, self.language, self.ask_code = cast, world, language, ask_code
        self.now, self.sent, self._last = world.now, [], 0
        for person in ending.people_of(cast.linde):
            person.locale = language
        cast.bob.zone = "America/New_York"
        cast.linde.name, cast.linde.working_time = "Acorn", "9 – 17"
        cast.circle.name, cast.circle.findable, cast.circle.place = "Zuid", True, "Ark 2"

    def happens(self) -> list[Sent]:
        """Everything in turn; yields the mails in order."""
        for chapter in (
            self._people_get_in, self._colleagues_are_invited, self._somebody_asks, self._somebody_waits,
            self._things_change, self._a_meeting_is_planned_and_moved, self._it_comes_near, self._one_is_called_off,
            self._one_was_not_begun, self._one_was_held, self._turns_are_swapped, self._the_house_ends,
            self._the_house_stays,
        ):  # fmt: skip
            chapter()
            self._gather()
        return self.sent

    def _gather(self) -> None:
        db.session.flush()
        rows = db.session.scalars(
            sa.select(OutboxMail)
            .where(OutboxMail.id > self._last)
            .order_by(OutboxMail.id)
            .execution_options(populate_existing=True)
        ).all()
        for row in rows:
            assert row.state == "queued", f"{row.kind} was superseded before anybody read it"
            message = message_from_bytes(as_bytes(letter_of(row)), policy=policy.default)
            assert isinstance(message, EmailMessage)
            self.sent.append(Sent(row.kind, row.to_address, message))
            self._last = row.id

    def _people_get_in(self) -> None:
        self.ask_code(self.cast.alice.email)
        invitee = joining.list_invitee(
            self.cast.linde.id, "ines@elders.example", now=self.now, name="Ines", locale=self.language
        )
        invitee.invited_at = None
        db.session.flush()
        listing.send_invitation(invitee.id, self.now)

    def _colleagues_are_invited(self) -> None:
        circle, alice = self.cast.circle, self.cast.alice
        for email, note in (("kim@elders.example", ""), (self.cast.frank.email, "Your <eye> & mine")):
            invitation = invitations.invite(circle, alice, email, now=self.now, note=note)
            self._gather()
            invitations.tend_invitation(invitation.id, self.now + invitations.REMIND_AFTER)

    def _somebody_asks(self) -> None:
        circle, bob = self.cast.circle, self.cast.bob
        asks.decline_ask(asks.ask(circle, self.cast.dan, now=self.now), bob, self.now)
        asks.admit(asks.ask(circle, self.cast.frank, now=self.now, note="Love to"), bob, self.now)
        self._gather()
        asks.expire_ask(asks.ask(circle, self.cast.dan, now=self.now).id, self.now + asks.LIVES)

    def _somebody_waits(self) -> None:
        cast, now = self.cast, self.now
        eight = self.world.people(cast.linde, 8)
        for person in eight:
            person.locale = self.language
        full = self.world.circle(*eight, name="Noord", findable=True)
        asks.admit(asks.ask(full, cast.dan, now=now), full.open_seats[0].person, now)
        invitations.accept_invitation(
            invitations.invite(full, full.open_seats[0].person, cast.alice.email, now=now), cast.alice, now
        )
        for seat in full.open_seats[:2]:
            seats.leave(seat, now)
        waiting.offer_seats(full.id, now)

    def _things_change(self) -> None:
        circle, alice, now = self.cast.circle, self.cast.alice, self.now
        charter.write_charter(circle, alice, f"Spelregels: {SECRET}", based_on=0, now=now)
        circles.change_settings(
            circle, alice, {"purpose": f"Waarom: {SECRET}"}, based_on=circle.version, now=now
        )
        circles.wish_to_end(circle, alice, now)
        alices, bobs = (next(s for s in circle.open_seats if s.person is p) for p in (alice, self.cast.bob))
        seats.pass_on_convener(alices, bobs, now)
        seats.pass_on_convener(bobs, alices, now)
        changes.tell_changes(circle.id, now + changes.TELL_AFTER)

    def _a_meeting_is_planned_and_moved(self) -> None:
        cast, now = self.cast, self.now
        theme = self._theme()
        self.meeting = self.world.meeting(
            cast.circle, place="Ark 2", theme_id=theme.theme_id, theme_version_id=theme.id, subject="theme"
        )
        self.meeting.question = f"Onze vraag: {SECRET}"
        self._turns(self.meeting, host=cast.bob, scribe=cast.bob)
        announcing.announce(self.meeting.id, now)
        self._gather()
        replies.answer(
            self.meeting, cast.carol, answer="yes", way="web", now=now, note=f"Ik kom later: {SECRET}"
        )
        self._prepare(cast.carol)
        starts_at = self.meeting.starts_at + timedelta(hours=1)
        changing.reschedule(
            self.meeting, cast.alice, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=90),
            place="Ark <3> & meer", based_on=self.meeting.version, now=now,
        )  # fmt: skip
        announcing.announce(self.meeting.id, now + timedelta(minutes=2))

    def _it_comes_near(self) -> None:
        replies.answer(self.meeting, self.cast.alice, answer="yes", way="web", now=self.now)
        reminding.remind(self.meeting.id, self.meeting.starts_at - timedelta(days=2, hours=12))
        self._gather()
        reminding.remind(self.meeting.id, self.meeting.starts_at - timedelta(hours=12))

    def _one_is_called_off(self) -> None:
        other = self.world.meeting(self.cast.circle, self.now + timedelta(days=24))
        announcing.announce(other.id, self.now)
        self._gather()
        changing.skip(other, self.cast.alice, self.now)
        announcing.announce(other.id, self.now + timedelta(minutes=2))

    def _one_was_not_begun(self) -> None:
        past = self.world.meeting(self.cast.circle, self.now - timedelta(days=2))
        changing.close(past.id, self.now)

    def _one_was_held(self) -> None:
        held = self.world.meeting(self.cast.circle, self.now - timedelta(days=1), state="held")
        self._turns(held, scribe=self.cast.carol)
        conclusions.record(
            held, self.cast.bob, kind="insight", text=f"Inzicht: {SECRET}", note=SECRET, now=self.now
        )
        reminding.remind(held.id, held.ends_at + timedelta(days=1))

    def _turns_are_swapped(self) -> None:
        cast, now = self.cast, self.now
        first, second = (self.world.meeting(cast.circle, now + timedelta(days=days)) for days in (40, 41))
        self._turns(first, host=cast.alice)
        self._turns(second, host=cast.carol)
        [pair] = swapping.swaps_at(first, [first, second], cast.alice, answers_to([first, second]))
        swapping.swap(pair, cast.alice, now)

    def _the_house_ends(self) -> None:
        ending.announce_end(self.cast.linde, self.now)

    def _the_house_stays(self) -> None:
        ending.undo_end(self.cast.linde, self.now)

    def _theme(self) -> ThemeVersion:
        theme = Theme(organisation_id=self.cast.linde.id, stage="ready", made_at=self.now)
        db.session.add(theme)
        db.session.flush()
        version = ThemeVersion(
            theme_id=theme.id, language=self.language, number=1, origin="organisation", written_at=self.now,
            published_at=self.now, title=f"Thema: {SECRET}", question=f"Vraag: {SECRET}",
        )  # fmt: skip
        db.session.add(version)
        db.session.flush()
        return version

    def _prepare(self, person) -> None:
        note = Preparation(
            organisation_id=self.cast.linde.id, public_id=new_public_id(), meeting_id=self.meeting.id,
            person_id=person.id, written_at=self.now, brings=True,
        )  # fmt: skip
        note.note = f"Ik wil vertellen: {SECRET}"
        db.session.add(note)

    def _turns(self, meeting: Meeting, **turns) -> None:
        db.session.add_all(
            Turn(meeting_id=meeting.id, role=role, person_id=person.id) for role, person in turns.items()
        )
        db.session.flush()
        db.session.refresh(meeting)
