"""Settings of the organisation, quiet weeks, and the poster."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import unquote

import pytest
import sqlalchemy as sa

from circles.people.models import MailDomain, QuietPeriod
from circles.people.services import settings

VALUES = {
    "name": "De Grote Linde",
    "locale": "en",
    "zone": "Europe/Brussels",
    "region": "BE-VLG",
    "working_time": "Dit is werktijd.",
    "mail_domains": "@DeLinde.example\nlinde.nl",
    "k": "8",
    "hotspot_name": "kopgroep goed werk",
}


@pytest.fixture
def ada(client_for, cast):
    return client_for(cast.ada)


@pytest.fixture
def save(ada, session, cast):
    """Sends the form as it was opened just now, with changes."""

    def send(**changes):
        session.expire_all()
        return ada.post(
            "/beheer/instellingen", data=VALUES | {"based_on": settings.edition(cast.linde)} | changes
        )

    return send


def kept(session, organisation):
    session.expire_all()
    return {name: getattr(organisation, name) for name in settings.FIELDS} | {
        "domains": settings.domains_of(organisation)
    }


def test_settings_are_kept(save, ada, session, cast):
    session.add(MailDomain(organisation_id=cast.linde.id, domain="oud.example"))
    assert save().status_code == 303
    assert kept(session, cast.linde) == {
        "name": "De Grote Linde",
        "zone": "Europe/Brussels",
        "region": "BE-VLG",
        "locale": "en",
        "k": 8,
        "working_time": "Dit is werktijd.",
        "hotspot_name": "kopgroep goed werk",
        "domains": ["delinde.example", "linde.nl"],
    }
    page = ada.get("/beheer/instellingen").text
    assert "delinde.example\nlinde.nl</textarea>" in page
    assert 'value="De Grote Linde"' in page


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": " "}, "Vul een naam in."),
        ({"name": "N" * 121}, "korter dan 120"),
        ({"zone": "Europe/Utrecht"}, "zone"),
        ({"region": "Mars"}, "region"),
        ({"locale": "fr"}, "locale"),
        ({"mail_domains": "delinde"}, "delinde is geen maildomein"),
        ({"mail_domains": "ada@delinde.nl"}, "geen maildomein"),
        ({"mail_domains": "Gmail.com"}, "kan iedereen krijgen"),
        ({"k": "4"}, "van 5 tot en met 100"),
        ({"k": "zes"}, "van 5 tot en met 100"),
        ({"k": "101"}, "van 5 tot en met 100"),
        ({"hotspot_name": ""}, "Geef de hotspot een naam."),
        ({"working_time": "w" * 201}, "korter dan 200"),
    ],
)
def test_wrong_input_is_said_and_everything_typed_stays(save, session, cast, wrong, words):
    before = kept(session, cast.linde)
    answer = save(**wrong)
    assert (answer.status_code, "<title>Fout: " in answer.text) == (422, True)
    assert words in answer.text
    assert 'value="kopgroep goed werk"' in answer.text or "hotspot_name" in wrong
    assert kept(session, cast.linde) == before


def test_the_smallest_group_only_grows(save, session, cast):
    cast.linde.k = 12
    session.commit()
    answer = save(k="11")
    assert (answer.status_code, "kan alleen omhoog. Nu is het 12." in answer.text) == (422, True)
    assert save(k="12").status_code == 303
    assert kept(session, cast.linde)["k"] == 12


def test_two_administrators_at_once_lose_nothing(save, ada, session, cast):
    opened = settings.edition(cast.linde)
    assert save(name="De Kleine Linde").status_code == 303
    answer = save(based_on=opened)
    assert answer.status_code == 409
    assert "nu “De Kleine Linde”, jij typte “De Grote Linde”." in answer.text
    assert 'value="De Grote Linde"' in answer.text
    assert kept(session, cast.linde)["name"] == "De Kleine Linde"
    fresh = re.search(r'name="based_on"[^>]*value="(\w+)"', answer.text)[1]
    assert save(based_on=fresh).status_code == 303
    assert kept(session, cast.linde)["name"] == "De Grote Linde"


def quiet(session):
    rows = session.execute(
        sa.select(QuietPeriod.name, QuietPeriod.starts_on, QuietPeriod.ends_on).order_by(QuietPeriod.id)
    )
    return [tuple(row) for row in rows]


def test_quiet_weeks_are_added_taken_away_and_brought_back(ada, session, cast):
    summer = ("zomer", date(2027, 7, 19), date(2027, 8, 15))
    typed = {"name": "zomer", "starts_on": "2027-07-19", "ends_on": "2027-08-15"}
    for _twice in range(2):
        ada.post("/beheer/instellingen/stille-weken", data=typed)
    assert quiet(session) == [summer]
    page = ada.get("/beheer/instellingen/stille-weken").text
    assert "van 19 juli 2027 tot en met 15 augustus 2027" in page
    ada.post(re.search(r'action="([^"]+/weg)"', page)[1])
    assert quiet(session) == []
    page = ada.get("/beheer/instellingen/stille-weken").text
    ada.post(re.search(r'action="([^"]+/terug)"', page)[1])
    assert quiet(session) == [summer]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": ""}, "Zeg kort waarom"),
        ({"starts_on": ""}, "Kies een dag."),
        ({"ends_on": "morgen"}, "Kies een dag."),
        ({"ends_on": "2027-07-18"}, "De laatste dag ligt vóór de eerste."),
    ],
)
def test_quiet_weeks_that_make_no_sense_are_refused(ada, session, wrong, words):
    typed = {"name": "zomer", "starts_on": "2027-07-19", "ends_on": "2027-08-15"} | wrong
    answer = ada.post("/beheer/instellingen/stille-weken", data=typed)
    assert (answer.status_code, words in answer.text) == (422, True)
    assert quiet(session) == []


def test_the_quiet_weeks_of_another_organisation_are_out_of_reach(ada, client_for, world, session, cast):
    settings.add_quiet_period(
        cast.anker, name="kerst", starts_on=date(2027, 12, 20), ends_on=date(2027, 12, 31)
    )
    other = client_for(world.person(cast.anker, "Otto Ooms", roles=("administrator",)))
    path = re.search(r'action="([^"]+/weg)"', other.get("/beheer/instellingen/stille-weken").text)[1]
    assert ada.post(path).status_code == 404
    assert len(quiet(session)) == 1


@pytest.mark.parametrize(("language", "words"), [("nl", "Een vakcirkel is"), ("en", "A craft circle is")])
def test_the_poster_carries_the_address_as_a_picture(ada, session, cast, language, words):
    cast.ada.locale = language
    page = ada.get("/beheer/poster").text
    assert words in page
    assert "De Linde" in page
    assert "localhost/welkom" in page
    picture = unquote(re.search(r'<img src="data:image/svg\+xml;charset=utf-8,([^"]+)"', page)[1])
    assert picture.startswith("<svg")
    assert ("#000" in picture, "#fff" in picture) == (True, True)  # also in dark mode
