"""The demo: loaded by its command, once, the same each time, and with every page in it to look at."""

from __future__ import annotations

import contextvars
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from html import unescape
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from circles import clock, demo
from circles.cli import demo_command
from circles.conclusions import queries
from circles.conclusions.models import KINDS, TEXT_LIMIT, Conclusion
from circles.demo import plots, texts
from circles.extensions import db, migrations
from circles.mail.models import OutboxMail
from circles.meetings.models import Attendance, Meeting, Reply, Turn
from circles.membership.models import Ask, CharterVersion, Circle, CircleChange, CircleInvitation, Seat
from circles.people.models import Organisation, Person
from circles.themes.models import Preoccupation
from circles.worker import rounds
from tests.conftest import NOW, StrictClient, make_app, settings

# A small organisation, where the command can be told how large.
SMALL = ["--people", "60"] if any(option.name == "people" for option in demo_command.params) else []
VISITS_PER_ROUTE = 2
FAR = timedelta(weeks=10)


def load(app: Flask, at: datetime) -> Result:
    """Runs `flask demo` at that instant, in a context of its own, as a shell would."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: at)
        result: Result = contextvars.Context().run(
            app.test_cli_runner().invoke, args=["demo", *SMALL], catch_exceptions=False
        )
    return result


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Flask]]:
    """Makes an app on an empty database of its own, with DEMO=1 unless told otherwise."""
    apps = []

    def fresh(*, demo: bool = True) -> Flask:
        app = make_app(settings(tmp_path_factory.mktemp("demo"), demo=demo))
        apps.append(app)
        with app.app_context():
            migrations.upgrade()
        return app

    yield fresh
    for app in apps:
        with app.app_context():
            db.engine.dispose()


@pytest.fixture(scope="module")
def shown(fresh: Callable[..., Flask]) -> Flask:
    """The demo, loaded at the instant of the tests. It is only looked at."""
    app = fresh()
    assert load(app, NOW).exit_code == 0
    return app


@pytest.fixture(scope="module", params=[0, 150, 306], ids=["monday", "summer", "new-year"])
def anytime(
    request: pytest.FixtureRequest, fresh: Callable[..., Flask], shown: Flask
) -> tuple[Flask, datetime]:
    """The demo as it was loaded on a usual day, in the quiet weeks of summer, and on New Year's Day; with when."""
    now = NOW + timedelta(days=request.param)
    app = shown if now == NOW else fresh()
    if app is not shown:
        assert load(app, now).exit_code == 0
    return app, now


@pytest.fixture
def inside(shown: Flask) -> Iterator[Flask]:
    """In the context of the loaded demo."""
    with shown.app_context():
        yield shown


def story() -> dict[str, list[object]]:
    """What the demo tells, without what is drawn by lot: ids, tokens and hashes."""
    meeting = (Circle.name, Meeting.starts_at, Meeting.state)
    asked = {
        "people": sa.select(Organisation.slug, Person.email, Person.name, Person.joined_at).join(
            Person, Person.organisation_id == Organisation.id
        ),
        "seats": sa.select(Circle.name, Person.email, Seat.number, Seat.sat_at, Seat.left_at)
        .join(Seat, Seat.circle_id == Circle.id)
        .join(Person, Person.id == Seat.person_id),
        "meetings": sa.select(*meeting, Meeting.subject, Meeting.place).join(Circle),
        "replies": sa.select(*meeting, Person.email, Reply.answer, Reply.answered_at)
        .join(Meeting, Meeting.circle_id == Circle.id)
        .join(Reply, Reply.meeting_id == Meeting.id)
        .join(Person, Person.id == Reply.person_id),
        "turns": sa.select(*meeting, Person.email, Turn.role)
        .join(Meeting, Meeting.circle_id == Circle.id)
        .join(Turn, Turn.meeting_id == Meeting.id)
        .join(Person, Person.id == Turn.person_id),
    }
    told: dict[str, list[object]] = {
        what: sorted(map(str, db.session.execute(rows))) for what, rows in asked.items()
    }
    told["kept"] = sorted((row.text, str(row.kept_at)) for row in db.session.scalars(sa.select(Conclusion)))
    return told


def test_without_demo_in_the_environment_nothing_is_loaded(fresh):
    app = fresh(demo=False)
    result = load(app, NOW)
    assert (result.exit_code, result.stderr) == (
        1,
        "Error: De demo laadt alleen met DEMO=1 in de omgeving.\n",
    )
    with app.app_context():
        assert db.session.scalars(sa.select(Organisation)).all() == []


def test_it_loads_once_and_the_same_on_both_databases(app, inside, monkeypatch):
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], demo=True))
    told = story()
    assert all(told.values())
    assert load(app, NOW).exit_code == 0
    with app.app_context():
        assert story() == told
        mails = db.session.scalar(sa.select(sa.func.count()).select_from(OutboxMail))
    again = load(app, NOW)
    assert (again.exit_code, "De demo was er al." in again.stdout) == (0, True)
    with app.app_context():
        assert story() == told
        assert db.session.scalar(sa.select(sa.func.count()).select_from(OutboxMail)) == mails


def test_it_says_how_to_get_in_and_that_works(shown, fresh):
    again = load(shown, NOW)
    assert "alice@delinde.example" in again.stdout
    assert demo.PASSWORD in again.stdout
    for name in ("alice", "bob", "hanna", "olga", "ada"):
        assert sign_in(shown, f"{name}@delinde.example").get("/").status_code == 200


def sign_in(app: Flask, email: str) -> StrictClient:
    """A browser in which that person came in with the password of the demo."""
    browser = app.test_client()
    outside = contextvars.Context()
    outside.run(browser.post, "/inloggen", data={"email": email})
    answer = outside.run(browser.post, "/inloggen", data={"password": demo.PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/"), email
    return browser


def test_it_has_a_past_and_a_future_whenever_it_is_loaded(anytime):
    app, now = anytime
    with app.app_context():
        meetings = db.session.scalars(sa.select(Meeting)).all()
        held = [meeting for meeting in meetings if meeting.state == "held"]
        assert len(held) >= 3
        assert [meeting.starts_at for meeting in held if meeting.ends_at > now] == []
        alices = sa.select(Seat.circle_id).join(Person).where(Person.email == "alice@delinde.example")
        coming = [
            meeting
            for meeting in db.session.scalars(sa.select(Meeting).where(Meeting.circle_id.in_(alices)))
            if meeting.state == "planned" and now < meeting.starts_at < now + FAR
        ]
        assert coming
        for column in (
            Seat.sat_at,
            Reply.answered_at,
            Conclusion.kept_at,
            Person.joined_at,
            Attendance.noted_at,
            Seat.left_at,
            CircleChange.made_at,
            Ask.asked_at,
            CircleInvitation.sent_at,
            Preoccupation.since_at,
        ):
            latest = db.session.scalar(sa.select(sa.func.max(column)))
            assert latest is None or latest <= now, column


def test_alice_finds_what_a_newcomer_is_to_see(anytime, monkeypatch):
    app, now = anytime
    monkeypatch.setattr(clock, "now", lambda: now)
    page = sign_in(app, "alice@delinde.example").get("/").text
    parts = ("Toen de regel niet paste", "Jij leidt het gesprek", "5 van de 7 komen", "weet het nog niet",
             "kan niet", "vraagt of er een plek is", "Je voornemen:", "Er is nog één plek")  # fmt: skip
    assert [part for part in parts if part not in page] == []
    assert len(re.findall(r"<li[^>]*>", page[page.index('class="ronde"') :].partition("</ol>")[0])) == 5
    with app.app_context():
        circle = db.session.scalars(sa.select(Circle).order_by(Circle.id)).first()
        assert len(queries.latest_of(circle, limit=2)) == 2


def test_no_circle_kept_the_same_twice_and_people_changed_their_minds(inside):
    kept = db.session.scalars(sa.select(Conclusion)).all()
    assert [
        text for text, times in Counter((row.circle_id, row.text) for row in kept).items() if times > 1
    ] == []
    assert {row.kind for row in kept} == set(KINDS)
    assert {row.intention for row in kept if row.kind == "intention"} >= {"open", "done", "released"}
    assert [row for row in kept if row.version > 1]


def test_two_hundred_and_forty_people_fill_circles_in_every_state():
    circles = plots.for_people(240)
    assert len(circles) == 26
    assert sum(plot.people for plot in circles) < 240
    assert {plot.kind for plot in circles} == {"craft", "hotspot", "leadership", "team"}
    assert {plot.size - plot.lost for plot in circles} == {2, 3, 4, 5, 6, 7, 8}
    assert [plot.name for plot in circles if plot.ended] == ["Thuis in de wijk"]
    assert [plot.name for plot in circles if plot.rests] == ["De lange lijn"]
    assert {plot.findable for plot in circles if plot.size < 8} == {True, False}
    assert Counter(plot.name for plot in plots.for_people(1000)).most_common(1)[0][1] == 1


def test_what_circles_keep_is_never_written_twice():
    written = [text for field in texts.FIELDS for kind in KINDS for text in texts.toml(field)[kind]]
    standing = [text if isinstance(text, str) else text[1] for text in written]
    standing += [part["text"] for meeting in texts.toml("story")["meeting"] for part in meeting["kept"]]
    assert len(set(standing)) == len(standing) >= 120
    assert [text for text in standing if len(text) > TEXT_LIMIT] == []


WAITING = sa.select(OutboxMail.kind, OutboxMail.to_address).where(
    OutboxMail.state == "queued", OutboxMail.kind != "sign_in_code"
)


def test_what_was_mailed_in_the_past_is_gone(anytime):
    app, now = anytime
    with app.app_context():
        assert db.session.execute(WAITING).all() == [("circle_invitation", "frank@delinde.example")]
        gone = db.session.scalars(sa.select(OutboxMail).where(OutboxMail.state == "sent")).all()
        assert {mail.kind for mail in gone} >= {"meeting_invitation", "circle_news", "circle_invitation"}
        assert [mail for mail in gone if mail.sent_at > now or mail.text or mail.calendar] == []


def test_the_worker_goes_on_from_last_night(shown, fresh):
    """Reminders of meetings tomorrow or in three days are of today; nothing is told that was told before."""
    app = fresh()
    copy(shown, app)
    with app.app_context():
        for job in rounds.SCHEDULE:
            rounds.run_job(job, NOW)
        due = {kind for kind, _address in db.session.execute(WAITING)}
        db.session.commit()
    assert due - {"circle_invitation_reminder", "record_reminder"} == {
        "circle_invitation",
        "meeting_reminder",
    }


def copy(one: Flask, other: Flask) -> None:
    """Fills the database of one app with that of another."""
    paths = [app.config["SETTINGS"].database_url.removeprefix("sqlite:///") for app in (one, other)]
    with closing(sqlite3.connect(paths[0])) as source, closing(sqlite3.connect(paths[1])) as target:
        source.backup(target)


def test_it_was_lived_through_the_services(inside):
    """What only services leave behind: sealed texts, invitations with their mails, one hash for all."""
    kept = db.session.scalars(sa.select(Conclusion)).all()
    charters = db.session.scalars(sa.select(CharterVersion)).all()
    assert kept
    assert charters
    raw = b"".join([*(row.text_sealed for row in kept), *(row.text_sealed for row in charters)])
    assert [row.text for row in kept if row.text.encode() in raw] == []
    hashes = db.session.execute(sa.select(Person.organisation_id, Person.password_hash).distinct()).all()
    assert len(hashes) == 2  # argon2 takes its time: one in each organisation
    keys = db.session.scalars(sa.select(OutboxMail.key)).all()
    assert [key for key, times in Counter(keys).items() if times > 1] == []
    planned = db.session.scalars(sa.select(Meeting).where(Meeting.state == "planned", Meeting.sequence == 0))
    told = {key.split(":")[1] for key in keys if key.startswith("invitation:")}
    assert {meeting.public_id for meeting in planned if meeting.starts_at > NOW} & told


@pytest.mark.parametrize(
    ("name", "paths"),
    [
        ("alice", {"/", "/cirkels", "/logboek", "/themas", "/ik"}),
        ("bob", {"/", "/cirkels", "/logboek", "/themas", "/ik"}),
        ("hanna", {"/", "/hotspot"}),
        ("olga", {"/", "/organisatie/deelname"}),
        ("ada", {"/", "/beheer"}),
    ],
)
def test_every_link_that_somebody_sees_leads_to_a_page(shown, name, paths):
    browser = sign_in(shown, f"{name}@delinde.example")
    visited = walk(shown, browser)
    assert {path: status for path, status in visited.items() if status != 200} == {}
    assert paths - visited.keys() == set()


def walk(app: Flask, browser: StrictClient) -> dict[str, int]:
    """The status of every page that links lead to from `/` on, a few for each route."""
    adapter = app.url_map.bind("localhost")
    todo, seen, per_route = ["/"], {}, Counter()
    while todo:
        path = todo.pop(0)
        endpoint, _values = adapter.match(urlsplit(path).path)
        per_route[endpoint] += 1
        if path in seen or per_route[endpoint] > VISITS_PER_ROUTE:
            continue
        answer = contextvars.Context().run(browser.get, path)
        seen[path] = answer.status_code
        if answer.mimetype == "text/html":
            todo += links_on(answer.text)
    return seen


def links_on(page: str) -> list[str]:
    """Where a reader can go from here, within the app."""
    links = [unescape(link).partition("#")[0] for link in re.findall(r'<a [^>]*href="([^"]+)"', page)]
    return [link for link in links if link.startswith("/") and not link.startswith(("//", "/static"))]
