"""Sitting down, leaving and undoing; fifty people and one seat."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from circles.database import EditedMeanwhile
from circles.extensions import db
from circles.mail.models import OutboxMail
from circles.membership import queries
from circles.membership.errors import (
    AlreadyInvited,
    AlreadySeated,
    InvitationClosed,
    MovedOn,
    NotAllowedToJoin,
    OneHotspot,
    TooLate,
    TooManyInvitations,
)
from circles.membership.models import Ask, Circle, CircleInvitation, Seat, WaitingPlace
from circles.membership.services import asks, changes, charter, circles, invitations, seats
from circles.people.models import Person


def seated(circle: Circle) -> list[str]:
    db.session.expire_all()
    return [seat.person.first_name for seat in circle.open_seats]


def seat(circle: Circle, person: Person) -> Seat:
    return next(seat for seat in circle.open_seats if seat.person_id == person.id)


def test_fifty_attempts_on_the_last_seat(app, world, session, cast, now):
    """Twelve accept an invitation and thirty-eight are let in at the same moment: exactly one sits."""
    circle = world.circle(*world.people(cast.linde, 7), name="Bijna vol", findable=True)
    hopeful = world.people(cast.linde, 50)
    invited = [
        invitations.invite(circle, circle.open_seats[0].person, person.email, now=now)
        for person in hopeful[:12]
    ]
    asked = [asks.ask(circle, person, now=now) for person in hopeful[12:]]
    session.commit()
    member = circle.open_seats[0].person_id
    barrier, outcomes = threading.Barrier(50), []

    def attempt(kind: str, row_id: int, person_id: int) -> None:
        barrier.wait()
        with app.app_context():
            try:
                if kind == "invitation":
                    person = db.session.get_one(Person, person_id)
                    seat = invitations.accept_invitation(
                        db.session.get_one(CircleInvitation, row_id), person, now
                    )
                else:
                    seat = asks.admit(
                        db.session.get_one(Ask, row_id), db.session.get_one(Person, member), now
                    )
                db.session.commit()
                outcomes.append("sits" if seat else "waits")
            except Exception as error:
                outcomes.append(repr(error))

    jobs = [("invitation", row.id, person.id) for row, person in zip(invited, hopeful[:12], strict=True)]
    jobs += [("ask", row.id, row.person_id) for row in asked]
    threads = [threading.Thread(target=attempt, args=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["sits"] + ["waits"] * 49
    assert len(seated(circle)) == 8
    sits = {seat.person_id for seat in circle.open_seats}
    waits = session.scalars(sa.select(WaitingPlace.person_id)).all()
    assert sorted(waits) == sorted(person.id for person in hopeful if person.id not in sits)
    told = session.scalars(sa.select(OutboxMail.person_id).where(OutboxMail.kind == "ask_answered")).all()
    assert sorted(told) == sorted(row.person_id for row in asked)


def test_the_schema_refuses_a_ninth(world, session, cast, now):
    circle = world.circle(*world.people(cast.linde, 8))
    session.add(Seat(circle_id=circle.id, person_id=cast.bob.id, number=8, sat_at=now))
    with pytest.raises(sa.exc.IntegrityError):
        session.flush()
    session.rollback()
    with pytest.raises(sa.exc.IntegrityError):
        session.execute(sa.insert(Seat).values(circle_id=1, person_id=1, number=9, sat_at=now, public_id="x"))


def test_a_circle_is_active_from_six(world, session, cast, now):
    circle = world.circle(*world.people(cast.linde, 5))
    assert circle.stage == "forming"
    seats.sit_down(circle, cast.bob, now)
    assert circle.stage == "active"
    seats.leave(seat(circle, cast.bob), now)
    session.expire_all()
    assert (circle.stage, circle.is_below_six) == ("active", True)


def test_who_pauses_keeps_the_seat_and_does_not_count_for_six(world, session, cast, now):
    circle = world.circle(*world.people(cast.linde, 6))
    seats.pause(circle.open_seats[0], now)
    assert (len(circle.open_seats), circle.is_below_six) == (6, True)
    seats.come_back(circle.open_seats[0])
    assert not circle.is_below_six


def test_nobody_sits_twice_or_in_another_house(cast, now):
    with pytest.raises(AlreadySeated):
        seats.sit_down(cast.circle, cast.bob, now)
    with pytest.raises(NotAllowedToJoin):
        seats.sit_down(cast.circle, cast.zoe, now)


def test_leaving_passes_the_role_to_the_longest_seated_who_does_not_mind(session, cast, now):
    seat(cast.circle, cast.bob).convenes = False
    seats.leave(seat(cast.circle, cast.alice), now)
    session.expire_all()
    assert [s.person.first_name for s in cast.circle.open_seats if s.is_convener] == ["Carol"]


def test_leaving_is_undone_within_a_day(session, cast, now):
    change = seats.leave(seat(cast.circle, cast.bob), now)
    assert seated(cast.circle) == ["Alice", "Carol"]
    changes.undo(change, cast.bob, now + timedelta(hours=24))
    assert seated(cast.circle) == ["Alice", "Bob", "Carol"]


def test_a_day_later_it_is_too_late(cast, now):
    change = seats.leave(seat(cast.circle, cast.bob), now)
    with pytest.raises(TooLate):
        changes.undo(change, cast.bob, now + timedelta(hours=24, seconds=1))


def test_a_change_is_undone_once(cast, now):
    change = seats.leave(seat(cast.circle, cast.bob), now)
    changes.undo(change, cast.bob, now)
    with pytest.raises(TooLate):
        changes.undo(change, cast.bob, now)


def test_leaving_a_circle_that_filled_up_cannot_be_undone(world, session, cast, now):
    circle = world.circle(*world.people(cast.linde, 7), cast.bob)
    change = seats.leave(seat(circle, cast.bob), now)
    seats.sit_down(circle, cast.dan, now)
    with pytest.raises(MovedOn):
        changes.undo(change, cast.bob, now)


def test_the_role_of_trekker_is_passed_on_and_given_back(session, cast, now):
    seats.pass_on_convener(seat(cast.circle, cast.alice), seat(cast.circle, cast.bob), now)
    session.expire_all()
    assert seat(cast.circle, cast.bob).is_convener
    [change] = queries.recent_changes(cast.circle, now)
    changes.undo(change, cast.carol, now)
    session.expire_all()
    assert seat(cast.circle, cast.alice).is_convener


def test_only_the_trekker_passes_the_role_on(cast, now):
    with pytest.raises(MovedOn):
        seats.pass_on_convener(seat(cast.circle, cast.bob), seat(cast.circle, cast.carol), now)


def test_settings_are_undone_unless_they_moved_on(session, cast, now):
    circles.change_settings(cast.circle, cast.bob, {"name": "Nieuwe naam"}, based_on=1, now=now)
    [change] = queries.recent_changes(cast.circle, now)
    circles.change_settings(cast.circle, cast.carol, {"name": "Nog nieuwer"}, based_on=2, now=now)
    with pytest.raises(MovedOn):
        changes.undo(change, cast.alice, now)
    newest = queries.recent_changes(cast.circle, now)[0]
    changes.undo(newest, cast.alice, now)
    assert cast.circle.name == "Nieuwe naam"


def test_two_change_the_settings_at_once(cast, now):
    circles.change_settings(cast.circle, cast.bob, {"name": "Van Bob"}, based_on=1, now=now)
    with pytest.raises(EditedMeanwhile):
        circles.change_settings(cast.circle, cast.carol, {"name": "Van Carol"}, based_on=1, now=now)


def test_spelregels_keep_their_versions_and_are_sealed(session, cast, now):
    charter.write_charter(cast.circle, cast.bob, "Wat hier gezegd wordt, blijft hier.", based_on=0, now=now)
    with pytest.raises(EditedMeanwhile):
        charter.write_charter(cast.circle, cast.carol, "Iets anders", based_on=0, now=now)
    charter.write_charter(cast.circle, cast.carol, "We vragen eerst.", based_on=1, now=now)
    session.commit()
    session.expire_all()
    texts = [version.text for version in queries.charter_versions(cast.circle)]
    assert texts == ["We vragen eerst.", "Wat hier gezegd wordt, blijft hier."]
    stored = session.scalars(sa.text("SELECT text_sealed FROM charter_version")).all()
    assert len(stored) == 2
    assert not any(b"vragen" in bytes(text) or b"gezegd" in bytes(text) for text in stored)


def test_one_open_hotspot_in_an_organisation(cast, now):
    with pytest.raises(OneHotspot):
        circles.begin_circle(cast.bob, name="Nog een", kind="hotspot", now=now)
    cast.hotspot.stage = "ended"
    circles.begin_circle(cast.bob, name="De volgende", kind="hotspot", now=now)


def test_a_team_circle_is_not_to_be_found(cast, now):
    circle = circles.begin_circle(cast.bob, name="Ons team", kind="team", findable=True, now=now)
    assert not circle.findable
    with pytest.raises(NotAllowedToJoin):
        asks.ask(circle, cast.dan, now=now)


def test_a_circle_ends_when_more_than_half_wish_so(session, cast, now):
    assert not circles.wish_to_end(cast.circle, cast.alice, now)
    assert not circles.wish_to_end(cast.circle, cast.alice, now)
    assert circles.wish_to_end(cast.circle, cast.bob, now)
    assert cast.circle.has_ended


def test_invitations_end_after_thirty_days_with_one_reminder(session, cast, now):
    row = invitations.invite(cast.circle, cast.alice, "ines@delinde.example", now=now)
    for day in range(1, 31):
        moment = now + timedelta(days=day)
        for invitation_id in invitations.invitations_to_tend(moment):
            invitations.tend_invitation(invitation_id, moment)
    kinds = session.scalars(sa.select(OutboxMail.kind).order_by(OutboxMail.id)).all()
    assert (kinds, row.outcome) == (["circle_invitation", "circle_invitation_reminder"], "expired")
    with pytest.raises(InvitationClosed):
        invitations.accept_invitation(row, cast.dan, now + timedelta(days=31))


def test_limits_on_invitations(world, cast, now):
    for number in range(12):
        invitations.invite(cast.circle, cast.alice, f"collega{number}@delinde.example", now=now)
    with pytest.raises(TooManyInvitations):
        invitations.invite(cast.circle, cast.bob, "te.veel@delinde.example", now=now)
    other = world.circle(cast.alice, name="Een andere")
    for number in range(8):
        invitations.invite(other, cast.alice, f"nog{number}@delinde.example", now=now)
    with pytest.raises(TooManyInvitations):
        invitations.invite(other, cast.alice, "te.veel@delinde.example", now=now)
    invitations.invite(other, cast.alice, "te.veel@delinde.example", now=now + timedelta(days=1, seconds=1))


def test_who_sits_or_is_invited_is_not_invited_again(cast, now):
    with pytest.raises(AlreadySeated):
        invitations.invite(cast.circle, cast.alice, cast.bob.email.upper(), now=now)
    invitations.invite(cast.circle, cast.alice, "ines@delinde.example", now=now)
    with pytest.raises(AlreadyInvited):
        invitations.invite(cast.circle, cast.bob, "Ines@DeLinde.example", now=now)


def test_changes_are_told_to_the_others_in_one_mail(session, cast, now):
    circles.change_settings(cast.circle, cast.bob, {"name": "Nieuwe naam"}, based_on=1, now=now)
    charter.write_charter(cast.circle, cast.bob, "Wat hier gezegd wordt, blijft hier.", based_on=0, now=now)
    assert changes.changes_to_tell(now) == []
    later = now + timedelta(seconds=61)
    assert changes.changes_to_tell(later) == [cast.circle.id]
    assert changes.tell_changes(cast.circle.id, later) == 2
    assert changes.changes_to_tell(later) == []
    mails = session.scalars(sa.select(OutboxMail).where(OutboxMail.kind == "circle_news")).all()
    assert {mail.to_address for mail in mails} == {cast.alice.email, cast.carol.email}
    assert all("Bob" in mail.text and "gezegd" not in mail.text for mail in mails)
