"""What there is to see today: who asks, who is invited, who waits, and the meeting that Alice will lead."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from random import Random

import sqlalchemy as sa

from circles.demo import talks
from circles.demo.house import House
from circles.demo.life import Life, tend
from circles.demo.texts import words
from circles.extensions import db
from circles.formats import local
from circles.meetings.models import Meeting
from circles.meetings.services import around, changing, planning, reminding, replies, turns
from circles.membership.models import Circle
from circles.membership.services import asks, changes, invitations, seats, waiting
from circles.people.models import Person
from circles.themes import services as themes

NEXT_THEMES = ("toen-de-regel-niet-paste", "aan-wie-denk-je", "wat-zag-je-ervan-terug")
ANSWERS = ("yes", "yes", "yes", "yes", "yes", "maybe", "no")
OWN_THEME = {
    "title": "Wie belt er terug?",
    "question": "Wanneer liet jij iemand te lang wachten, en wat had je willen zeggen?",
    "why": "Wachten is voor wie wacht een ander werkwoord dan voor wie laat wachten.",
    "opening_questions": [
        "Wie wacht er op dit moment op jou?",
        "Wat zeg je als er nog geen antwoord is?",
        "Wanneer was een eerlijk ‘nog niet’ genoeg?",
    ],
    "preparation": "Kijk je lijst met openstaande telefoontjes na, en kies er één.",
    "preparation_minutes": 5,
    "work_form": "drie telefoontjes",
    "work_form_minutes": 50,
    "when_stuck": "Gaat het over drukte? Vraag dan: wat wist degene die wachtte?",
}

DRAFT = {
    "title": "Wie mag hier twijfelen?",
    "question": "Wanneer twijfelde jij de laatste tijd hardop, en wat deed dat met de anderen?",
    "why": "Twijfel hoort bij het vak, en past toch zelden in een overleg.",
    "opening_questions": [
        "Bij wie twijfel je hardop?",
        "Waar hield je je twijfel voor je?",
        "Wat werd er beter doordat iemand het ook niet wist?",
    ],
    "preparation": "Denk aan één moment waarop je zekerder deed dan je was.",
    "preparation_minutes": 5,
    "work_form": "hardop denken",
    "work_form_minutes": 45,
    "when_stuck": "Komt er meteen raad? Vraag dan eerst: waar zit de twijfel precies?",
}
RESTS = "groter-dan-het-was"  # a theme that this hotspot does not offer for now

NARRATIVE = (
    "Wij begonnen met één vraag: wanneer ging je de laatste tijd met een goed gevoel naar huis?\n\n"
    "De antwoorden gingen zelden over een protocol. Ze gingen over **tijd nemen**, over iemand echt zien, over een"
    " collega die bleef vragen. Dat is hier goed werk, en het staat onder druk.\n\n"
    "- We praten liever over één situatie dan over het systeem.\n"
    "- We schrijven op wat we willen vasthouden, en laten de rest los.\n"
    "- We weten het ook niet. Daarom vragen we het jullie."
)
QUESTIONS = (
    "In onze cirkel valt het gesprek steeds terug op de werkdruk. Hoe kom je daar voorbij zonder het weg te wuiven?",
    "Is er een thema over werken met mantelzorgers die het beter weten dan wij?",
)
ANSWER = (
    "Geef de werkdruk één rondje, met een klok erbij. Vraag daarna: **wat deed jij, ondanks de drukte, toch goed?**"
    " Bij ons kwam het gesprek toen vanzelf bij een situatie uit."
)


def lead_up(life: Life, people: dict[str, Person], now: datetime) -> None:
    """The next meeting of Alice's circle: its theme, her turn, answers, and what somebody would like to bring."""
    coming = coming_of(life.circle, now)
    when = now - timedelta(days=3)
    for meeting, theme in zip(coming, NEXT_THEMES, strict=False):
        talks.about(life, meeting, theme=theme, now=when)
    first = coming[0]
    turns.give_turn(first, "host", people["alice"], people["carol"], when)
    planning.arrange(life.circle, when)
    for number, (person, answer) in enumerate(zip(life.seated, ANSWERS, strict=False)):
        note = {"maybe": "Hangt van de dienst af.", "no": "Vrij die dag."}.get(answer, "")
        at = now - timedelta(hours=60 - 7 * number)
        replies.answer(first, person, answer=answer, way="web", now=at, note=note)
    note = "Het gesprek van vorige week, waarin ik van de afspraak afweek. Zonder namen vertellen."
    around.prepare(first, people["bob"], note=note, brings=True, now=now - timedelta(days=1))


def look_around(house: House, life: Life, rng: Random, now: datetime) -> None:
    """What is open in one circle today."""
    plot, circle = life.plot, life.circle
    if not circle.plans:
        return
    host = life.seated[0]
    for person in house.free(rng, plot.asking, plot.craft):
        asks.ask(circle, person, now=_days_ago(now, rng, 1, 9), note=_another(life, "asks"))
        house.seated.add(person.id)
    for person in house.free(rng, plot.inviting, plot.craft):
        invitations.invite(
            circle, host, person.email, now=_days_ago(now, rng, 2, 20), note=_another(life, "invites")
        )
    for person in house.free(rng, plot.waiting, plot.craft):
        waiting.wait_for_seat(circle, person, _days_ago(now, rng, 5, 60))
        house.seated.add(person.id)
    for seat in circle.open_seats[2 : 2 + plot.paused]:
        seats.pause(seat, _days_ago(now, rng, 10, 20), until=now + timedelta(weeks=9))
        life.told.clear()
    _ahead(life, now)
    tend(life, now - timedelta(hours=3))


def open_up(hotspot: Life, house: House, since: datetime, now: datetime) -> None:
    """Half-way the hotspot opened its shutters, and published a theme of its own; now it writes another."""
    opened_at = since + (now - since) / 2
    themes.open_shutters(hotspot.circle, opened_at)
    own = themes.begin_theme(house.organisation.id, opened_at)
    author = hotspot.seated[0]
    themes.write_draft(own, author, language="nl", texts=OWN_THEME, based_on=0, now=opened_at)
    themes.publish(own, hotspot.circle, opened_at + timedelta(weeks=2))
    draft = themes.begin_theme(house.organisation.id, now - timedelta(days=9))
    themes.write_draft(draft, author, language="nl", texts=DRAFT, based_on=0, now=now - timedelta(days=9))
    themes.let_rest(talks.theme_of(house.organisation.id, RESTS))
    themes.tell_narrative(author, NARRATIVE, based_on=0, now=opened_at + timedelta(weeks=1))
    asked = themes.ask_hotspot(house.cast["bob"], QUESTIONS[0], now=now - timedelta(days=20))
    themes.answer_question(asked, author, ANSWER, now=now - timedelta(days=12))
    themes.ask_hotspot(house.cast["dan"], QUESTIONS[1], now=now - timedelta(days=2))


def last_night(now: datetime) -> None:
    """What the worker would have done until yesterday evening, so that it goes on from there."""
    night = datetime.combine(local(now).date() - timedelta(days=1), time(21), local(now).tzinfo)
    db.session.flush()
    for due, do in (
        (invitations.invitations_to_tend, invitations.tend_invitation),
        (reminding.meetings_to_remind_of, reminding.remind),
        (changes.changes_to_tell, changes.tell_changes),
    ):
        for row_id in due(night):
            do(row_id, night)


def coming_of(circle: Circle, now: datetime) -> list[Meeting]:
    """Planned meetings, the soonest first."""
    db.session.flush()
    return list(
        db.session.scalars(
            sa.select(Meeting)
            .where(Meeting.circle_id == circle.id, Meeting.state == "planned", Meeting.starts_at > now)
            .order_by(Meeting.starts_at)
        )
    )


def _ahead(life: Life, now: datetime) -> None:
    """Some have answered for the next meeting; where the plot says so it was moved a day."""
    if life.plot.story or not (coming := coming_of(life.circle, now)):
        return
    first, when = coming[0], now - timedelta(days=2)
    if life.plot.next_theme:
        talks.about(life, first, theme=life.plot.next_theme, now=when)
    if life.plot.moved:
        changing.reschedule(
            first, life.seated[1], starts_at=first.starts_at + timedelta(hours=2),
            ends_at=first.ends_at + timedelta(hours=2), place=first.place, based_on=first.version, now=when,
        )  # fmt: skip
        return
    talks.answer(first, life.circle.open_seats, life.rng, until=now - timedelta(hours=4))


def _another(life: Life, kind: str) -> str:
    found: Sequence[str] = [text for text in words(kind) if text not in life.said] or words(kind)
    text = life.rng.choice(found)
    life.said.add(text)
    return text


def _days_ago(now: datetime, rng: Random, least: int, most: int) -> datetime:
    return now - timedelta(days=rng.randint(least, most), hours=rng.randint(1, 6))
