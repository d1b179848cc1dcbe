"""The main steps from joining to the first conclusion, by hand in Chromium, at the width of a phone."""

from __future__ import annotations

import contextvars
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, Page

from circles.extensions import db
from circles.meetings.models import Meeting
from circles.people.services.organisations import create_organisation
from circles.themes.services import load_library
from circles.worker import rounds
from tests.smtp import Postbox

NAMES = ("Anna", "Bas", "Cisse")
PHONE = {"width": 390, "height": 844}


class Postman:
    """Lets rounds of the worker run, and finds what arrived at a real SMTP server."""

    def __init__(self, app: Flask, postbox: Postbox) -> None:
        self.app, self.postbox = app, postbox

    def round(self, now: datetime) -> None:
        db.session.commit()
        contextvars.Context().run(self._round, now)
        db.session.expire_all()

    def _round(self, now: datetime) -> None:
        with self.app.app_context():
            list(rounds.tick(now))

    def last_to(self, email: str, pattern: str) -> str:
        """What the pattern's group holds in the newest mail to that address that has it."""
        for mail in reversed(self.postbox.parsed()):
            found = re.search(pattern, mail.get_body(("plain",)).get_content())
            if mail["to"].addresses[0].addr_spec == email and found:
                return found[1]
        raise AssertionError(f"No mail to {email} has {pattern}.")


@pytest.fixture
def postman(app, monkeypatch) -> Iterator[Postman]:
    with Postbox() as postbox:
        settings = replace(app.config["SETTINGS"], mail_url=postbox.url)
        monkeypatch.setitem(app.config, "SETTINGS", settings)
        yield Postman(app, postbox)


@pytest.fixture
def phone(chromium: Browser, server: str) -> Iterator[Callable[[], Page]]:
    """A new phone each time, of which nobody is signed in yet."""
    contexts = []

    def new() -> Page:
        context = chromium.new_context(viewport=PHONE, base_url=server, locale="nl-NL", has_touch=True)
        contexts.append(context)
        return context.new_page()

    yield new
    for context in contexts:
        context.close()


def test_from_signing_up_to_the_first_conclusion(app, postman, phone, time, server):
    organisation = create_organisation("De Beuk", now=time.now, domains=["debeuk.example"])
    load_library(organisation, time.now)
    db.session.commit()
    anna = phone()
    sign_up(anna, "Anna", postman, time)
    begin_a_circle(anna, postman, time)
    phones = [anna, *(accept(phone(), name, postman, time, server) for name in NAMES[1:])]
    meeting = three_dates_are_planned(postman, time)
    answer_by_the_link_in_the_mail(phone(), postman, server)
    move_it_by_a_day(anna, meeting, postman, time)
    hold_it_and_keep_something(phones[1], meeting, postman, time)
    read_it_in_the_log(phones[2], postman, time)


def sign_in(page: Page, name: str, postman: Postman, time) -> None:
    page.get_by_label("Je mailadres").fill(f"{name.lower()}@debeuk.example")
    page.get_by_role("button", name="Ga verder").click()
    postman.round(time.forward(seconds=20))
    page.get_by_label("Je code").fill(postman.last_to(f"{name.lower()}@debeuk.example", r"(\d{3} \d{3})"))
    page.get_by_role("button", name="Log in", exact=True).click()


def sign_up(page: Page, name: str, postman: Postman, time) -> None:
    page.goto("/")
    sign_in(page, name, postman, time)
    page.get_by_label("Hoe heet je?").fill(f"{name} Peeters")
    page.get_by_role("button", name="Doe mee").click()


def begin_a_circle(page: Page, postman: Postman, time) -> None:
    page.get_by_role("link", name="Begin zelf een cirkel").click()
    page.get_by_role("button", name="Begin de cirkel").click()
    page.wait_for_function("document.activeElement.className === 'fouten'")
    assert page.title().startswith("Fout: ")
    page.get_by_label("Hoe heet jullie cirkel?").fill("Vakcirkel Wonen")
    page.get_by_label("Wie vraag je erbij?").fill("bas@debeuk.example, cisse@debeuk.example")
    page.get_by_role("button", name="Begin de cirkel").click()
    assert page.get_by_text("de uitnodigingen zijn onderweg").is_visible()
    postman.round(time.forward(seconds=20))


def accept(page: Page, name: str, postman: Postman, time, server: str) -> Page:
    """The invitation survives signing up, and ends in the circle."""
    path = postman.last_to(f"{name.lower()}@debeuk.example", r"http://localhost(/uitnodiging/cirkel/\S+)")
    page.goto(server + path)
    page.get_by_role("button", name="Ja, ik doe mee").click()
    sign_in(page, name, postman, time)
    page.get_by_label("Hoe heet je?").fill(f"{name} Peeters")
    page.get_by_role("button", name="Doe mee").click()
    if "/uitnodiging/" in page.url:
        page.get_by_role("button", name="Ja, ik doe mee").click()
    assert page.get_by_text("Welkom in Vakcirkel Wonen").is_visible()
    return page


def three_dates_are_planned(postman: Postman, time) -> Meeting:
    postman.round(time.forward(minutes=2))
    meetings = db.session.scalars(sa.select(Meeting).order_by(Meeting.starts_at)).all()
    db.session.commit()  # the test holds no transaction while the phones ask the server
    assert len(meetings) == 3
    return meetings[0]


def answer_by_the_link_in_the_mail(page: Page, postman: Postman, server: str) -> None:
    path = postman.last_to("cisse@debeuk.example", r"http://localhost(/antwoord/\S+keuze=maybe)")
    page.goto(server + path)
    assert page.get_by_label("Weet ik nog niet").is_checked()
    page.get_by_role("button", name="Bewaar mijn antwoord").click()
    assert page.get_by_text("Bewaard. Dank je.").is_visible()


def move_it_by_a_day(page: Page, meeting: Meeting, postman: Postman, time) -> None:
    page.goto(f"/bijeenkomst/{meeting.public_id}")
    page.get_by_role("link", name="Verzet").click()
    day = page.get_by_label("Dag")
    later = datetime.fromisoformat(day.input_value()) + timedelta(days=1)
    day.fill(f"{later:%Y-%m-%d}")
    page.get_by_role("button", name="Verzet de bijeenkomst").click()
    assert page.get_by_role("button", name="Maak ongedaan").is_visible()
    before = len(postman.postbox.received)
    postman.round(time.forward(minutes=2))
    updates = [mail for mail in postman.postbox.received[before:] if b"text/calendar" in mail.content]
    assert len(updates) == 3
    db.session.refresh(meeting)
    db.session.commit()
    assert meeting.starts_at.date() == later.date()


def hold_it_and_keep_something(page: Page, meeting: Meeting, postman: Postman, time) -> None:
    time.to(meeting.starts_at - timedelta(minutes=5))
    page.goto(f"/bijeenkomst/{meeting.public_id}")
    sign_in(page, "Bas", postman, time)  # two weeks later the session has ended, and the page is waiting
    page.get_by_role("button", name="Begin", exact=True).click()
    page.get_by_text("Soort, wie en wanneer").click()
    page.get_by_label("Inzicht", exact=True).check()
    page.get_by_role("textbox", name="Wat houden jullie vast?").fill(
        "Wie eerst **vraagt**, hoeft minder te raden."
    )
    page.get_by_role("button", name="Leg vast").click()
    page.get_by_text("Vastgelegd.").wait_for()


def read_it_in_the_log(page: Page, postman: Postman, time) -> None:
    page.goto("/")
    sign_in(page, "Cisse", postman, time)
    page.get_by_role("navigation", name="Snelmenu").get_by_role("link", name="Logboek").click()
    assert page.get_by_text("Wie eerst vraagt, hoeft minder te raden.").is_visible()
