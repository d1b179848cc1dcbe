"""One meeting of a circle in the demo: what it is about, who comes, what it keeps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from circles.conclusions import queries
from circles.conclusions import services as conclusions
from circles.conclusions.models import Conclusion
from circles.demo.texts import Text, toml, words
from circles.extensions import db
from circles.meetings.models import Meeting
from circles.meetings.services import around, changing, replies, subjects
from circles.membership.models import Seat
from circles.people.models import Person
from circles.themes.models import Theme

if TYPE_CHECKING:
    from circles.demo.life import Life

Kept = Sequence[dict[str, Any]]
OWN_QUESTION, SITUATION = 0.12, 0.1  # parts of the meetings; the others are about a theme
NOTHING_KEPT, TWO_THINGS = 0.3, 0.75  # below the one: silent; above the other: two
FEWEST = 3  # there


def theme_of(organisation_id: int, key: str) -> Theme:
    """The theme of the library with that key."""
    return db.session.scalars(
        sa.select(Theme).where(Theme.organisation_id == organisation_id, Theme.library_key == key)
    ).one()


def choose(life: Life, meeting: Meeting, number: int) -> Kept:
    """What the meeting is about where the circle chose. Yields what it will keep."""
    story = toml("story")["meeting"] if life.plot.story else []
    place = number - life.meetings + len(story)
    if story and place >= 0:
        about(life, meeting, theme=story[place]["theme"], now=meeting.starts_at - timedelta(days=9))
        kept: Kept = story[place]["kept"]
        return kept
    chance = life.rng.random()
    if chance < OWN_QUESTION:
        asked = words("questions_en" if life.plot.english else "questions")
        question = life.rng.choice([text for text in asked if text not in life.said] or asked)
        life.said.add(question)
        about(life, meeting, question=question, now=meeting.starts_at - timedelta(days=12))
    elif chance < OWN_QUESTION + SITUATION:
        about(life, meeting, now=meeting.starts_at - timedelta(days=12))
    return _drawn(life)


def about(life: Life, meeting: Meeting, *, now: datetime, theme: str = "", question: str = "") -> None:
    """A member chooses a theme by its key, an own question, or with neither only a situation."""
    subjects.choose_subject(
        meeting,
        life.rng.choice(life.seated),
        subject="theme" if theme else "own_question" if question else "situation",
        theme=theme_of(meeting.organisation_id, theme) if theme else None,
        question=question,
        based_on=meeting.version,
        now=now,
    )


def answer(
    meeting: Meeting, seats: Sequence[Seat], rng: Random, *, until: datetime | None = None
) -> list[Person]:
    """Who says what beforehand. Yields who will be there. With `until`, only what was said by then."""
    there: list[Person] = []
    others: list[Person] = []
    for seat in seats:
        said = rng.choices(("yes", "maybe", "no", ""), (74, 8, 10, 8))[0]
        at = max(
            meeting.starts_at - timedelta(hours=rng.randint(20, 220)), seat.sat_at + timedelta(minutes=5)
        )
        if said and not seat.is_paused and (until is None or at < until):
            replies.answer(meeting, seat.person, answer=said, way=rng.choice(("web", "link", "mail")), now=at,
                           note=_note(said, seat.person, rng))  # fmt: skip
        comes = rng.random() < {"yes": 0.95, "maybe": 0.5, "no": 0.0, "": 0.4}[said]
        (there if comes and not seat.is_paused else others).append(seat.person)
    return [*there, *others[: max(0, FEWEST - len(there))]]


def meet(life: Life, meeting: Meeting, there: Sequence[Person], kept: Kept, now: datetime) -> None:
    """Begins, looks back at what was intended, keeps something, and says who was there."""
    changing.begin(meeting, meeting.starts_at)
    _look_back(life, meeting)
    turn = meeting.turn_of("scribe")
    scribe = turn.person if turn and turn.person in there else there[0]
    for number, part in enumerate(kept):
        _keep(life, meeting, there, scribe, part, meeting.starts_at + timedelta(minutes=72 + 3 * number), now)
    if life.rng.random() < 0.75 or life.plot.story:
        present = {person.id: person in there for person in life.seated}
        around.note_attendance(meeting, present, scribe, meeting.ends_at + timedelta(minutes=5))


def _drawn(life: Life) -> Kept:
    chance = life.rng.random()
    texts = [life.pile.draw(life.said) for _ in range((chance > NOTHING_KEPT) + (chance > TWO_THINGS))]
    found = [text for text in texts if text]
    life.said.update(text.text for text in found)
    return [_as_kept(life, text) for text in found]


def _as_kept(life: Life, text: Text) -> dict[str, Any]:
    state = life.rng.choices(("done", "released", "later", "open"), (45, 12, 8, 35))[0]
    if life.plot.story:
        state = "done"  # what is open there is written in the story
    note = life.rng.choice(words("notes"))
    if text.kind != "insight" or life.plot.english or note in life.said or life.rng.random() > 0.2:
        note = ""
    life.said.add(note)
    return {"kind": text.kind, "text": text.text, "first": text.first, "state": state, "note": note}


def _keep(
    life: Life,
    meeting: Meeting,
    there: Sequence[Person],
    scribe: Person,
    part: dict[str, Any],
    at: datetime,
    now: datetime,
) -> None:
    rng, is_intention = life.rng, part["kind"] == "intention"
    named = next((p for p in life.seated if p.first_name.lower() == part.get("owner")), None)
    row = conclusions.record(
        meeting,
        scribe,
        kind=part["kind"],
        text=part.get("first") or part["text"],
        note=part.get("note", ""),
        owner=named or rng.choice(there),
        due_on=(at + timedelta(days=rng.randint(14, 60))).date() if is_intention else None,
        case_owner=rng.choice(there) if rng.random() < 0.15 and not is_intention else None,
        now=at,
    )
    if is_intention and part.get("state", "open") != "open":
        life.intended[row.id] = part["state"]
    later = at + timedelta(hours=rng.randint(18, 60))
    if part.get("first") and later < now:
        conclusions.edit(
            row, rng.choice(there), kind=row.kind, text=part["text"], note=row.note, based_on=1, now=later
        )


def _look_back(life: Life, meeting: Meeting) -> None:
    """What came of earlier intentions: said at the next meeting, or the one after."""
    if not life.intended:
        return
    rows: Sequence[Conclusion] = queries.open_intentions([life.circle.id])
    for row in rows:
        state = life.intended.get(row.id)
        if state and life.rng.random() < 0.7:
            conclusions.settle_intention(row, state, meeting.starts_at + timedelta(minutes=12))
            del life.intended[row.id]


def _note(said: str, person: Person, rng: Random) -> str:
    if rng.random() > 0.15 or said == "maybe" or person.locale == "en":
        return ""
    return rng.choice(words("late" if said == "yes" else "absent"))
