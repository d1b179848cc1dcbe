"""Waiting for a seat: who hears of a free one, when, and what they can do then."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from circles.extensions import db
from circles.mail.models import OutboxMail
from circles.membership import queries
from circles.membership.models import Ask, Circle, WaitingPlace
from circles.membership.services import asks, changes, invitations, seats, waiting
from circles.mydata import services as mydata
from circles.people.models import Person
from circles.worker import rounds
from circles.worker.schedule import SCHEDULE

[OFFER] = [job for job in SCHEDULE if job.name == "free seats offered"]
DAYS_3 = timedelta(hours=72)


@pytest.fixture
def full(world, cast) -> Circle:
    """Eight people, Bob among them; it wants to be found."""
    return world.circle(*world.people(cast.linde, 7), cast.bob, name="Vol", findable=True)


@pytest.fixture
def line(full, cast, now) -> None:
    """Dan waits longest, then Frank, then Hanna."""
    for days, person in ((3, cast.dan), (2, cast.frank), (1, cast.hanna)):
        waiting.wait_for_seat(full, person, now - timedelta(days=days))
    db.session.commit()


def number_waiting(circle: Circle) -> int:
    """People in line."""
    return len(db.session.scalars(sa.select(WaitingPlace).where(WaitingPlace.circle_id == circle.id)).all())


def offer(now: datetime) -> list[str]:
    """One run of the worker's job; yields who was told by it, in order."""
    db.session.commit()
    last = db.session.scalar(sa.select(sa.func.max(OutboxMail.id))) or 0
    rounds.run_job(OFFER, now)
    told = sa.select(OutboxMail.to_name).where(OutboxMail.kind == "seat_free", OutboxMail.id > last)
    names = [name.split()[0] for name in db.session.scalars(told.order_by(OutboxMail.id))]
    db.session.commit()
    return names


def leave(circle: Circle, now: datetime, *, number: int = 0):
    """Somebody gets up."""
    circle = db.session.get_one(Circle, circle.id)
    db.session.refresh(circle, ["seats"])
    return seats.leave(circle.open_seats[number], now)


def test_as_long_as_all_sit_nobody_hears_anything(full, line, now):
    assert (number_waiting(full), offer(now)) == (3, [])


def test_a_freed_seat_is_told_in_order_of_waiting_72_hours_each(full, line, now):
    leave(full, now)
    told = {hours: offer(now + timedelta(hours=hours)) for hours in (0, 1, 71, 72, 73, 144, 300)}
    assert told == {0: ["Dan"], 1: [], 71: [], 72: ["Frank"], 73: [], 144: ["Hanna"], 300: []}


def test_nothing_is_due_between_one_and_the_next(full, line, cast, now):
    assert waiting.circles_with_a_seat_to_offer(now) == []
    leave(full, now)
    assert waiting.circles_with_a_seat_to_offer(now) == [full.id]
    offer(now)
    assert waiting.circles_with_a_seat_to_offer(now + DAYS_3 - timedelta(seconds=1)) == []
    assert waiting.circles_with_a_seat_to_offer(now + DAYS_3) == [full.id]
    db.session.execute(sa.update(Person).where(Person.id != cast.dan.id).values(disabled_at=now))
    assert waiting.circles_with_a_seat_to_offer(now + DAYS_3) == []


def test_two_free_seats_are_told_to_two(full, line, now):
    leave(full, now)
    leave(full, now)
    assert offer(now) == ["Dan", "Frank"]


def test_who_stops_waiting_makes_way_for_the_next(full, line, cast, now):
    leave(full, now)
    assert offer(now) == ["Dan"]
    waiting.stop_waiting(full, cast.dan)
    assert offer(now + timedelta(minutes=1)) == ["Frank"]


def test_the_next_seat_that_falls_free_is_told_anew(full, line, cast, world, now):
    leave(full, now)
    assert offer(now) == ["Dan"]
    seats.sit_down(full, cast.frank, now)
    assert offer(now + DAYS_3) == []
    leave(full, now + DAYS_3)
    assert offer(now + DAYS_3) == ["Dan"]
    assert offer(now + 2 * DAYS_3) == ["Hanna"]


def test_a_seat_of_somebody_who_was_erased_is_told_too(full, line, cast, now):
    mydata.erase(cast.bob, now)
    assert offer(now) == ["Dan"]


def test_a_leaver_who_comes_back_fills_the_circle_again(full, line, now):
    change = leave(full, now)
    assert offer(now) == ["Dan"]
    change = db.session.merge(change)
    changes.undo(change, change.person, now)
    assert offer(now + DAYS_3) == []
    leave(full, now + DAYS_3)
    assert offer(now + DAYS_3) == ["Dan"]


def test_closed_accounts_and_circles_that_ended_are_passed_over(full, line, cast, now):
    leave(full, now)
    cast.dan.disabled_at = now
    assert offer(now) == ["Frank"]
    db.session.get_one(Circle, full.id).stage = "ended"
    assert (offer(now + DAYS_3), queries.waiting_of(cast.hanna)) == ([], [])


def test_who_was_invited_gets_the_link_of_the_invitation_and_others_the_page_with_free_seats(
    full, line, cast, session, now
):
    invitations.invite(full, cast.bob, cast.frank.email, now=now)
    leave(full, now)
    leave(full, now)
    offer(now)
    mails = session.execute(
        sa.select(OutboxMail.to_name, OutboxMail.text).where(OutboxMail.kind == "seat_free")
    )
    text = dict(mails.all())
    assert "http://localhost/cirkels/zoeken\n" in text[cast.dan.name]
    assert "/uitnodiging/cirkel/" not in text[cast.dan.name]
    assert "http://localhost/uitnodiging/cirkel/" in text[cast.frank.name]


def test_somebody_in_line_asks_as_soon_as_a_seat_is_free(full, line, cast, client_for, session, now):
    dan, form = client_for(cast.dan), f"/cirkels/zoeken/{full.public_id}"
    before = dan.get("/cirkels/zoeken").text
    assert (f"{form}/vraag" in before, f"{form}/wacht" in before) == (False, True)  # to stop waiting
    assert "Je staat op de wachtlijst" in before
    leave(full, now)
    after = dan.get("/cirkels/zoeken").text
    assert (f"{form}/vraag" in after, "Er is een plek vrij, en jij wacht erop" in after) == (True, True)
    dan.post(f"{form}/vraag", data={"note": ""})
    row = session.scalars(sa.select(Ask)).one()
    client_for(cast.bob).post(f"/cirkel/{full.public_id}/vragen/{row.public_id}", data={"antwoord": "ja"})
    session.expire_all()
    assert cast.dan.id in [seat.person_id for seat in full.open_seats]
    assert [place.person_id for place in session.scalars(sa.select(WaitingPlace).order_by(WaitingPlace.id))] == [
        cast.frank.id, cast.hanna.id,
    ]  # fmt: skip


def test_what_one_waits_for_stands_first_when_a_seat_is_free(full, line, cast, client_for, now):
    cast.circle.findable = True
    page = client_for(cast.dan).get("/cirkels/zoeken").text
    assert page.index(cast.circle.name) < page.index('">Vol<')
    leave(full, now)
    page = client_for(cast.dan).get("/cirkels/zoeken").text
    assert page.index('">Vol<') < page.index(cast.circle.name)


def test_who_waits_for_a_circle_that_is_not_to_be_found_may_ask_and_learns_no_more(
    full, line, cast, client_for, world, session, now
):
    full.findable = False
    cast.bob.department = world.department(cast.linde, "Wijkteams")
    full.place = "Kamer 3"
    leave(full, now)
    page = client_for(cast.dan).get("/cirkels/zoeken").text
    assert (">Vol<" in page, "Wijkteams" in page, "Kamer 3" in page) == (True, False, False)
    assert ">Vol<" not in client_for(cast.carol).get("/cirkels/zoeken").text
    path = f"/cirkels/zoeken/{full.public_id}/vraag"
    assert client_for(cast.carol).post(path, data={"note": ""}).status_code == 404
    client_for(cast.dan).post(path, data={"note": ""})
    assert session.scalars(sa.select(Ask.person_id)).all() == [cast.dan.id]


def test_one_stops_waiting_on_the_page(full, line, cast, client_for, session):
    full.findable = False
    dan = client_for(cast.dan)
    assert ">Vol<" in dan.get("/cirkels").text
    dan.post(f"/cirkels/zoeken/{full.public_id}/wacht", data={"niet": "1"})
    page = dan.get("/cirkels").text
    assert ("Je wacht niet meer op deze cirkel." in page, ">Vol<" in page) == (True, False)
    assert number_waiting(full) == 2


def test_the_circle_sees_how_many_wait_and_not_who(full, line, cast, client_for):
    page = client_for(cast.bob).get(f"/cirkel/{full.public_id}").text
    assert "3 collega’s wachten op een vrije plek." in page
    assert [name for name in ("Dan", "Frank", "Hanna") if name in page] == []


def test_a_yes_to_somebody_when_the_circle_is_full_puts_them_in_line_and_tells_them(
    full, cast, client_for, session, now
):
    row = asks.ask(full, cast.dan, now=now)
    bob = client_for(cast.bob)
    bob.post(f"/cirkel/{full.public_id}/vragen/{row.public_id}", data={"antwoord": "ja"})
    page = bob.get(f"/cirkel/{full.public_id}").text
    assert "Dan staat op de wachtlijst en krijgt daar bericht van." in page
    assert "vraagt of er een plek is" not in page
    session.expire_all()
    assert (row.outcome, queries.waits_for(cast.dan, full)) == ("waits", True)
    mail = session.scalars(sa.select(OutboxMail).where(OutboxMail.kind == "ask_answered")).one()
    assert (mail.to_address, "Je staat nu op de wachtlijst" in mail.text) == (cast.dan.email, True)
    assert "Je staat op de wachtlijst" in client_for(cast.dan).get("/cirkels/zoeken").text


def test_an_ask_that_nobody_answered_says_so_after_two_weeks(cast, session, now):
    cast.circle.findable = True
    row = asks.ask(cast.circle, cast.dan, now=now)
    assert asks.asks_that_end(now + asks.LIVES - timedelta(seconds=1)) == []
    later = now + asks.LIVES
    assert asks.asks_that_end(later) == [row.id]
    assert [asks.expire_ask(row.id, later) for _ in range(2)] == [1, 0]
    assert (row.outcome, asks.asks_that_end(later)) == ("expired", [])
    mail = session.scalars(sa.select(OutboxMail).where(OutboxMail.kind == "ask_answered")).one()
    assert (mail.to_address, "kwam er niet aan toe" in mail.text) == (cast.dan.email, True)
