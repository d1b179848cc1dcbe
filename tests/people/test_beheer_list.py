"""The invitation list in Beheer: seeing it, putting people on it, taking them off, and a list from a file."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from circles import links
from circles.mail.models import OutboxMail
from circles.people import importing
from circles.people.models import Department, Invitee, ListUpload, Person, Profession
from circles.people.services import joining, listing, uploads
from tests.conftest import counted_queries

HEADER = "email,name,department,profession,language\n"
TWO = HEADER + "ines@x.example,Ines IJzer,Zorg,arts,nl\njoris@x.example,Joris Jansen,Zorg,,en\n"


@pytest.fixture
def ada(client_for, cast):
    return client_for(cast.ada)


@pytest.fixture
def upload(ada):
    """Chooses a file; yields the answer."""

    def choose(content, name="lijst.csv"):
        content = content if isinstance(content, bytes) else content.encode()
        # Written out: of large files the test client would leave a temporary file open.
        part = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
        body = part + content + b"\r\n--b--\r\n"
        return ada.post("/beheer/mensen/bestand", data=body, content_type="multipart/form-data; boundary=b")

    return choose


@pytest.fixture
def take_in(ada, upload, session, work):
    """Chooses a file, says yes, and lets the worker do everything. Yields the page about it."""

    def choose_and_confirm(content):
        page = upload(content).headers["Location"]
        ada.post(f"{page}/akkoord")
        work()
        return page

    return choose_and_confirm


@pytest.fixture
def work(session, time):
    """What the worker does for lists, a moment later each time."""

    def do():
        now = time.forward(seconds=10)
        for upload_id in uploads.due_uploads(now):
            uploads.apply_upload(upload_id, now)
        for invitee_id in listing.due_invitations(now):
            listing.send_invitation(invitee_id, now)
        session.commit()

    return do


def listed(session, organisation):
    rows = session.scalars(
        sa.select(Invitee)
        .where(Invitee.organisation_id == organisation.id, Invitee.withdrawn_at.is_(None))
        .order_by(Invitee.email)
    )
    return [row.email for row in rows]


def mailed(session):
    rows = session.execute(
        sa.select(OutboxMail.to_address, OutboxMail.state)
        .where(OutboxMail.kind == "invitation_list")
        .order_by(OutboxMail.id)
    )
    return [tuple(row) for row in rows]


def figures(page):
    """The numbers on a page, in order."""
    return [int(number) for number in re.findall(r"<dd>(\d+)</dd>", page)]


def undo(page):
    return re.search(r'action="(/beheer/mensen/terug/[^"]+)"', page)[1]


def test_a_few_people_are_pasted_and_invited(ada, session, cast, work):
    answer = ada.post(
        "/beheer/mensen/erbij",
        data={"people": f"Ines IJzer <ines@x.example>\nkim@x.example; {cast.bob.email}"},
    )
    assert answer.status_code == 303
    page = ada.get("/beheer/mensen").text
    assert "2 mensen staan op de lijst" in page
    assert "Eén persoon doet al mee." in page
    assert figures(page) == [2, 0, 0, 0]
    work()
    assert mailed(session) == [("ines@x.example", "queued"), ("kim@x.example", "queued")]
    assert figures(ada.get("/beheer/mensen").text) == [2, 2, 0, 0]


def test_what_cannot_be_read_stays_in_the_field(ada, session, cast):
    answer = ada.post("/beheer/mensen/erbij", data={"people": "ines@x.example\nkim bij x"})
    assert answer.status_code == 422
    assert "Regel 2: &#39;kim bij x&#39; is geen mailadres." in answer.text
    assert "ines@x.example\nkim bij x</textarea>" in answer.text
    assert listed(session, cast.linde) == []
    assert ada.post("/beheer/mensen/erbij", data={}).status_code == 422


def test_more_than_fifty_are_for_a_file():
    text = "\n".join(f"p{number}@x.example" for number in range(51))
    assert importing.read_pasted(text).errors == ["Meer dan vijftig mensen. Gebruik daarvoor een bestand."]


def test_who_said_no_is_counted_and_not_told_apart(ada, session, cast, now):
    for name in ("Ines", "Kim"):
        joining.list_invitee(cast.linde.id, f"{name.lower()}@x.example", now=now, name=name)
    ines = session.scalars(sa.select(Invitee).where(Invitee.name == "Ines")).one()
    joining.decline_invitee(ines, now)
    page = ada.get("/beheer/mensen").text
    assert figures(page) == [2, 2, 0, 1]
    rows = re.findall(r"<li>.*?</li>", page[page.index('id="lijst"') : page.index("</main>")], re.S)
    told = {re.sub(r"Ines|Kim|ines|kim|[23456789bcdfghjkmnpqrstvwxz]{10}", "?", row) for row in rows}
    told = {re.sub(r'value="[^"]+"', "", row) for row in told}
    assert (len(rows), len(told)) == (2, 1)


def test_the_list_is_searched_and_shown_fifty_a_page(ada, session, cast, now):
    for number in range(120):
        joining.list_invitee(cast.linde.id, f"p{number:03}@x.example", now=now, name=f"Persoon {number:03}")
    joining.list_invitee(cast.anker.id, "p001@anker.example", now=now, name="Persoon bij Het Anker")
    session.commit()
    with counted_queries() as few:
        page = ada.get("/beheer/mensen?pagina=3").text
    names = re.findall(r"<b>(Persoon [^<]+)</b>", page)
    assert names == [f"Persoon {number:03}" for number in range(100, 120)]
    assert "bladzijde 3 van 3" in page
    assert len(few) <= 8
    found = ada.get("/beheer/mensen?zoek=persoon+p01").text
    assert re.findall(r"<b>(Persoon [^<]+)</b>", found) == [
        f"Persoon {number:03}" for number in range(10, 20)
    ]
    assert "Niemand op de lijst past" in ada.get("/beheer/mensen?zoek=100%25").text


def test_who_is_taken_off_gets_no_mail_and_finds_the_door_closed(app, ada, session, cast, now, work):
    ada.post("/beheer/mensen/erbij", data={"people": "Ines IJzer <ines@x.example>"})
    work()
    ines = session.scalars(sa.select(Invitee)).one()
    assert mailed(session) == [("ines@x.example", "queued")]
    ada.post(f"/beheer/mensen/{ines.public_id}/intrekken")
    session.expire_all()
    assert (listed(session, cast.linde), mailed(session)) == ([], [("ines@x.example", "superseded")])
    token = links.sign("invitee", ines.public_id)
    door = app.test_client()
    assert "niet meer open" in door.get(f"/uitnodiging/{token}").text
    door.post(f"/uitnodiging/{token}/ja")
    assert door.get("/inloggen/verder").status_code == 303  # nothing is proved, nobody gets further
    work()
    assert len(mailed(session)) == 1
    ada.post(undo(ada.get("/beheer/mensen").text))
    work()
    assert listed(session, cast.linde) == ["ines@x.example"]
    assert mailed(session) == [("ines@x.example", "superseded"), ("ines@x.example", "queued")]
    assert "Ja, ik kijk rond" in door.get(f"/uitnodiging/{token}").text


def test_who_takes_part_is_not_taken_off(ada, session, cast, now):
    invitee = joining.list_invitee(cast.linde.id, "ines@x.example", now=now)
    joining.join_organisation(cast.linde, email="ines@x.example", name="Ines", now=now)
    ada.post(f"/beheer/mensen/{invitee.public_id}/intrekken")
    session.expire_all()
    assert invitee.withdrawn_at is None


def test_a_day_later_who_was_taken_off_is_forgotten(ada, session, cast, now):
    gone, stays = (joining.list_invitee(cast.linde.id, f"{n}@x.example", now=now) for n in ("ines", "kim"))
    session.flush()
    listing.withdraw([gone], now)
    assert listing.forget_withdrawn(now + timedelta(days=1)) == 0
    assert listing.forget_withdrawn(now + timedelta(days=1, seconds=1)) == 1
    assert session.scalars(sa.select(Invitee.email)).all() == [stays.email]
    token = links.sign("withdrawn", str(cast.linde.id), now.isoformat())
    ada.post(f"/beheer/mensen/terug/{token}")
    assert "Dat kan niet meer" in ada.get("/beheer/mensen").text


def test_the_list_of_another_organisation_is_out_of_reach(ada, session, cast, now):
    theirs = joining.list_invitee(cast.anker.id, "ines@x.example", now=now)
    session.flush()
    assert ada.post(f"/beheer/mensen/{theirs.public_id}/intrekken").status_code == 404
    token = links.sign("withdrawn", str(cast.anker.id), now.isoformat())
    assert ada.post(f"/beheer/mensen/terug/{token}").status_code == 404


def test_a_file_is_looked_at_before_anything_changes(ada, upload, session, cast, now):
    joining.list_invitee(cast.linde.id, "joris@x.example", now=now, name="Joris Jansen")
    joining.list_invitee(cast.linde.id, "kim@x.example", now=now, name="Kim")
    session.add(Department(organisation_id=cast.linde.id, name="Beleid"))
    extra = f"kim@x.example,Kim,,,\n{cast.bob.email},Bob,Beleid,,\n"
    before = (listed(session, cast.linde), session.scalar(sa.select(sa.func.count(Department.id))))
    page = ada.get(upload(TWO + extra).headers["Location"]).text
    assert "Eén persoon krijgt een uitnodiging" in page
    assert figures(page) == [1, 1, 1, 1]  # Ines is new, Joris gets a department, Kim stays, Bob is here
    assert re.findall(r"<dt>(Nieuwe \w+)</dt><dd>([^<]*)</dd>", page) == [
        ("Nieuwe afdelingen", "Zorg"),
        ("Nieuwe vakken", "arts"),
    ]
    after = (listed(session, cast.linde), session.scalar(sa.select(sa.func.count(Department.id))))
    assert (after, mailed(session)) == (before, [])


def test_what_was_foretold_is_what_comes_of_it(upload, take_in, session, cast):
    take_in(TWO)
    second = TWO.replace("arts", "verpleger") + f"kim@x.example,Kim,,,\n{cast.bob.email},,,,\n"
    page = upload(second).headers["Location"]
    kept = session.scalars(sa.select(ListUpload).where(ListUpload.public_id == page[-10:])).one()
    told = uploads.outlook(kept)
    outcome = listing.take_in(cast.linde, uploads.rows_of(kept), now=kept.uploaded_at)
    assert (told.new, told.changed, told.members) == (1, 1, 1)
    assert (outcome.new, outcome.changed, outcome.members) == (told.new, told.changed, told.members)
    assert (outcome.departments, outcome.professions) == (told.departments, told.professions)


def test_errors_are_said_by_line_and_nothing_is_kept(upload, session):
    answer = upload(TWO + "geen adres,Kim,,,\nlars@x.example,Lars,,,fr\n")
    assert answer.status_code == 422
    assert re.findall(r"<li>(Regel[^<]+)</li>", answer.text) == [
        "Regel 4: &#39;geen adres&#39; is geen mailadres.",
        "Regel 5: taal &#39;fr&#39; kennen we niet; kies nl, en of nl+en.",
    ]
    assert "Er is niets veranderd." in answer.text
    assert session.scalars(sa.select(ListUpload)).all() == []


def test_errors_are_said_in_english_too(ada, upload, session, cast):
    cast.ada.locale = "en"
    assert "Line 2: &#39;kim&#39; is not an email address." in upload("email\nkim\n").text


def test_no_file_at_all_is_said_too(ada):
    answer = ada.post("/beheer/mensen/bestand", data={})
    assert (answer.status_code, "Kies een bestand." in answer.text) == (422, True)


def test_this_route_alone_takes_five_megabytes(ada, upload, client_for, cast):
    lines = "".join(f"p{number}@x.example,{'N' * 110}\n" for number in range(19_000))
    assert 1_000_000 < len(lines) < 5_000_000
    assert upload("email,name\n" + lines).status_code == 303
    assert upload(b"email\n" + b"x" * 5_000_000).status_code == 422
    assert upload(b"x" * 5_100_000).status_code == 413
    big = {"people": "x" * 1_100_000}
    assert ada.post("/beheer/mensen/erbij", data=big).status_code == 413


def test_the_worker_takes_in_what_was_confirmed_and_the_page_tells_how_far_it_is(
    ada, upload, session, cast, now
):
    page = upload(TWO).headers["Location"]
    assert uploads.due_uploads(now) == []  # looked at only
    ada.post(f"{page}/akkoord")
    waiting = ada.get(page).text
    assert "De lijst wordt zo ingelezen." in waiting
    poll = re.search(r'hx-get="([^"]+)" hx-trigger="every 1s"', waiting)[1].replace("&amp;", "&")
    assert (ada.get(poll).status_code, ada.get(poll).text) == (204, "")
    [upload_id] = uploads.due_uploads(now)
    assert uploads.apply_upload(upload_id, now) == 2
    moved = ada.get(poll)
    assert "0 van 2 uitnodigingen klaar" in moved.text
    assert "<html" not in moved.text
    listing.send_invitation(listing.due_invitations(now)[0], now)
    half = ada.get(page).text
    assert "1 van 2 uitnodigingen klaar" in half
    assert re.search(r'<progress[^>]* value="1" max="2"', half)
    assert f'href="{page}">Ververs</a>' in half
    listing.send_invitation(listing.due_invitations(now)[0], now)
    at_the_end = ada.get(f"{page}/voortgang?gezien=inviting-1")
    assert (at_the_end.status_code, at_the_end.headers["HX-Refresh"]) == (200, "true")
    done = ada.get(page).text
    assert "De lijst is ingelezen" in done
    assert "2 nieuw, 0 bijgewerkt, 0 doen al mee." in done
    assert "hx-get" not in done
    assert uploads.due_uploads(now) == []


def test_what_the_database_refuses_leaves_nothing_behind(ada, upload, session, cast, now):
    page = upload(TWO).headers["Location"]
    kept = session.scalars(sa.select(ListUpload)).one()
    kept.rows = [*kept.rows, kept.rows[0]]  # the same address twice, which no reading lets through
    ada.post(f"{page}/akkoord")
    for upload_id in uploads.due_uploads(now):
        assert uploads.apply_upload(upload_id, now) == 0
    session.commit()
    assert (listed(session, cast.linde), session.scalars(sa.select(Profession.name)).all()) == ([], [])
    assert "er is niets veranderd" in ada.get(page).text
    assert uploads.due_uploads(now) == []
    session.scalars(sa.select(ListUpload)).one().rows = kept.rows[:-1]
    ada.post(f"{page}/akkoord")
    [upload_id] = uploads.due_uploads(now)
    assert uploads.apply_upload(upload_id, now) == 2


def test_never_mind_forgets_the_file(ada, upload, session, cast):
    page = upload(TWO).headers["Location"]
    ada.post(f"{page}/weg")
    assert session.scalars(sa.select(ListUpload)).all() == []
    assert ada.get(page).status_code == 404
    assert listed(session, cast.linde) == []


def test_who_was_not_in_the_file_is_asked_about_apart(ada, take_in, session, cast, now):
    joining.list_invitee(cast.linde.id, "oud@x.example", now=now, name="Oude Bekende")
    joining.list_invitee(cast.linde.id, cast.bob.email, now=now).accepted_at = now
    joining.list_invitee(cast.anker.id, "elders@x.example", now=now)
    session.commit()
    page = take_in(TWO)
    shown = ada.get(page).text
    assert "Eén persoon op de lijst stond niet in dit bestand" in shown
    assert "Oude Bekende" in shown
    everybody = [cast.bob.email, "ines@x.example", "joris@x.example", "oud@x.example"]
    assert listed(session, cast.linde) == everybody  # asking is not doing
    ada.post(f"{page}/rest-intrekken")
    assert listed(session, cast.linde) == everybody[:-1]
    assert listed(session, cast.anker) == ["elders@x.example"]
    ada.post(undo(ada.get("/beheer/mensen").text))
    assert listed(session, cast.linde) == everybody


def test_a_file_is_kept_one_hour(ada, upload, session, time, now):
    page = upload(TWO).headers["Location"]
    time.forward(minutes=59)
    assert ada.get(page).status_code == 200
    time.forward(minutes=1)
    assert ada.get(page).status_code == 404
    assert ada.post(f"{page}/akkoord").status_code == 404
    assert uploads.forget_uploads(time.now) == 0
    assert uploads.forget_uploads(time.now + timedelta(seconds=1)) == 1


def test_a_list_that_waits_for_the_worker_is_not_forgotten(ada, upload, session, now):
    page = upload(TWO).headers["Location"]
    ada.post(f"{page}/akkoord")
    later = now + timedelta(hours=3)
    assert uploads.forget_uploads(later) == 0
    assert uploads.apply_upload(uploads.due_uploads(later)[0], later) == 2
    assert uploads.forget_uploads(later + timedelta(hours=1, seconds=1)) == 1
    assert session.scalars(sa.select(Invitee.upload_id)).all() == [None, None]


def test_an_upload_says_nothing_of_people_elsewhere(upload, ada, cast):
    page = ada.get(upload(f"email\n{cast.zoe.email}\n").headers["Location"]).text
    assert figures(page) == [1, 0, 0, 0]
    assert "Zoë" not in page


def test_who_accepts_meanwhile_does_not_keep_the_list_waiting(ada, upload, session, cast, now):
    page = upload(TWO).headers["Location"]
    ada.post(f"{page}/akkoord")
    uploads.apply_upload(uploads.due_uploads(now)[0], now)
    joining.join_organisation(cast.linde, email="ines@x.example", name="Ines", now=now)
    for invitee_id in listing.due_invitations(now):
        listing.send_invitation(invitee_id, now)
    assert "De lijst is ingelezen" in ada.get(page).text
    assert session.scalar(sa.select(Person.department_id).where(Person.name == "Ines")) is not None
