"""A circle that ended: everybody hears so, its log stays for as long as it chose, and nothing else goes on."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from circles.formats import plain_day
from circles.mail.models import OutboxMail
from circles.meetings.cadence import Rhythm
from circles.meetings.errors import MeetingIsOver
from circles.meetings.models import Meeting
from circles.meetings.services import changing, planning, subjects
from circles.membership.errors import CircleHasEnded, MovedOn, NotAllowedToJoin
from circles.membership.models import CircleInvitation, WaitingPlace
from circles.membership.queries import recent_changes
from circles.membership.services import asks, changes, charter, circles, invitations, seats, waiting


@pytest.fixture
def ended(session, cast, now):
    """The circle of the cast: Alice and Bob wished so."""
    circles.wish_to_end(cast.circle, cast.alice, now)
    assert circles.wish_to_end(cast.circle, cast.bob, now)
    session.commit()
    return cast.circle


def test_everybody_hears_kindly_that_it_ended(session, cast, now, ended):
    changes.tell_changes(ended.id, now + timedelta(seconds=61))
    mails = session.scalars(sa.select(OutboxMail).where(OutboxMail.kind == "circle_news")).all()
    texts = {mail.to_address.partition("@")[0]: mail.text for mail in mails}
    assert set(texts) == {"alice", "bob", "carol"}
    assert "De cirkel is gestopt: meer dan de helft wilde dat." in texts["carol"]
    assert "Dank voor wat jullie samen maakten." in texts["carol"]
    assert not any("ongedaan maken" in text for text in texts.values())


def extra(circle, person, now: datetime) -> None:
    starts_at = now + timedelta(days=3)
    changing.add_meeting(
        circle, person, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), place="", now=now
    )


def rhythm(circle, person, now: datetime) -> None:
    weekly = Rhythm("weekly", 4, 1, None, time(10), timedelta(hours=1), circle.zone, date(2027, 3, 2), "skip")
    planning.set_rhythm(circle, person, weekly, now)


@pytest.mark.parametrize(
    "act",
    [
        extra,
        rhythm,
        lambda circle, person, now: invitations.invite(circle, person, "kees@delinde.example", now=now),
        lambda circle, person, now: charter.write_charter(circle, person, "Nieuw", based_on=0, now=now),
        lambda circle, person, now: circles.change_settings(
            circle, person, {"name": "Anders"}, based_on=circle.version, now=now
        ),
        circles.wish_to_end,
    ],
    ids=["meeting", "rhythm", "invitation", "spelregels", "settings", "ending"],
)
def test_nothing_new_goes_on_in_it(session, cast, now, ended, act):
    with pytest.raises(CircleHasEnded):
        act(ended, cast.bob, now)


def test_nobody_gets_in_any_more_and_who_asked_hears_so(world, session, cast, now):
    cast.circle.findable = True
    invited = invitations.invite(cast.circle, cast.alice, cast.dan.email, now=now)
    asked = asks.ask(cast.circle, cast.frank, now=now)
    waiting.wait_for_seat(cast.circle, cast.hanna, now)
    circles.wish_to_end(cast.circle, cast.alice, now)
    circles.wish_to_end(cast.circle, cast.bob, now)
    assert (invited.outcome, asked.outcome) == ("withdrawn", "declined")
    assert session.scalars(sa.select(WaitingPlace)).all() == []
    answers = sa.select(OutboxMail.to_address).where(OutboxMail.kind == "ask_answered")
    assert session.scalars(answers).all() == [cast.frank.email]
    with pytest.raises(NotAllowedToJoin):
        asks.ask(cast.circle, cast.frank, now=now)
    with pytest.raises(CircleHasEnded):
        seats.sit_down(cast.circle, cast.dan, now)


def test_what_was_planned_stays_as_it_is_until_it_is_called_off(world, session, cast, now):
    meeting = world.meeting(cast.circle)
    circles.wish_to_end(cast.circle, cast.alice, now)
    circles.wish_to_end(cast.circle, cast.bob, now)
    with pytest.raises(MeetingIsOver):
        changing.skip(meeting, cast.alice, now)
    with pytest.raises(MeetingIsOver):
        subjects.choose_subject(
            meeting, cast.alice, subject="situation", theme=None, question="", based_on=1, now=now
        )


def test_what_was_changed_before_is_not_undone_after(session, cast, now):
    circles.change_settings(cast.circle, cast.carol, {"name": "Nieuwe naam"}, based_on=1, now=now)
    change = recent_changes(cast.circle, now)[0]
    circles.wish_to_end(cast.circle, cast.alice, now)
    circles.wish_to_end(cast.circle, cast.bob, now)
    with pytest.raises(MovedOn):
        changes.undo(change, cast.carol, now)


def test_its_page_offers_the_log_and_nothing_that_is_over(client_for, session, cast, ended):
    page = client_for(cast.carol).get(f"/cirkel/{ended.public_id}").text
    assert "Deze cirkel is gestopt" in page
    assert f"te lezen tot {plain_day(ended.kept_until, ended.zone)}" in page
    base = f"/cirkel/{ended.public_id}"
    over = (
        "ritme",
        "instellingen",
        "voorlopig-niet",
        "vertrek",
        "uitnodigen",
        "bijeenkomsten",
        "ongedaan",
        "rust",
    )
    assert [path for path in over if f'"{base}/{path}' in page] == []
    assert f"/logboek?cirkel={ended.public_id}" in page
    assert f'"{base}/logboek/meenemen"' in page


POSTS = {
    "bijeenkomsten": {"on": "2027-03-12", "at": "10:00", "minutes": "90", "place": "Zolder"},
    "ritme": {"pattern": "weekly", "interval": "4", "weekday": "3", "at": "15:00", "minutes": "90",
              "first_on": "2027-03-12", "on_day_off": "skip", "nth": "2"},
    "uitnodigen": {"emails": "kees@delinde.example"},
    "instellingen": {"name": "Anders", "planned_ahead": "3", "based_on": "1"},
    "spelregels": {"text": "Anders.", "based_on": "0"},
    "pauze": {}, "vertrek": {}, "stoppen": {}, "trekker": {"liever_niet": "1"},
    "voorlopig-niet": {"rol": "host"}, "rust": {}, "weer-beginnen": {},
}  # fmt: skip


@pytest.mark.parametrize("path", POSTS)
def test_old_pages_and_forms_lead_back_to_it_with_a_word(client_for, session, cast, ended, path):
    client, base = client_for(cast.carol), f"/cirkel/{ended.public_id}"
    answer = client.post(f"{base}/{path}", data=POSTS[path])
    assert (answer.status_code, answer.headers["Location"]) == (303, base)
    assert "Deze cirkel is gestopt. Het logboek blijft te lezen." in client.get(base).text
    session.expire_all()
    assert (ended.name, len(ended.open_seats)) == ("Vakcirkel Jeugdhulp", 3)
    assert [
        session.scalar(sa.select(sa.func.count()).select_from(it)) for it in (Meeting, CircleInvitation)
    ] == [0, 0]


@pytest.mark.parametrize("path", ["bijeenkomsten", "ritme", "uitnodigen", "instellingen", "vertrek", "rust"])
def test_looking_for_its_old_pages_too(client_for, cast, ended, path):
    base = f"/cirkel/{ended.public_id}"
    assert client_for(cast.carol).get(f"{base}/{path}").headers["Location"] == base


def test_an_invitation_to_it_is_over(client_for, world, cast, now):
    circle = world.circle(cast.dan, name="Voorbij")
    row = invitations.invite(circle, cast.dan, cast.frank.email, now=now)
    circle.stage, circle.ended_at = "ended", now
    from circles.membership.mails import invitation_token

    page = client_for(cast.frank).get(f"/uitnodiging/cirkel/{invitation_token(row)}").text
    assert "Deze uitnodiging is niet meer open." in page


def test_vandaag_of_who_has_no_other_circle_says_so(client_for, cast, ended):
    page = client_for(cast.carol).get("/").text
    assert "je cirkel is gestopt" in page
    assert "Er is nog" not in page


def test_the_circle_chooses_how_long_it_is_kept(client_for, session, cast, now):
    path = f"/cirkel/{cast.circle.public_id}/instellingen"
    client = client_for(cast.bob)
    assert '<option selected value="24">Twee jaar</option>' in client.get(path).text
    form = {"name": "Vakcirkel Jeugdhulp", "planned_ahead": "3", "based_on": "1", "leavers_read": "y"}
    assert client.post(path, data=form | {"kept_months": "7"}).status_code == 422
    client.post(path, data=form | {"kept_months": "6"})
    session.expire_all()
    assert cast.circle.kept_months == 6
    [change] = recent_changes(cast.circle, now)
    changes.undo(change, cast.carol, now)
    assert cast.circle.kept_months == 24
