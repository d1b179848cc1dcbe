"""A meeting on a phone: the clock that runs by itself, recording without a signal, and the card on the table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from circles.conclusions import services as conclusions
from circles.conclusions.models import Conclusion
from circles.extensions import db
from circles.meetings.models import Meeting
from circles.membership.services import charter
from circles.themes.services import load_library
from tests.browser.conftest import _session_cookie, axe_findings, scrolls_sideways
from tests.browser.test_print import pages_of
from tests.pages import themes_of

PHONE = {"width": 390, "height": 844}
WAITS = "Bewaard op dit apparaat, we sturen het zodra er weer bereik is."


@pytest.fixture
def going_on(world, cast, now) -> Meeting:
    """The second meeting of the circle, begun five minutes ago."""
    world.meeting(cast.circle, now - timedelta(days=28), state="held")
    return world.meeting(cast.circle, now - timedelta(minutes=5), state="begun")


@pytest.fixture
def phone(chromium: Browser, server: str, app: Flask, cast) -> Iterator[Callable[..., Page]]:
    """Opens a page on Bob's phone: `phone("/logboek")`. Errors of its scripts fail the test."""
    contexts, troubles = [], []

    def open_page(path: str, **options: object) -> Page:
        context = chromium.new_context(viewport=PHONE, base_url=server, locale="nl-NL", **options)
        contexts.append(context)
        context.add_cookies([_session_cookie(app, cast.bob, server)])
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.clock.install()
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []


def path_of(meeting: Meeting) -> str:
    return f"/bijeenkomst/{meeting.public_id}"


def kept_texts() -> list[str]:
    """What is in the database, in order."""
    found = [row.text for row in db.session.scalars(sa.select(Conclusion).order_by(Conclusion.id))]
    db.session.commit()  # the test holds no transaction while the phone asks the server
    return found


def record(page: Page, text: str) -> None:
    page.get_by_label("Wat houden jullie vast?").fill(text)
    page.get_by_role("button", name="Leg vast").click()


def stored(page: Page) -> list[str]:
    """What this app keeps of texts on the phone."""
    keys: list[str] = page.evaluate("Object.keys(localStorage).filter(name => name.startsWith('concept:'))")
    return keys


def shows(page: Page, wanted: str) -> bool:
    """Whether the clock shows this, give or take the seconds that a busy machine needs for a step of the test."""
    return abs(_seconds(page.get_by_role("timer").inner_text().split()[-1]) - _seconds(wanted)) <= 5


def _seconds(shown: str) -> int:
    """Left on the clock; past the end, with a plus before it, fewer than none."""
    minutes, seconds = shown.lstrip("+").split(":")
    return (int(minutes) * 60 + int(seconds)) * (-1 if shown.startswith("+") else 1)


def test_the_chrome_goes_away_and_the_clock_runs_without_a_signal(phone, going_on):
    page = phone(path_of(going_on))
    assert not page.get_by_role("navigation").first.is_visible()
    expect(page.locator(".klok strong")).to_have_text("Inchecken")
    assert shows(page, "5:00")
    page.context.set_offline(True)
    page.clock.run_for(61_000)
    assert shows(page, "3:59")
    page.get_by_role("link", name="Volgende stap").click()
    expect(page.locator(".klok strong")).to_have_text("Terug naar vorige keer")
    expect(page.locator(".klok small")).to_contain_text("Stap 2 van 6 · tot")
    assert page.get_by_text("Wat deed je met je voornemen?").is_visible()
    assert not page.get_by_text("Wie maakte iets mee dat nu telt?").is_visible()
    assert page.locator("[aria-current=step] h3").inner_text() == "Terug naar vorige keer"
    expect(page.locator("[data-stap-gezegd]")).to_contain_text("Terug naar vorige keer")
    page.get_by_role("link", name="Nog 5 min").click()
    assert shows(page, "10:00")
    page.clock.run_for(11 * 60_000)
    assert shows(page, "+1:00")
    page.get_by_role("link", name="Vorige stap").click()
    assert shows(page, "3:59")


def test_the_clock_is_never_read_aloud_and_a_step_is_said_once(phone, going_on):
    page = phone(path_of(going_on))
    timer = page.get_by_role("timer")
    assert timer.evaluate("node => node.closest('[aria-live], [role=status]')") is None
    said = page.locator("[data-stap-gezegd]")
    assert (said.get_attribute("role"), said.inner_text()) == ("status", "")
    page.clock.run_for(5_000)
    assert said.inner_text() == ""


def test_a_reload_goes_on_where_the_conversation_was(phone, going_on):
    page = phone(path_of(going_on))
    page.get_by_role("link", name="De situatie").click()
    page.clock.run_for(60_000)
    page.reload()
    expect(page.locator(".klok strong")).to_have_text("De situatie")
    assert shows(page, "24:00")


def test_without_javascript_the_steps_are_links_and_recording_works(phone, going_on):
    page = phone(path_of(going_on), java_script_enabled=False)
    assert not page.get_by_role("timer").is_visible()
    page.get_by_role("link", name="Volgende stap").click()
    assert page.url.endswith("?stap=2")
    assert page.get_by_text("Stap 2 van 6 · tot 10.10 uur").is_visible()
    record(page, "Eerst vragen.")
    assert page.get_by_text("Vastgelegd.").is_visible()
    assert page.get_by_text("Stap 2 van 6").is_visible()
    assert kept_texts() == ["Eerst vragen."]


def test_what_is_typed_stays_while_offline_and_is_sent_once(phone, going_on):
    page = phone(path_of(going_on))
    page.context.set_offline(True)
    record(page, "Vertel vooraf dat je afwijkt.")
    expect(page.get_by_text(WAITS)).to_be_visible()
    assert kept_texts() == []
    record(page, "Vraag wie er nog mee moet denken.")
    expect(page.get_by_role("textbox", name="Wat houden jullie vast?")).to_have_value("")
    assert len(stored(page)) == 2
    page.context.set_offline(False)
    expect(page.get_by_text("Er is weer bereik")).to_be_visible()
    expect(page.locator("[data-vastgelegd] blockquote")).to_have_count(2)
    assert stored(page) == []
    page.clock.run_for(60_000)
    page.reload()
    assert kept_texts() == ["Vertel vooraf dat je afwijkt.", "Vraag wie er nog mee moet denken."]


def test_a_signal_that_is_said_to_be_back_too_early_is_tried_again_soon(phone, going_on):
    page = phone(path_of(going_on))
    page.context.set_offline(True)
    record(page, "Vertel vooraf dat je afwijkt.")
    expect(page.get_by_text(WAITS)).to_be_visible()
    page.route("**/conclusies", lambda route: route.abort(), times=2)
    page.context.set_offline(False)
    expect(page.get_by_text("Er is weer bereik")).to_be_visible()
    assert kept_texts() == ["Vertel vooraf dat je afwijkt."]


def test_what_waits_is_sent_from_whatever_page_is_opened_next(phone, going_on):
    page = phone(path_of(going_on))
    page.route("**/conclusies*", lambda route: route.abort())
    record(page, "Niet vergeten.")
    expect(page.get_by_text(WAITS)).to_be_visible()
    page.unroute("**/conclusies*")
    page.goto("/")
    expect(page.get_by_text("Er is weer bereik")).to_be_visible()
    assert (kept_texts(), stored(page)) == (["Niet vergeten."], [])


def test_an_answer_that_got_lost_on_its_way_back_is_no_second_conclusion(phone, going_on):
    page = phone(path_of(going_on))

    def lose(route) -> None:
        route.fetch(max_redirects=0)
        route.abort()

    page.route("**/conclusies*", lose)
    record(page, "Eén keer.")
    expect(page.get_by_text(WAITS)).to_be_visible()
    assert kept_texts() == ["Eén keer."]
    page.unroute("**/conclusies*")
    page.clock.run_for(16_000)
    expect(page.get_by_text("Er is weer bereik")).to_be_visible()
    assert kept_texts() == ["Eén keer."]


def test_clicking_twice_keeps_once_and_the_next_text_is_another(phone, going_on):
    page = phone(path_of(going_on))
    page.get_by_label("Wat houden jullie vast?").fill("Eén keer.")
    page.get_by_role("button", name="Leg vast").dblclick()
    expect(page.get_by_text("Vastgelegd.")).to_be_visible()
    expect(page.get_by_label("Wat houden jullie vast?")).to_have_value("")
    record(page, "Eén keer.")
    expect(page.locator("[data-vastgelegd] blockquote")).to_have_count(2)
    assert kept_texts() == ["Eén keer.", "Eén keer."]


def test_a_voornemen_says_who_and_by_when_from_the_folded_fields(phone, going_on, cast):
    page = phone(path_of(going_on))
    page.get_by_text("Soort, wie en wanneer").click()
    page.get_by_label("Voornemen", exact=True).check()
    page.get_by_label("Wie doet het?").select_option(cast.carol.public_id)
    record(page, "Carol belt.")
    expect(page.locator("[data-vastgelegd] blockquote")).to_contain_text("Carol · vastgelegd door Bob")
    assert not page.get_by_label("Wie doet het?").is_visible()


def test_what_the_server_refuses_comes_back_with_everything_typed(phone, going_on):
    page = phone(path_of(going_on))
    page.get_by_label("Wat houden jullie vast?").evaluate("area => area.removeAttribute('maxlength')")
    record(page, "x" * 601)
    expect(page.get_by_role("alert")).to_contain_text("Houd het bij 600 tekens")
    assert page.get_by_role("textbox", name="Wat houden jullie vast?").input_value() == "x" * 601
    assert kept_texts() == []


def test_signing_out_wipes_what_was_typed_and_what_waits(phone, going_on):
    page = phone(path_of(going_on))
    page.route("**/conclusies*", lambda route: route.abort())
    record(page, "Dit wacht.")
    expect(page.get_by_text(WAITS)).to_be_visible()
    page.get_by_label("Wat houden jullie vast?").press_sequentially("Dit is half")
    assert len(stored(page)) == 2
    page.goto("/ik")
    page.get_by_role("button", name="Log uit").click()
    page.wait_for_url("**/inloggen*")
    assert stored(page) == []
    assert kept_texts() == []


def test_another_person_on_the_same_phone_sends_nothing_of_the_first(phone, going_on, app, server, cast):
    page = phone(path_of(going_on))
    page.route("**/conclusies*", lambda route: route.abort())
    record(page, "Van Bob.")
    expect(page.get_by_text(WAITS)).to_be_visible()
    page.context.clear_cookies()
    page.context.add_cookies([_session_cookie(app, cast.carol, server)])
    page.unroute("**/conclusies*")
    page.goto(path_of(going_on))
    page.clock.run_for(60_000)
    assert not page.get_by_text(WAITS).is_visible()
    assert (len(stored(page)), kept_texts()) == (1, [])


def test_axe_finds_nothing_with_all_unfolded(visit, cast, going_on):
    page = visit(cast.bob, f"{path_of(going_on)}?stap=2", width=320)
    page.evaluate("document.querySelectorAll('details').forEach(each => (each.open = true))")
    assert axe_findings(page) == []
    assert not scrolls_sideways(page)


def test_the_card_for_the_table_is_one_side_of_paper(visit, session, world, cast, now, going_on):
    load_library(cast.linde, now)
    session.flush()
    version = themes_of(cast)
    coming = world.meeting(
        cast.circle, subject="theme", theme_id=version.theme_id, theme_version_id=version.id, place="De Ark"
    )
    rules = "\n".join(f"- Afspraak {number}: wat hier gezegd wordt, blijft hier." for number in range(6))
    charter.write_charter(cast.circle, cast.alice, rules, based_on=0, now=now)
    for number in range(5):
        text = f"Ik vraag iemand mee te kijken naar verslag {number}, voor ik het verstuur."
        conclusions.record(going_on, cast.bob, kind="intention", text=text, owner=cast.bob, now=now)
    session.commit()
    page = visit(cast.bob, path_of(coming))
    assert pages_of(page.pdf(format="A4")) == 1
    page.emulate_media(media="print")
    for words in (
        version.question,
        version.opening_questions[0],
        "Afspraak 5",
        "30 min",
        "Het wordt adviseren",
    ):
        assert page.get_by_text(words).first.is_visible()
    assert not page.get_by_text("Alleen jij ziet dit.").is_visible()
    theme = visit(cast.bob, f"/thema/{version.theme.public_id}")
    assert pages_of(theme.pdf(format="A4")) == 1


def test_sixty_conclusions_print_on_four_pages(visit, session, world, cast, now):
    for number in range(12):
        held = world.meeting(cast.circle, now - timedelta(days=30 * (number + 1)), state="held")
        for row in range(5):
            text = f"{number}.{row} Als we vooraf zeggen dat we van de regel afwijken, wordt afwijken een vakgesprek."
            conclusions.record(held, cast.bob, kind="insight", text=text, now=now)
    session.commit()
    page = visit(cast.bob, "/logboek")
    assert len(re.findall("vastgelegd door", page.content())) == 60
    for path in ("/logboek", "/logboek?per=thema"):
        page.goto(path)
        assert pages_of(page.pdf(format="A4")) <= 4
