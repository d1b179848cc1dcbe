"""Beheer as a whole: every page in both languages, who gets in, and what the first page asks of an administrator."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from circles.mail.models import OutboxMail
from circles.mail.outbox import Recipient, Written, enqueue
from circles.people.models import Invitee
from circles.people.services import departments, joining
from tests.conftest import counted_queries
from tests.pages import administration

MOST_QUERIES = 12


@pytest.fixture
def ada(client_for, cast):
    return client_for(cast.ada)


def dead_mail(cast, now, *, kind="invitation_list", to="kim@delinde.example", organisation=None):
    """A mail that a server refused."""
    recipient = Recipient(to, "", "nl", organisation_id=(organisation or cast.linde).id)
    words = Written("Onderwerp", "Wat er stond", "<p>Wat er stond</p>")
    enqueue(key=f"{kind}:{to}", kind=kind, to=recipient, written=words, now=now)
    return "dead", f"{kind}:{to}"


def refuse_all(session):
    session.execute(sa.update(OutboxMail).values(state="dead", error="550 onbekend", tries=1))


def buttons(page, what):
    return re.findall(rf'action="(/beheer/mail/[^"]+/{what})"', page)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_page_opens_and_asks_little(ada, cast, now, session, language):
    visits = administration(cast, now)
    cast.ada.locale = language
    session.commit()
    for page in visits:
        with counted_queries() as queries:
            answer = ada.get(page.url)
        assert answer.status_code == page.status, page.url
        assert len(queries) <= MOST_QUERIES, f"{page.url} asked {len(queries)}:\n" + "\n".join(queries)


def test_nobody_else_gets_in_and_another_organisation_finds_nothing(
    app, client_for, world, cast, now, session
):
    visits = administration(cast, now)
    other = world.person(cast.anker, "Otto Ooms", roles=("administrator",))
    session.commit()
    assert {app.test_client().get(page.url).status_code for page in visits} == {303}
    for person in (cast.alice, cast.hanna, cast.olga):
        client = client_for(person)
        assert {client.get(page.url).status_code for page in visits} == {404}
    elsewhere = client_for(other)
    own = [page for page in visits if re.search(r"/[23456789bcdfghjkmnpqrstvwxz]{10}\b", page.url)]
    assert len(own) == 6
    assert {elsewhere.get(page.url).status_code for page in own} == {404}


def test_the_menu_has_four_words_and_one_of_them_is_here(ada):
    here = {}
    for url in ("/beheer/mensen/leden", "/beheer/rollen", "/beheer/vakken", "/beheer", "/beheer/poster"):
        menu = re.search(r'<nav class="nav".*?</nav>', ada.get(url).text, re.S)[0]
        assert re.findall(r">([^<>]+)</a>", menu) == ["Mensen", "Afdelingen", "Taken", "Instellingen"]
        [here[url]] = re.findall(r'aria-current="page">([^<>]+)</a>', menu)
    assert here == {
        "/beheer/mensen/leden": "Mensen",
        "/beheer/rollen": "Mensen",
        "/beheer/vakken": "Afdelingen",
        "/beheer": "Taken",
        "/beheer/poster": "Instellingen",
    }


def test_with_nothing_to_do_one_sentence_says_so(ada):
    page = ada.get("/beheer").text
    assert "Er is nu niets te doen" in page
    assert "Mail die niet aankwam" not in page


def test_who_has_no_number_and_who_never_answered_is_counted(ada, client_for, cast, session, now, time):
    zorg = departments.add_department(cast.linde, "Zorg")
    departments.add_department(cast.linde, "Beleid")
    departments.note_heads(cast.linde, {(zorg.id, "2027-Q2"): 12})
    for number, days in enumerate((31, 31, 31, 29)):
        joining.list_invitee(cast.linde.id, f"p{number}@x.example", now=now - timedelta(days=days))
    yes, no = session.scalars(sa.select(Invitee).order_by(Invitee.id).limit(2)).all()
    yes.accepted_at = no.declined_at = now
    page = ada.get("/beheer").text
    assert "2 afdelingen hebben nog geen aantal mensen" in page
    assert "1e kwartaal 2027: Beleid, Zorg" in page
    assert "Eén persoon kreeg langer dan dertig dagen geleden een uitnodiging" in page
    time.to(now + timedelta(days=31))  # the next quarter, in which Zorg was counted
    assert "Eén afdeling heeft nog geen aantal mensen" in client_for(cast.ada).get("/beheer").text


def test_a_mail_that_did_not_arrive_says_to_whom_and_never_what(ada, cast, session, now):
    dead_mail(cast, now)
    dead_mail(cast, now, kind="meeting_invitation", to=cast.bob.email)
    dead_mail(cast, now, to="elders@hetanker.example", organisation=cast.anker)
    refuse_all(session)
    page = ada.get("/beheer").text
    assert "kim@delinde.example" in page
    assert "de uitnodiging van je organisatie" in page
    assert (cast.bob.email in page, "een ander bericht" in page) == (True, True)
    assert [words for words in ("Onderwerp", "Wat er stond", "elders@", "meeting") if words in page] == []


def test_a_mail_is_tried_again_once_somebody_asks(ada, cast, session, now):
    dead_mail(cast, now)
    refuse_all(session)
    [again] = buttons(ada.get("/beheer").text, "opnieuw")
    ada.post(again)
    mail = session.scalars(sa.select(OutboxMail)).one()
    assert (mail.state, mail.tries, mail.due_at) == ("queued", 0, now)
    assert "kim@delinde.example" not in ada.get("/beheer").text
    assert ada.post(again).status_code == 303  # it is on its way: nothing to try
    assert "kan niet nog eens" in ada.get("/beheer").text


def test_a_code_that_ran_out_is_not_sent_again_but_can_be_put_away(ada, cast, session, now):
    dead_mail(cast, now, kind="sign_in_code")
    refuse_all(session)
    page = ada.get("/beheer").text
    assert (buttons(page, "opnieuw"), len(buttons(page, "weg"))) == ([], 1)
    ada.post(buttons(page, "weg")[0].replace("/weg", "/opnieuw"))
    assert session.scalars(sa.select(OutboxMail.state)).one() == "dead"
    ada.post(buttons(page, "weg")[0])
    session.expire_all()
    assert session.scalars(sa.select(OutboxMail.state)).one() == "superseded"


def test_no_page_shows_anything_of_circles(ada, cast, now, session):
    visits = administration(cast, now)
    cast.hotspot.name = "Kopgroep Zuid"
    session.commit()
    pages = "".join(ada.get(page.url).text for page in visits)
    names = [cast.circle.name, cast.other_circle.name, cast.hotspot.name, cast.circle.public_id]
    assert cast.bob.name in pages
    assert [name for name in names if name in pages] == []


def test_the_mail_of_another_organisation_is_out_of_reach(ada, client_for, world, cast, session, now):
    dead_mail(cast, now)
    refuse_all(session)
    [again] = buttons(ada.get("/beheer").text, "opnieuw")
    other = client_for(world.person(cast.anker, "Otto Ooms", roles=("administrator",)))
    assert other.post(again).status_code == 404
    assert ada.post("/beheer/mail/verzonnen/opnieuw").status_code == 404
    assert session.scalars(sa.select(OutboxMail.state)).one() == "dead"
