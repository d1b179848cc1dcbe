"""Erasing oneself: name and address are gone from everywhere, and what belongs to the circle stays."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from circles.conclusions.models import Conclusion
from circles.conclusions.queries import log_of
from circles.extensions import db
from circles.mail.models import FAREWELL, OutboxMail
from circles.meetings.models import Meeting, Turn
from circles.meetings.services import feeds
from circles.membership.models import Ask, CircleChange, Seat
from circles.membership.queries import recent_changes
from circles.membership.services import asks
from circles.mydata import services
from circles.participation import queries as participation
from circles.participation.quarters import last_settled
from circles.participation.services import make_release
from circles.people.errors import LastAdministrator
from circles.people.models import Attempt, AuditEntry, Person, SignIn
from circles.worker import rounds
from tests.conftest import bytes_of
from tests.mydata.conftest import ADDRESS, rows_with, tick

WORDS = ("Quinten", "Quasthoff", ADDRESS)
EVERYWHERE = {
    "person", "invitee", "sign_in_code", "circle_invitation", "outbox_mail", "ask",
}  # fmt: skip


def erase(client_for, person: Person) -> None:
    """As the person does it: the page first, then the button."""
    browser = client_for(person)
    assert "Weet je zeker" in browser.get("/ik/wissen").text
    answer = browser.post("/ik/wissen")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/welkom")


def test_the_name_and_address_are_gone_from_every_table(app, quinten, client_for, time):
    assert set(rows_with(*WORDS)) == EVERYWHERE
    erase(client_for, quinten)
    assert set(rows_with(*WORDS)) == {"outbox_mail"}  # the cancellations have not left yet
    kinds = db.session.scalars(sa.select(OutboxMail.kind).where(OutboxMail.to_address == ADDRESS)).all()
    assert set(kinds) == {FAREWELL}
    tick(app, time.forward(minutes=2))
    assert rows_with(*WORDS) == {}


def test_the_name_and_address_are_gone_from_the_file_and_its_journal(app, quinten, client_for, time, world):
    if db.engine.dialect.name != "sqlite":
        pytest.skip("This is about the file of SQLite.")
    world.people(quinten.organisation, 200)  # enough that pages were split
    db.session.commit()
    file = Path(db.engine.url.database)
    files = [file, file.with_name(file.name + "-wal")]
    pattern = re.compile("|".join(map(re.escape, WORDS)).encode(), re.IGNORECASE)

    def found() -> int:
        return sum(len(pattern.findall(bytes_of(path))) for path in files if path.exists())

    assert found() > 10
    erase(client_for, quinten)
    tick(app, time.forward(minutes=2))
    tick(app, time.forward(hours=1))
    assert found() == 0


def test_nothing_of_it_is_logged_even_when_something_breaks(
    app, quinten, client_for, time, caplog, monkeypatch
):
    caplog.set_level(logging.DEBUG)

    def breaks(*_: object) -> int:
        db.session.add(Person(name="Quinten", email=ADDRESS, email_normalised=ADDRESS, joined_at=time.now))
        db.session.flush()  # without an organisation
        return 0

    broken = rounds.Job("broken", timedelta(), lambda _now: [0], breaks)
    monkeypatch.setattr(rounds, "SCHEDULE", [broken, *rounds.SCHEDULE])
    erase(client_for, quinten)
    tick(app, time.forward(minutes=2))
    assert "Job 'broken' failed" in caplog.text
    assert [word for word in WORDS if word.casefold() in caplog.text.casefold()] == []


def test_coming_meetings_leave_the_calendar_and_the_last_mail_keeps_no_trace(app, quinten, client_for, time):
    coming = db.session.scalars(sa.select(Meeting.uid).where(Meeting.state == "planned")).all()
    assert len(coming) == 2
    erase(client_for, quinten)
    farewells = db.session.scalars(sa.select(OutboxMail).where(OutboxMail.kind == FAREWELL)).all()
    cancelled = {re.search(rb"UID:(\S+)", mail.calendar or b"")[1].decode() for mail in farewells}
    assert cancelled == set(coming)
    assert {mail.calendar_method for mail in farewells} == {"CANCEL"}
    tick(app, time.forward(minutes=2))
    folder = app.config["SETTINGS"].var_dir / "mail"
    left = [path.read_bytes() for path in folder.glob("*.eml")]
    for uid in coming:
        assert any(b"METHOD:CANCEL" in _decoded(mail) and uid.encode() in _decoded(mail) for mail in left)
    assert db.session.scalars(sa.select(OutboxMail).where(OutboxMail.kind == FAREWELL)).all() == []


def _decoded(mail: bytes) -> bytes:
    import email

    parts = email.message_from_bytes(mail).walk()
    return b"".join(part.get_payload(decode=True) or b"" for part in parts if not part.is_multipart())


def test_a_mail_server_that_is_away_does_not_keep_the_address_longer_than_two_days(
    app, quinten, client_for, time, monkeypatch
):
    class Away:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

        def send(self, *_args, **_kwargs):
            raise Postponed("451 later")

    from circles.mail.transport import Postponed

    erase(client_for, quinten)
    monkeypatch.setattr(rounds, "transport_for", lambda _url: Away())
    tick(app, time.forward(minutes=2))
    assert set(rows_with(*WORDS)) == {"outbox_mail"}
    tick(app, time.forward(hours=49))
    assert rows_with(*WORDS) == {}


def test_mail_to_others_loses_the_name_whether_it_left_or_not(app, quinten, client_for, cast, time):
    asks.ask(cast.other_circle, cast.frank, now=time.now)  # in the same outbox, about somebody else
    news = db.session.scalars(
        sa.select(OutboxMail).where(OutboxMail.kind == "circle_news", OutboxMail.text.contains("Quinten"))
    ).all()
    assert {mail.state for mail in news} == {"sent"}
    invited = db.session.scalars(
        sa.select(OutboxMail).where(OutboxMail.to_address == "ines@delinde.example")
    ).one()
    invited.state = "queued"
    assert "Quinten Quasthoff" in invited.text
    erase(client_for, quinten)
    assert {(mail.text, mail.html) for mail in news} == {("", "")}
    assert "een oud-lid vraagt je mee te doen" in invited.text
    assert "een oud-lid vraagt je mee te doen" in invited.html
    assert (
        invited.subject == "een oud-lid nodigt je uit voor een vakcirkel" or "Quinten" not in invited.subject
    )
    other = db.session.scalars(sa.select(OutboxMail).where(OutboxMail.text.contains("Frank"))).one()
    assert "Frank Franssen vraagt" in other.text


def test_what_the_circle_kept_stays_and_is_signed_by_a_former_member(app, quinten, client_for, cast):
    before = [(row.kind, row.text) for row in log_of(cast.bob)]
    assert len(before) == 3
    erase(client_for, quinten)
    after = log_of(cast.bob)
    assert [(row.kind, row.text) for row in after] == before
    assert [(row.case_owner_id, row.owner_id) for row in after] == [(None, None)] * 3
    page = client_for(cast.bob).get("/logboek").text
    assert page.count("vastgelegd door een oud-lid") == 2
    assert "Quinten" not in page


def test_what_was_taken_back_does_not_come_back_and_open_voornemens_are_let_go(app, quinten, client_for):
    withdrawn = db.session.scalars(
        sa.select(Conclusion.public_id).where(Conclusion.deleted_at.is_not(None))
    ).one()
    erase(client_for, quinten)
    assert db.session.scalar(sa.select(Conclusion).where(Conclusion.public_id == withdrawn)) is None
    intention = db.session.scalars(sa.select(Conclusion).where(Conclusion.kind == "intention")).one()
    assert intention.intention == "released"


def test_the_seat_is_free_the_role_and_turns_pass_on_and_the_circle_reads_that_somebody_left(
    app, quinten, client_for, cast, time
):
    seat = db.session.scalars(sa.select(Seat).where(Seat.person_id == quinten.id)).one()
    assert seat.is_convener
    person_id = quinten.id
    erase(client_for, quinten)
    db.session.refresh(cast.circle, ["seats"])
    assert [(s.person_id, s.is_convener) for s in cast.circle.open_seats] == [
        (cast.alice.id, True), (cast.bob.id, False), (cast.carol.id, False),
    ]  # fmt: skip
    turns = db.session.scalars(sa.select(Turn).join(Meeting).where(Meeting.state == "planned")).all()
    assert len(turns) == 4
    assert person_id not in {turn.person_id for turn in turns}
    assert "Iemand verliet de cirkel" in client_for(cast.bob).get(f"/cirkel/{cast.circle.public_id}").text


def test_sessions_and_calendar_links_are_dead_at_once(app, quinten, client_for, client):
    browser, token = client_for(quinten), feeds.make_feed(quinten, quinten.joined_at)
    assert (browser.get("/ik").status_code, client.get(f"/agenda/{token}.ics").status_code) == (200, 200)
    erase(client_for, quinten)
    assert (browser.get("/ik").status_code, client.get(f"/agenda/{token}.ics").status_code) == (303, 404)
    assert db.session.scalars(sa.select(SignIn).where(SignIn.device == "Firefox · Linux")).all() == []


def test_nothing_of_the_person_is_left_but_what_others_own(app, quinten, client_for):
    person_id = quinten.id
    owned = _rows_of(person_id)
    assert owned >= {
        "seat", "ask", "waiting_place", "invitation", "reply", "turn", "preparation", "attendance", "feed_token",
        "weekly_hours", "preoccupation", "sign_in", "outbox_mail", "conclusion", "charter_version", "theme_version",
        "circle_change", "circle_invitation", "audit_entry", "invitee", "conclusion_version",
    }  # fmt: skip
    erase(client_for, quinten)
    assert _rows_of(person_id) == set()


def _rows_of(person_id: int) -> set[str]:
    """Tables in which something points to this person."""
    found = set()
    for table in Person.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table.name == "person":
                pointing = sa.select(sa.func.count()).select_from(table).where(key.parent == person_id)
                found |= {table.name} if db.session.scalar(pointing) else set()
    return found


def test_released_figures_do_not_change(app, quinten, client_for, cast, time):
    quarter = last_settled(time.now, cast.linde.zone)
    make_release(cast.linde, quarter, time.now)
    before = [(row.quarter, row.content) for row in participation.releases_of(cast.linde.id)]
    assert before
    erase(client_for, quinten)
    assert [(row.quarter, row.content) for row in participation.releases_of(cast.linde.id)] == before


def test_the_trail_keeps_that_and_when_not_who(app, quinten, client_for, time):
    erase(client_for, quinten)
    [entry] = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.kind == "erased")).all()
    assert (entry.person_id, entry.detail, entry.made_at) == (None, "", time.now)


def test_what_the_erased_changed_can_no_longer_be_undone_and_says_so_kindly(
    app, quinten, client_for, cast, time
):
    changes = {c.kind: c.public_id for c in recent_changes(cast.circle, time.now)}
    assert {"convener_passed", "left"} & set(changes) == {"convener_passed"}
    erase(client_for, quinten)
    bob = client_for(cast.bob)
    for change in db.session.scalars(sa.select(CircleChange)).all():
        url = f"/cirkel/{cast.circle.public_id}/wijzigingen/{change.public_id}/ongedaan"
        assert bob.post(url).status_code in {303, 404}, change.kind


def test_the_last_administrator_hands_over_first(app, cast, client_for, session):
    ada = client_for(cast.ada)
    answer = ada.post("/ik/wissen")
    assert answer.status_code == 409
    assert "Maak eerst een collega beheerder" in answer.text
    assert session.get(Person, cast.ada.id) is not None
    with pytest.raises(LastAdministrator):
        services.erase(cast.ada, cast.linde.created_at)
    session.rollback()


def test_who_has_an_account_elsewhere_keeps_it(app, quinten, client_for, cast, world, client):
    twin = world.person(cast.anker, "Quinten Quasthoff", email=ADDRESS)
    erase(client_for, quinten)
    assert db.session.get(Person, twin.id).name == "Quinten Quasthoff"
    client.post("/inloggen", data={"email": ADDRESS})
    assert db.session.scalars(sa.select(OutboxMail).where(OutboxMail.kind == "sign_in_code")).all() != []


def test_asking_to_erase_is_a_page_first_and_changes_nothing(app, quinten, client_for):
    page = client_for(quinten).get("/ik/wissen").text
    assert "Je plek in Vakcirkel Jeugdhulp komt vrij." in page
    assert db.session.get(Person, quinten.id) is not None


def test_nobody_is_erased_without_signing_in(app, client):
    assert client.post("/ik/wissen").headers["Location"].startswith("/inloggen")


def test_attempts_never_held_an_address(app, quinten, client):
    client.post("/inloggen", data={"email": ADDRESS})
    buckets = db.session.scalars(sa.select(Attempt.bucket)).all()
    assert buckets
    assert [bucket for bucket in buckets if "quinten" in bucket] == []


def test_an_open_ask_goes_with_the_person(app, quinten, client_for):
    assert db.session.scalars(sa.select(Ask)).all() != []
    erase(client_for, quinten)
    assert db.session.scalars(sa.select(Ask)).all() == []
