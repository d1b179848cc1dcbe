"""Taking one's data along: everything of oneself, nothing of others, for a day and for nobody else."""

from __future__ import annotations

import json
import re

import pytest
import sqlalchemy as sa

from circles.conclusions import services as conclusions
from circles.extensions import db
from circles.mail.models import OutboxMail
from circles.membership.models import CircleChange
from circles.membership.services import changes, seats
from circles.people.models import AuditEntry, Person
from tests.mydata.conftest import ADDRESS, tick

OTHERS = ["Alice", "Aalders", "Bob", "Bakker", "Carol", "ines@", "alice@", "Teruggenomen", "Uit zijn verhaal"]


def links_of(browser) -> list[str]:
    return re.findall(r'href="(/ik/gegevens/[^"]+)"', browser.get("/ik/gegevens").text)


@pytest.fixture
def browser(client_for, quinten):
    """Quinten's, after he asked for his data."""
    browser = client_for(quinten)
    assert links_of(browser) == []
    assert browser.post("/ik/gegevens/meenemen").status_code == 303
    return browser


def test_the_json_holds_all_of_oneself_and_nothing_of_others(browser, quinten, cast):
    [url, _] = links_of(browser)
    answer = browser.get(url)
    assert (
        answer.headers["Content-Disposition"]
        == 'attachment; filename="vakcirkels-mijn-gegevens-2027-03-01.json"'
    )
    kept = json.loads(answer.text)
    assert kept["person"] | {"joined": ""} == {
        "email": ADDRESS, "name": "Quinten Quasthoff", "locale": "nl", "zone": None, "speaks": "nl",
        "meets_online": None, "meets_on_site": None, "site": "", "craft_years": None, "organisation": "De Linde",
        "profession": None, "department": None, "has_password": False, "joined": "", "roles": [], "muted_mail": [],
    }  # fmt: skip
    assert kept["weekly_hours"] == [{"day": "monday", "from": "10:00", "until": "11:30"}]
    assert [row["circle"] for row in kept["circles"]] == [cast.circle.name]
    assert [row["note"] for row in kept["asks_to_join"]] == ["Groet, Quinten"]
    assert [row["text"] for row in kept["spelregels_written"]] == ["Wat hier gezegd wordt, blijft hier."]
    written = [(row["text"], row["still_stands"]) for row in kept["written_in_logs"]]
    assert written == [("Eerst vragen.", False), ("Ik bel haar.", True)]
    meetings = {row["starts"]: row for row in kept["meetings"]}
    assert [row.get("present") for row in meetings.values()] == [True, None, None]
    coming = meetings[min(start for start, row in meetings.items() if "reply" in row)]
    assert (coming["reply"]["answer"], coming["reply"]["note"]) == ("yes", "Ik kom later.")
    assert coming["preparation"] == {"note": "Mevrouw De Wit.", "brings": True}
    assert [row["title"] for row in kept["themes_written"]] == ["Wat telt?"]
    assert {"signed in", "data exported"} == {row["what"] for row in kept["activity"]}
    assert "meeting_invitation" in {row["kind"] for row in kept["mail"]}
    assert [word for word in OTHERS if word in answer.text] == []


def test_the_markdown_holds_ones_own_words_by_circle(browser):
    [_, url] = links_of(browser)
    answer = browser.get(url)
    assert answer.headers["Content-Disposition"].endswith('"vakcirkels-wat-ik-schreef-2027-03-01.md"')
    assert answer.text.rstrip("\n").split("\n\n") == (
        [
            "# Wat ik schreef in logboeken", "maandag 1 maart 2027", "## Vakcirkel Jeugdhulp",
            "### dinsdag 9 februari 2027", "*inzicht* (later gewijzigd)", "Eerst vragen.", "*voornemen*",
            "Ik bel haar.",
        ]
    )  # fmt: skip


def test_who_left_takes_along_only_what_they_may_still_read(browser, quinten, cast, time):
    [_, url] = links_of(browser)
    [seat] = [seat for seat in _seats(cast) if seat.person_id == quinten.id]
    seats.leave(seat, time.forward(minutes=1))
    assert "Ik bel haar." in browser.get(url).text  # kept while he sat there
    cast.circle.leavers_read = False
    assert browser.get(url).text == "# Wat ik schreef in logboeken\n\nmaandag 1 maart 2027\n"


def _seats(cast):
    db.session.refresh(cast.circle, ["seats"])
    return cast.circle.open_seats


def test_the_links_work_for_a_day_and_for_nobody_else(browser, client_for, cast, client, time):
    for url in links_of(browser):
        assert browser.get(url).status_code == 200
        assert client_for(cast.alice).get(url).status_code == 404
        assert client.get(url).headers["Location"].startswith("/inloggen")
    urls = links_of(browser)
    time.forward(hours=23, minutes=59)
    assert [browser.get(url).status_code for url in urls] == [200, 200]
    time.forward(minutes=1)
    assert [browser.get(url).status_code for url in urls] == [404, 404]
    assert links_of(browser) == []
    assert browser.get("/ik/gegevens/verzonnen.json").status_code == 404


def test_asking_is_noted_in_the_trail(browser, quinten, session):
    entries = session.scalars(sa.select(AuditEntry).where(AuditEntry.kind == "data exported")).all()
    assert [(entry.person_id, entry.detail) for entry in entries] == [(quinten.id, "")]


@pytest.fixture
def log(client_for, cast, world, now):
    """Something kept by Alice and by Bob in their circle, and something in Dan's."""
    held = world.meeting(cast.circle, now, state="held")
    elsewhere = world.meeting(cast.other_circle, now, state="held")
    conclusions.record(held, cast.alice, kind="norm", text="Eerst vragen.", note="Dan pas raden.", now=now)
    conclusions.record(held, cast.bob, kind="question", text="Wat is **genoeg**?", now=now)
    conclusions.record(elsewhere, cast.dan, kind="insight", text="Van een ander.", now=now)
    db.session.flush()


def test_a_member_takes_the_log_along_and_the_circle_sees_who_did(
    client_for, cast, log, session, now, app, time
):
    answer = client_for(cast.bob).post(f"/cirkel/{cast.circle.public_id}/logboek/meenemen")
    assert answer.mimetype == "text/markdown"
    name = "vakcirkels-logboek-vakcirkel-jeugdhulp-2027-03-01.md"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer.text.rstrip("\n").split("\n\n") == (
        [
            "# Logboek van Vakcirkel Jeugdhulp", "maandag 1 maart 2027",
            "> Dit is van de mensen in de cirkel. Laat het nergens slingeren.", "## maandag 1 maart 2027",
            "*open vraag*", "Wat is **genoeg**?", "vastgelegd door Bob",
            "*dit vinden wij goed werk*", "Eerst vragen.", "Toelichting: Dan pas raden.", "vastgelegd door Alice",
        ]
    )  # fmt: skip
    assert (
        "Bob nam het logboek mee als bestand"
        in client_for(cast.alice).get(f"/cirkel/{cast.circle.public_id}").text
    )
    [entry] = session.scalars(sa.select(AuditEntry).where(AuditEntry.kind == "log exported")).all()
    assert (entry.person_id, entry.detail) == (cast.bob.id, cast.circle.public_id)
    tick(app, time.forward(minutes=5))
    assert session.scalars(sa.select(OutboxMail).where(OutboxMail.kind == "circle_news")).all() == []
    [change] = session.scalars(sa.select(CircleChange)).all()
    assert not changes.may_undo(change, now)


@pytest.mark.parametrize("name", ["dan", "eve", "hanna", "olga", "ada", "zoe"])
def test_nobody_else_takes_the_log_along(client_for, cast, log, session, name):
    outsider: Person = getattr(cast, name)
    assert client_for(outsider).post(f"/cirkel/{cast.circle.public_id}/logboek/meenemen").status_code == 404
    assert session.scalars(sa.select(CircleChange)).all() == []


def test_the_log_in_english(client_for, cast, log):
    cast.bob.locale = "en"
    answer = client_for(cast.bob).post(f"/cirkel/{cast.circle.public_id}/logboek/meenemen")
    assert answer.text.startswith("# Log of Vakcirkel Jeugdhulp\n\nMonday 1 March 2027")
