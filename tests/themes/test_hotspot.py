"""Between the hotspot and everybody else: questions, answers, and its story."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from circles.database import EditedMeanwhile
from circles.extensions import db
from circles.themes import services
from circles.themes.errors import ShuttersClosed
from circles.themes.models import HotspotNarrative, HotspotQuestion

QUESTION = "Hoe begin je over iets dat niemand zegt?"


def asked(cast, session, now):
    question = services.ask_hotspot(cast.bob, QUESTION, now=now)
    session.commit()
    return question


def test_a_question_is_asked_on_the_page_and_answered_by_the_hotspot(cast, client_for, session):
    bob, hanna = client_for(cast.bob), client_for(cast.hanna)
    assert bob.post("/themas/vraag", data={"text": QUESTION, "circle": ""}).status_code == 303
    question = session.scalars(sa.select(HotspotQuestion)).one()
    page = hanna.get(f"/hotspot/vraag/{question.public_id}").text
    assert QUESTION in page
    assert "Bob" not in page  # who asks is not named, nor their circle
    assert cast.circle.name not in page
    hanna.post(f"/hotspot/vraag/{question.public_id}", data={"answer": "Begin bij **jezelf**."})
    assert "Begin bij <strong>jezelf</strong>." in bob.get("/themas/vraag").text


def test_the_circle_is_named_when_the_asker_says_so(cast, client_for):
    client_for(cast.bob).post("/themas/vraag", data={"text": QUESTION, "circle": cast.circle.public_id})
    assert cast.circle.name in client_for(cast.hanna).get("/hotspot").text


def test_nobody_asks_on_behalf_of_a_circle_of_others(cast, client_for, session):
    data = {"text": QUESTION, "circle": cast.other_circle.public_id}
    assert client_for(cast.bob).post("/themas/vraag", data=data).status_code == 422
    assert session.scalars(sa.select(HotspotQuestion)).all() == []


def test_an_empty_question_is_not_sent(cast, client_for):
    answer = client_for(cast.bob).post("/themas/vraag", data={"text": " ", "circle": ""})
    assert answer.status_code == 422
    assert "Schrijf op wat je wilt vragen." in answer.text


def test_questions_are_for_the_hotspot_and_answers_for_who_asked(cast, client_for, session, now):
    question = asked(cast, session, now)
    services.answer_question(question, cast.hanna, "Begin bij jezelf.", now=now)
    session.commit()
    assert QUESTION in client_for(cast.hanna).get("/hotspot").text
    for person in (cast.carol, cast.dan, cast.olga, cast.ada, cast.zoe):
        client = client_for(person)
        assert client.get(f"/hotspot/vraag/{question.public_id}").status_code == 404
        assert "Begin bij jezelf." not in client.get("/themas/vraag").text


def test_a_question_is_sealed(cast, session, now):
    asked(cast, session, now)
    [sealed] = session.scalars(sa.select(HotspotQuestion.text_sealed))
    assert QUESTION.encode() not in sealed


def test_while_the_shutters_are_closed_nobody_asks(cast, client_for, session, now):
    cast.hotspot.shutters_open_at = None
    session.commit()
    with pytest.raises(ShuttersClosed):
        services.ask_hotspot(cast.bob, QUESTION, now=now)
    client = client_for(cast.bob)
    assert "luiken nog niet open" in client.get("/themas/vraag").text
    assert client.post("/themas/vraag", data={"text": QUESTION, "circle": ""}).status_code == 404
    assert client.get("/themas/verhaal").status_code == 404


def test_everybody_reads_the_story_once_the_shutters_are_open(cast, client_for):
    hanna = client_for(cast.hanna)
    assert (
        hanna.post(
            "/hotspot/verhaal", data={"text": "Hier doen we het **samen**.", "based_on": "0"}
        ).status_code
        == 303
    )
    assert "<strong>samen</strong>" in client_for(cast.dan).get("/themas/verhaal").text
    assert "samen" not in client_for(cast.zoe).get("/themas").text


def test_two_write_the_story_at_once_and_nothing_is_lost(cast, client_for, session):
    hanna = client_for(cast.hanna)
    hanna.post("/hotspot/verhaal", data={"text": "Eerst.", "based_on": "0"})
    clash = hanna.post("/hotspot/verhaal", data={"text": "Ook eerst.", "based_on": "0"})
    assert clash.status_code == 409
    assert "Eerst." in clash.text
    assert "Ook eerst." in clash.text
    hanna.post("/hotspot/verhaal", data={"text": "Samen eerst.", "based_on": "1"})
    texts = session.scalars(sa.select(HotspotNarrative.text).order_by(HotspotNarrative.number)).all()
    assert texts == ["Eerst.", "Samen eerst."]


def test_a_version_that_was_read_too_long_ago_is_refused(cast, session, now):
    services.tell_narrative(cast.hanna, "Eerst.", based_on=0, now=now)
    db.session.flush()
    with pytest.raises(EditedMeanwhile):
        services.tell_narrative(cast.hanna, "Ook.", based_on=0, now=now)


def test_only_a_theme_that_rested_is_brought_back(cast, session, now):
    theme = services.begin_theme(cast.linde.id, now)
    services.bring_back(theme)
    assert theme.stage == "idea"
    services.let_rest(theme)
    services.bring_back(theme)
    assert theme.stage == "ready"
