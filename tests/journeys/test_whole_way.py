"""From an invitation list to the first conclusions, over HTTP and a real SMTP server."""

from __future__ import annotations

import contextvars
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from circles.conclusions.models import Conclusion, ConclusionVersion
from circles.meetings.models import Meeting
from circles.membership.models import Circle
from circles.people.models import Organisation, Person
from circles.themes.services import load_library
from circles.worker import rounds
from tests.conftest import StrictClient, Time
from tests.ical_js import parsed
from tests.smtp import Postbox

LIST = "email,name,department,profession,language\n" + "".join(
    f"persoon{n}@debeuk.example,Persoon{n} Peters,Afdeling {n % 3},Jeugdhulp,{'en' if n == 3 else 'nl'}\n"
    for n in range(16)
)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


class World:
    """The people of this journey: each with a browser of their own and a mailbox at the SMTP server."""

    def __init__(self, app, session, postbox: Postbox, time: Time) -> None:
        self.app, self.session, self.postbox, self.time = app, session, postbox, time
        self.browsers: dict[str, StrictClient] = {}
        self.read = 0

    def tick(self, **length: float) -> list[EmailMessage]:
        """Lets time pass and one round run; yields the mails that arrived."""
        now = self.time.forward(**length)
        self.session.commit()
        contextvars.Context().run(self._round, now)
        self.session.expire_all()
        new = [mail.parsed() for mail in self.postbox.received[self.read :]]
        self.read = len(self.postbox.received)
        return new

    def _round(self, now: datetime) -> None:
        with self.app.app_context():  # as the worker has one of its own
            list(rounds.tick(now))

    def browser(self, email: str) -> StrictClient:
        if email not in self.browsers:
            self.browsers[email] = self.app.test_client()
        return self.browsers[email]


@pytest.fixture
def world(app, session, time, monkeypatch) -> Iterator[World]:
    with Postbox() as postbox:
        settings = replace(app.config["SETTINGS"], mail_url=postbox.url)
        monkeypatch.setitem(app.config, "SETTINGS", settings)
        yield World(app, session, postbox, time)


def address(n: int) -> str:
    return f"persoon{n}@debeuk.example"


def plain(mail: EmailMessage) -> str:
    return mail.get_body(("plain",)).get_content()


def link(mail: EmailMessage, path: str) -> str:
    return re.search(rf"http://localhost({path}\S*)", plain(mail))[1]


def calendars(mails: list[EmailMessage]) -> list[bytes]:
    return [
        part.get_payload(decode=True)
        for m in mails
        for part in m.walk()
        if part.get_content_type() == "text/calendar"
    ]


def with_calendar(mails: list[EmailMessage]) -> list[EmailMessage]:
    return [mail for mail in mails if calendars([mail])]


def test_from_an_invitation_list_to_the_first_conclusions(app, world, session, tmp_path):
    organisation = begin_organisation(app, session, tmp_path)
    joined = ten_accept_and_sign_in(world, session)
    circle = one_begins_a_circle_and_seven_join(world, session, joined)
    three_meetings_are_planned_and_twenty_four_invitations_arrive(world, session, circle)
    five_answer_two_by_the_link_in_the_mail(world, session, circle)
    the_first_is_moved(world, session, circle)
    it_is_held_and_three_things_are_kept(world, session, circle)
    the_next_has_another_theme_and_other_turns(world, session, circle)
    one_leaves(world, session, circle)
    two_edit_one_conclusion_at_once(world, session)
    assert organisation.name == "De Beuk"


def begin_organisation(app, session, tmp_path) -> Organisation:
    run = lambda *args: contextvars.Context().run(app.test_cli_runner().invoke, args=args)  # noqa: E731
    made = run("organisation", "create", "De Beuk", "--admin", "ada@debeuk.example")
    assert made.exit_code == 0, made.output
    (tmp_path / "lijst.csv").write_text(LIST, encoding="utf-8")
    taken = run("people", "import", "de-beuk", str(tmp_path / "lijst.csv"))
    assert "16 nieuw" in taken.output, taken.output
    organisation = session.scalars(sa.select(Organisation)).one()
    load_library(organisation, organisation.created_at)
    session.commit()
    return organisation


def ten_accept_and_sign_in(world: World, session) -> list[str]:
    mails = world.tick(minutes=1)
    assert sorted(mail["to"].addresses[0].addr_spec for mail in mails) == sorted(
        address(n) for n in range(16)
    )
    by_address = {mail["to"].addresses[0].addr_spec: mail for mail in mails}
    for n in range(10):
        browser, url = world.browser(address(n)), link(by_address[address(n)], "/uitnodiging/")
        assert browser.get(url).status_code == 200
        page = browser.post(f"{url}/ja", follow_redirects=True).text
        organisation = re.search(r'name="organisation" value="(\w+)"', page)[1]
        browser.post("/inloggen/verder", data={"organisation": organisation, "name": f"Persoon{n} Peters"})
        assert browser.get("/ik").status_code == 200
    declined = world.browser(address(15))
    declined.post(link(by_address[address(15)], "/uitnodiging/") + "/nee")
    assert session.scalar(sa.select(sa.func.count()).select_from(Person)) == 11  # ten and the administrator
    return [address(n) for n in range(10)]


def one_begins_a_circle_and_seven_join(world: World, session, joined: list[str]) -> Circle:
    answer = world.browser(joined[0]).post(
        "/cirkels/nieuw",
        data={
            "name": "Vakcirkel Jeugdhulp", "kind": "craft", "pattern": "weekly", "interval": "4", "nth": "2",
            "weekday": "3",
            "at": "14:00", "minutes": "90", "first_on": "2027-03-08", "on_day_off": "skip", "place": "De Ark",
            "emails": "\n".join(joined[1:8]),
        },
    )  # fmt: skip
    assert answer.status_code == 303, answer.text
    invitations = world.tick(minutes=1)
    assert len(invitations) == 7
    for mail in invitations:
        browser = world.browser(mail["to"].addresses[0].addr_spec)
        assert (
            browser.post(link(mail, "/uitnodiging/cirkel/") + "/ja")
            .headers["Location"]
            .startswith("/cirkel/")
        )
    circle = session.scalars(sa.select(Circle)).one()
    assert (circle.stage, len(circle.open_seats)) == ("active", 8)
    return circle


def three_meetings_are_planned_and_twenty_four_invitations_arrive(
    world: World, session, circle: Circle
) -> None:
    mails = with_calendar(world.tick(minutes=1))
    assert len(mails) == 24
    read = parsed(calendars(mails))
    meetings = session.scalars(sa.select(Meeting).order_by(Meeting.starts_at)).all()
    days = [meeting.starts_at.astimezone(AMSTERDAM) for meeting in meetings]
    assert [day.date() for day in days] == [
        date(2027, 3, 11),
        date(2027, 4, 8),
        date(2027, 6, 3),
    ]  # 6 May: Ascension
    assert {(day.hour, day.minute) for day in days} == {(14, 0)}  # over the change of the clock
    assert {item["method"] for item in read} == {"REQUEST"}
    assert Counter(item["events"][0]["uid"] for item in read) == dict.fromkeys([m.uid for m in meetings], 8)
    for mail, item in zip(mails, read, strict=True):
        [attendee] = item["events"][0]["attendees"]
        assert attendee["address"] == f"mailto:{mail['to'].addresses[0].addr_spec}"
        assert item["events"][0]["summary"] in {"Vakcirkel", "Craft circle"}
        others = {address(n) for n in range(16)} - {mail["to"].addresses[0].addr_spec}
        assert not any(other.encode() in mail.as_bytes() for other in others)
    assert {len(m.turns) for m in meetings} == {2}
    assert len({m.theme_id for m in meetings}) == 3


def five_answer_two_by_the_link_in_the_mail(world: World, session, circle: Circle) -> None:
    first = _meetings(session)[0]
    for n in range(3):
        url = f"/bijeenkomst/{first.public_id}/antwoord"
        assert world.browser(address(n)).post(url, data={"answer": "yes"}).status_code == 303
    invited = [m.parsed() for m in world.postbox.received if b"text/calendar" in m.content]
    anonymous = world.app.test_client()
    for n, choice in ((3, "maybe"), (4, "yes")):
        mail = next(
            m for m in invited if m["to"].addresses[0].addr_spec == address(n) and "11" in m["subject"]
        )
        urls = re.findall(r"http://localhost(/antwoord/\S+)", plain(mail))
        url = next(url for url in urls if f"keuze={choice}" in url)
        page = anonymous.get(url)
        assert page.status_code == 200
        assert "Persoon" not in page.text
        anonymous.post(url.partition("?")[0], data={"answer": choice})
    page = world.browser(address(5)).get(f"/bijeenkomst/{first.public_id}").text
    assert page.count("weet het nog niet") == 1


def the_first_is_moved(world: World, session, circle: Circle) -> None:
    first = _meetings(session)[0]
    told = max(e["events"][0]["sequence"] for e in _told(world) if e["events"][0]["uid"] == first.uid)
    answer = world.browser(address(5)).post(
        f"/bijeenkomst/{first.public_id}/verzetten",
        data={
            "on": "2027-03-12",
            "at": "10:30",
            "minutes": "90",
            "place": "De Ark",
            "based_on": str(first.version),
        },
    )
    assert answer.status_code == 303, answer.text
    assert with_calendar(world.tick(seconds=30)) == []  # the quiet minute
    mails = with_calendar(world.tick(seconds=31))
    assert len(mails) == 8
    read = [item["events"][0] for item in parsed(calendars(mails))]
    assert {event["uid"] for event in read} == {first.uid}
    [sequence] = {event["sequence"] for event in read}
    assert sequence > told
    assert {event["starts"] for event in read} == {"2027-03-12T09:30:00Z"}
    assert {event["attendees"][0]["partstat"] for event in read} == {
        "NEEDS-ACTION"
    }  # an old yes does not survive
    assert len({event["stamp"] for event in read}) == 1


def it_is_held_and_three_things_are_kept(world: World, session, circle: Circle) -> None:
    first = _meetings(session)[0]
    url = f"/bijeenkomst/{first.public_id}"
    early = world.browser(address(0)).post(f"{url}/conclusies", data={"kind": "insight", "text": "Te vroeg"})
    assert early.status_code == 422
    world.time.to(first.starts_at - timedelta(minutes=10))
    assert world.browser(address(2)).post(f"{url}/begin").status_code == 303
    owner = session.scalars(sa.select(Person).where(Person.email == address(1))).one()
    for kind, text in (
        ("insight", "Vooraf zeggen dat we afwijken, maakt er een vakgesprek van."),
        ("norm", "Eerst vragen, dan pas raden."),
        ("intention", "Ik vraag het kind wie er moet meedenken."),
    ):
        data = {"kind": kind, "text": text, "client_id": f"draft-{kind}", "owner": owner.public_id}
        for _ in range(2):  # the connection failed, and the phone sends it again
            assert world.browser(address(1)).post(f"{url}/conclusies", data=data).status_code == 303
    world.time.to(first.ends_at)
    world.tick(minutes=2)
    session.expire_all()
    assert first.state == "held"
    assert sorted(c.kind for c in session.scalars(sa.select(Conclusion))) == ["insight", "intention", "norm"]
    assert "Eerst vragen, dan pas raden." in world.browser(address(7)).get("/logboek").text


def the_next_has_another_theme_and_other_turns(world: World, session, circle: Circle) -> None:
    first, second = _meetings(session)[:2]
    assert first.theme_id != second.theme_id
    assert {t.person_id for t in first.turns}.isdisjoint({t.person_id for t in second.turns})
    page = world.browser(address(6)).get(f"/bijeenkomst/{second.public_id}").text
    assert "Ik vraag het kind wie er moet meedenken." in page
    ahead = [m for m in _meetings(session) if m.state == "planned"]
    assert len(ahead) == 3  # one passed, the next was planned


def one_leaves(world: World, session, circle: Circle) -> None:
    world.tick(minutes=2)
    coming = [meeting for meeting in _meetings(session) if meeting.state == "planned"]
    world.browser(address(7)).post(f"/cirkel/{circle.public_id}/vertrek")
    mails = with_calendar(world.tick(minutes=2))
    assert {mail["to"].addresses[0].addr_spec for mail in mails} == {address(7)}
    read = parsed(calendars(mails))
    assert {item["method"] for item in read} == {"CANCEL"}
    assert {item["events"][0]["status"] for item in read} == {"CANCELLED"}
    assert sorted(item["events"][0]["uid"] for item in read) == sorted(meeting.uid for meeting in coming)
    assert world.browser(address(7)).get(f"/cirkel/{circle.public_id}").status_code == 404


def two_edit_one_conclusion_at_once(world: World, session) -> None:
    norm = session.scalars(sa.select(Conclusion).where(Conclusion.kind == "norm")).one()
    url = f"/conclusie/{norm.public_id}/wijzigen"
    forms = [world.browser(address(n)).get(url).text for n in (1, 2)]
    based_on = [re.search(r'name="based_on"[^>]*value="(\d+)"', page)[1] for page in forms]
    first, second = (
        {"kind": "norm", "text": f"Tekst van {n}", "note": "", "based_on": b}
        for n, b in zip((1, 2), based_on, strict=True)
    )
    assert world.browser(address(1)).post(url, data=first).status_code == 303
    clash = world.browser(address(2)).post(url, data=second)
    assert clash.status_code == 409
    assert "Tekst van 1" in clash.text
    assert "Tekst van 2" in clash.text
    merged = {"kind": "norm", "text": "Tekst van 1 en 2", "note": "", "based_on": "2"}
    assert world.browser(address(2)).post(url, data=merged).status_code == 303
    session.expire_all()
    earlier = session.scalars(sa.select(ConclusionVersion).order_by(ConclusionVersion.number)).all()
    assert [version.text for version in earlier] == ["Eerst vragen, dan pas raden.", "Tekst van 1"]
    assert norm.text == "Tekst van 1 en 2"


def _meetings(session) -> list[Meeting]:
    session.expire_all()
    return list(session.scalars(sa.select(Meeting).order_by(Meeting.starts_at)))


def _told(world: World) -> list[dict]:
    return parsed(calendars([mail.parsed() for mail in world.postbox.received]))
