"""A house with something to protect behind every route."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from circles import links
from circles.conclusions import services as conclusions
from circles.extensions import db
from circles.mail.models import OutboxMail
from circles.mail.outbox import Recipient, Written, enqueue
from circles.meetings.models import Meeting, Turn
from circles.meetings.services import around, feeds
from circles.membership.mails import invitation_token
from circles.membership.models import Circle, CircleChange
from circles.membership.queries import recent_changes
from circles.membership.services import asks, charter, circles, invitations, seats
from circles.participation import services as participation
from circles.people import importing
from circles.people.models import Person, SignIn
from circles.people.services import joining, listing, settings, uploads
from circles.themes import services as themes
from circles.themes.models import Theme, ThemeVersion
from tests.factories import Cast, World
from tests.routes import REACH


@dataclass
class House:
    """What there is to protect: by the name of an id its value; by a route the ids that differ there."""

    ids: dict[str, str]
    elsewhere: dict[str, dict[str, str]] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)

    def fill(self, rule: str, text: str | None = None, *, unknown: bool = False) -> str:
        """The address of a route here, or a text of its form; `unknown` puts in ids that nothing has."""
        filled = rule if text is None else text
        for name, value in {**self.ids, **self.elsewhere.get(rule, {})}.items():
            filled = filled.replace(f"<{name}>", UNKNOWN if unknown else value)
        return filled

    def form(self, rule: str, data: dict[str, str]) -> dict[str, object]:
        """What is typed on a route; `file:name.csv` is a file of that name with what was typed in it."""
        typed = {self.fill(rule, name): self.fill(rule, value) for name, value in data.items()}
        return {
            name.partition(":")[0]: (io.BytesIO(value.encode()), name.partition(":")[2])
            if ":" in name
            else value
            for name, value in typed.items()
        }


UNKNOWN = "2222222222"
# What only the circle may see, each on a page of its own that Bob can open.
SECRETS = {
    "place": "Kamer 4.12",
    "question": "Waarom zwijgen wij daarover?",
    "charter": "Wat hier klinkt blijft hier.",
    "conclusion": "Eerst vragen, dan raad.",
    "after Eve left": "Wij misten haar.",
    "note": "Ik zie ertegen op.",
}


def house(cast: Cast, world: World) -> House:
    """A circle with a past, a present and a future, and everything that routes lead to."""
    now, circle, bob = world.now, cast.circle, cast.bob
    gerrit = world.person(cast.linde, "Gerrit Groen")
    world.seat(cast.hotspot, gerrit, 2)
    question = themes.ask_hotspot(bob, "Hoe begin je daarover?", now=now)
    themes.tell_narrative(cast.hanna, "Hier doen we het samen.", based_on=0, now=now)
    cast.hotspot.shutters_open_at = None
    circle.findable, cast.circle.place = True, SECRETS["place"]
    meeting = _meetings(cast, world)
    soon, unsaid, held = meeting.pop("soon"), meeting.pop("unsaid"), meeting.pop("held")
    kept = conclusions.record(
        held, cast.alice, kind="intention", text=SECRETS["conclusion"], case_owner=bob, now=now - timedelta(days=60)
    )  # fmt: skip
    conclusions.record(held, cast.carol, kind="norm", text=SECRETS["after Eve left"], now=now)
    charter.write_charter(circle, cast.carol, SECRETS["charter"], based_on=0, now=now)
    circles.change_settings(circle, cast.alice, {"purpose": "Beter vragen"}, based_on=1, now=now)
    around.prepare(meeting["coming"], bob, note=SECRETS["note"], brings=False, now=now)
    cast.other_circle.findable = True
    ask, other_ask = asks.ask(circle, gerrit, now=now), asks.ask(cast.other_circle, gerrit, now=now)
    invitation = invitations.invite(circle, cast.alice, "ines@delinde.example", now=now)
    mailed = invitations.invite(circle, cast.alice, "koos@delinde.example", now=now)
    invitee = joining.list_invitee(cast.linde.id, "joris@delinde.example", now=now)
    old = world.circle(cast.alice, bob, name="Oude cirkel")
    left = seats.leave(next(seat for seat in old.open_seats if seat.person_id == bob.id), now)
    theme, department = _theme(cast, world), world.department(cast.linde, "Wijkteams")
    device = world._add(
        SignIn(token_hash="x", person_id=bob.id, signed_in_at=now, seen_at=now, expires_at=now + timedelta(days=1))
    )  # fmt: skip
    participation.make_release(cast.linde, "2026-Q4", now)
    coming, lists = meeting["coming"].public_id, _administered(cast, now)
    found = House(
        ids={
            "circle_id": circle.public_id, "meeting_id": coming, "conclusion_id": kept.public_id,
            "ask_id": ask.public_id, "period": "2026-Q4", "invitation_id": invitation.public_id,
            "question_id": question.public_id, "theme_id": theme.public_id, "sign_in_id": device.public_id,
            "change_id": _changed(circle, now).public_id, "department_id": department.public_id,
            "person_id": gerrit.public_id, "role": "viewer", "edition": settings.edition(cast.linde),
            "craft_id": world.profession(cast.linde, "Arts").public_id,
            "colleague_id": cast.alice.public_id,
        } | lists.pop("ids"),
        elsewhere={
            "/cirkels/vragen/<circle_id>/<ask_id>/intrekken": {"ask_id": other_ask.public_id},
            "/bijeenkomst/<meeting_id>/begin": {"meeting_id": soon.public_id},
            "/bijeenkomst/<meeting_id>/geweest": {"meeting_id": unsaid.public_id},
            "/bijeenkomst/<meeting_id>/aanwezig": {"meeting_id": held.public_id},
            "/bijeenkomst/<meeting_id>/conclusies": {"meeting_id": held.public_id},
            "/cirkel/<circle_id>/wijzigingen/<change_id>/blijven": {
                "circle_id": old.public_id, "change_id": left.public_id,
            },
            "/uitnodiging/<token>": {"token": links.sign("invitee", invitee.public_id)},
            "/uitnodiging/cirkel/<token>": {"token": invitation_token(mailed)},
            "/antwoord/<token>": {"token": links.sign("answer", coming, cast.carol.public_id)},
            "/afmelden/<token>": {"token": links.sign("unsubscribe", cast.carol.public_id, "reminder")},
            "/agenda/<token>.ics": {"token": feeds.make_feed(bob, now)},
            "/ik/gegevens/<token>.json": {"token": links.sign("export", bob.public_id, now.isoformat())},
            "/ik/gegevens/<token>.md": {"token": links.sign("export", bob.public_id, now.isoformat())},
            **lists,
        },
        people={**{name: getattr(cast, name) for name in REACH["oneself"].split()}, "gerrit": gerrit},
    )  # fmt: skip
    for rule in ("/uitnodiging/<token>", "/uitnodiging/cirkel/<token>"):
        found.elsewhere |= {f"{rule}/{said}": found.elsewhere[rule] for said in ("ja", "nee")}
    db.session.commit()
    return found


def _meetings(cast: Cast, world: World) -> dict[str, Meeting]:
    now, circle = world.now, cast.circle
    coming = world.meeting(circle, subject="own_question", place=SECRETS["place"])
    coming.question = SECRETS["question"]
    coming.turns = [
        Turn(role=role, person_id=person.id) for role, person in (("host", cast.bob), ("scribe", cast.alice))
    ]
    return {
        "coming": coming,
        "soon": world.meeting(circle, now + timedelta(minutes=10)),
        "unsaid": world.meeting(circle, now - timedelta(days=2)),
        "held": world.meeting(circle, now - timedelta(days=70), state="held"),
    }


def _administered(cast: Cast, now: datetime) -> dict[str, dict[str, str]]:
    """What an administrator deals with: lists, mail that did not arrive, quiet weeks; ids by route."""
    linde, old = cast.linde, now - timedelta(hours=1)
    listed = [joining.list_invitee(linde.id, f"{name}@delinde.example", now=now) for name in ("piet", "riet")]
    db.session.flush()
    listing.withdraw(listed[:1], old)
    rows = importing.read_pasted("siem@delinde.example").rows
    kept = [uploads.keep(linde, rows, file_name="lijst.csv", now=now) for _ in range(3)]
    uploads.confirm(kept[2], now)
    uploads.apply_upload(kept[2].id, now)
    for invitee_id in listing.due_invitations(now):
        listing.send_invitation(invitee_id, now)
    recipient, words = Recipient("weg@delinde.example", "", "nl", linde.id), Written("Dood", "Dood", "Dood")
    for number in range(2):
        enqueue(key=f"dood:{number}", kind="invitation_list", to=recipient, written=words, now=now)
    dead = db.session.scalars(sa.select(OutboxMail).where(OutboxMail.subject == "Dood")).all()
    for mail in dead:
        mail.state = "dead"
    days = ["2027-12-20", "2027-12-31"]
    settings.add_quiet_period(
        linde, name="kerst", starts_on=date.fromisoformat(days[0]), ends_on=date.fromisoformat(days[1])
    )
    file, quiet = "/beheer/mensen/bestand/<upload_id>", "/beheer/instellingen/stille-weken/<token>"
    quiet_token = {"token": links.sign("quiet", str(linde.id), "kerst", *days)}
    return {
        "ids": {"invitee_id": listed[1].public_id, "upload_id": kept[0].public_id},
        f"{file}/weg": {"upload_id": kept[1].public_id},
        f"{file}/rest-intrekken": {"upload_id": kept[2].public_id},
        "/beheer/mensen/terug/<token>": {"token": links.sign("withdrawn", str(linde.id), old.isoformat())},
        "/beheer/mail/<token>/opnieuw": {"token": links.sign("dead_mail", str(dead[0].id))},
        "/beheer/mail/<token>/weg": {"token": links.sign("dead_mail", str(dead[1].id))},
        f"{quiet}/weg": quiet_token,
        f"{quiet}/terug": quiet_token,
    }


def _theme(cast: Cast, world: World) -> Theme:
    theme = Theme(organisation_id=cast.linde.id, stage="ready", elements="A1", made_at=world.now)
    version = ThemeVersion(
        language="nl", number=1, origin="library", written_at=world.now, published_at=world.now, title="Zolder",
        question="Wat mag er weg?", opening_questions=["Sinds wanneer?"],
    )  # fmt: skip
    theme.versions = [version]
    return world._add(theme)


def _changed(circle: Circle, now: datetime) -> CircleChange:
    return next(row for row in recent_changes(circle, now) if row.kind == "settings_changed")
