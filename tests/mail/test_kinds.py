"""Every kind of mail, in both languages, as its reader gets it: discreet, complete, and the same in text and HTML."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from circles.conclusions.models import Conclusion
from circles.extensions import db
from circles.membership.queries import standing_charter
from circles.people.models import MutedMail
from config import ROOT
from tests.mail.story import SECRET, Sent, Story

KINDS = {path.parent.name for path in (ROOT / "templates/mail").glob("*/body.txt")}
# Invitations and codes; what one asked for, an answer or a free seat, and the end of the house, which come once.
ONLY_ONCE = {
    "ask_answered", "circle_invitation", "circle_invitation_reminder", "invitation_list", "meeting_cancel",
    "meeting_invitation", "meeting_update", "organisation_ends", "organisation_stays", "seat_free", "sign_in_code",
}  # fmt: skip
LONGEST_SUBJECT = 78
DUTCH = re.compile(
    r"\b(aan|bij|dag|data|de|deze|die|een|en|het|hier|hoeft|iemand|je|jij|jullie|krijgt|maart|naar|nee|niet|"
    r"nieuw|nog|omdat|op|over|plek|staat|uur|van|voor|vakcirkel|wie|zit|zijn)\b",
    re.IGNORECASE,
)
_TOLD: dict[tuple[str, str], list[Sent]] = {}


@pytest.fixture(params=["nl", "en"])
def language(request) -> str:
    """Of the readers."""
    return str(request.param)


@pytest.fixture
def story(app, cast, world, language) -> Story:
    """The story that is about to happen."""
    browser = app.test_client()
    browser.set_cookie("taal", language)
    return Story(cast, world, language, lambda email: browser.post("/inloggen", data={"email": email}))


@pytest.fixture
def mails(database_url, language, request) -> list[Sent]:
    """What it sent. Told once for each database and language: mails are plain values."""
    if (database_url, language) not in _TOLD:
        _TOLD[database_url, language] = request.getfixturevalue("story").happens()
    return _TOLD[database_url, language]


class Page(HTMLParser):
    """What a reader sees of an HTML mail: its words, with links and buttons apart."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.language = ""
        self.links: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.pieces: list[tuple[str, bool]] = []  # words, and whether they are the label of a button
        self._unseen = self._button = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        self._unseen += tag in {"head", "style", "title"}
        if tag == "html":
            self.language = given["lang"] or ""
        if tag == "a":
            self.links.append(given["href"] or "")
            self._button += "knop" in (given.get("class") or "").split()

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in {"head", "style", "title"}
        if tag == "a":
            self._button = 0

    def handle_data(self, data: str) -> None:
        if not self._unseen and data.strip():
            self.pieces.append((" ".join(data.split()), bool(self._button)))


def words(text: str) -> list[str]:
    """Words alone: what only lays a text out, such as colons before links and bullets, left out."""
    return [word.rstrip(":") for word in text.split() if word.rstrip(":") not in {"-", "--", ""}]


def links_in(text: str) -> list[str]:
    """Addresses in a text, in order."""
    return re.findall(r"https?://\S+", text)


def test_every_kind_is_sent_by_some_service(mails):
    assert {mail.kind for mail in mails} == KINDS


def test_a_subject_is_neutral_and_fits_a_line(mails, cast):
    people = [cast.alice, cast.bob, cast.carol, cast.dan, cast.frank]
    private = {"Zuid", "Ark", "@", SECRET, *(person.first_name for person in people)}
    for mail in mails:
        assert 0 < len(mail.subject) <= LONGEST_SUBJECT, mail.subject
        assert [word for word in private if word in mail.subject] == [], mail.subject
    meeting = {mail.subject for mail in mails if mail.kind == "meeting_invitation"}
    assert any("11" in subject for subject in meeting)  # the day is told


@pytest.mark.parametrize("language", ["nl"], indirect=True)
def test_no_mail_holds_what_a_circle_keeps_to_itself(story):
    mails = story.happens()
    kept = db.session.query(Conclusion).one()
    assert SECRET in kept.text + kept.note
    assert SECRET in standing_charter(story.cast.circle).text
    assert SECRET in story.meeting.question
    assert SECRET in story.meeting.theme_version.title
    assert SECRET in story.cast.circle.purpose
    assert [mail.kind for mail in mails if SECRET in mail.everything.casefold()] == []


@pytest.mark.parametrize("language", ["nl"], indirect=True)
def test_a_circle_that_shows_its_theme_has_it_in_its_meetings_alone(story):
    story.cast.circle.shows_theme = True
    shown = {mail.kind for mail in story.happens() if SECRET in mail.subject + mail.everything}
    assert shown == {"meeting_invitation", "meeting_update", "meeting_reminder"}


def test_a_long_theme_or_name_is_cut_and_the_day_stays(story):
    story.cast.circle.shows_theme = True
    story.cast.linde.name = "De Lange Naam van een Organisatie " * 3
    told = story._theme
    long = "Wat wij doen als het er werkelijk op aankomt " * 2

    def theme():
        version = told()
        version.title = long
        return version

    story._theme = theme
    subjects = {mail.kind: mail.subject for mail in story.happens()}
    assert max(map(len, subjects.values())) <= LONGEST_SUBJECT
    day = "donderdag 11 maart, 11.00 uur" if story.language == "nl" else "Thursday 11 March, 11:00"
    assert subjects["meeting_update"].endswith(f"…, {day}")
    assert "…" in subjects["invitation_list"]


def test_text_and_html_say_the_same(mails):
    for mail in mails:
        page = Page(mail.html)
        assert page.links == links_in(mail.text), mail.kind
        text = re.sub(r"https?://\S+", " ", mail.text)
        # In the text a sentence may lead to its link without naming the button.
        labels = [piece for piece, is_button in page.pieces if not is_button or f"{piece}:" in text]
        assert words(" ".join(labels)) == words(text), mail.kind


@pytest.mark.parametrize("language", ["nl"], indirect=True)
def test_every_link_leads_to_a_page_of_ours(story, app):
    mails = story.happens()
    db.session.commit()
    browser = app.test_client()
    for link in {link for mail in mails for link in links_in(mail.text)}:
        assert link.startswith("http://localhost/")
        assert browser.get(link.removeprefix("http://localhost")).status_code in {200, 303}, link


def test_a_mail_says_why_it_came_and_how_to_stop_it(mails, language):
    why = {"nl": "Je krijgt deze mail omdat ", "en": "You get this email because "}[language]
    for mail in mails:
        footer = mail.text.partition("\n--\n")[2]
        assert footer.startswith(why), mail.kind
        if mail.kind in ONLY_ONCE:
            assert ("List-Unsubscribe" in mail.message, "/afmelden/" in mail.everything) == (False, False)
            continue
        url = mail.message["List-Unsubscribe"].strip("<>")
        assert mail.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert footer.rstrip().endswith(url), mail.kind
        assert Page(mail.html).links[-1] == url
        assert url.startswith("http://localhost/afmelden/")


def test_nobody_reads_the_address_of_another(mails, cast):
    people = [cast.alice, cast.bob, cast.carol, cast.dan, cast.eve, cast.frank, cast.hanna, cast.ada]
    addresses = {person.email for person in people} | {"ines@elders.example", "kim@elders.example"}
    assert len({mail.to for mail in mails} & addresses) > 4
    for mail in mails:
        assert mail.to in mail.everything
        assert [a for a in addresses - {mail.to} if a in mail.everything.casefold()] == [], mail.kind


@pytest.mark.parametrize("language", ["en"], indirect=True)
def test_english_mail_is_all_english(mails):
    for mail in mails:
        said = re.sub(r"https?://\S+|Vakcirkels", " ", f"{mail.subject}\n{mail.text}")
        assert DUTCH.findall(said) == [], mail.text
        assert Page(mail.html).language == "en"


@pytest.mark.parametrize("language", ["nl"], indirect=True)
def test_dutch_mail_is_dutch(mails):
    for mail in mails:
        assert DUTCH.search(f"{mail.subject}\n{mail.text}"), mail.text
        assert Page(mail.html).language == "nl"


def test_html_is_styled_by_itself_and_fetches_nothing(mails):
    for mail in mails:
        page = Page(mail.html)
        names = {tag for tag, _given in page.tags}
        assert names & {"img", "link", "script", "iframe", "object", "svg", "form", "base"} == set(), (
            mail.kind
        )
        assert not re.search(r"url\(|@import|src=", mail.html), mail.kind
        styled = [tag for tag, given in page.tags if given.get("style")]
        assert {"body", "div", "p"} <= set(styled), mail.kind
        for tag, given in page.tags:
            assert tag != "a" or given.get("style"), mail.kind
        assert "prefers-color-scheme: dark" in mail.html


def test_paragraphs_are_parted_by_one_empty_line(mails):
    for mail in mails:
        assert "\n\n\n" not in mail.text, mail.kind
        body = mail.text.partition("\n--\n")[0]
        assert all(line == line.rstrip() for line in body.splitlines()), mail.kind


def test_an_address_stands_apart_from_words(mails):
    wrong = {
        mail.kind: line
        for mail in mails
        for line in mail.text.splitlines()
        if re.search(r"\Shttps?://", line)
    }
    assert wrong == {}


def test_the_reader_reads_their_own_clock(mails, cast, language):
    invited = {mail.to: mail.text for mail in reversed(mails) if mail.kind == "meeting_invitation"}
    amsterdam = {"nl": "10.00 – 11.30 uur\nArk 2", "en": "10:00–11:30\nArk 2"}[language]
    new_york = {"nl": "04.00 – 05.30 uur (America/New York)", "en": "04:00–05:30 (America/New York)"}[
        language
    ]
    assert amsterdam in invited[cast.alice.email]
    assert new_york in invited[cast.bob.email]


@pytest.mark.parametrize("language", ["nl"], indirect=True)
def test_who_said_no_to_a_kind_gets_none(story, cast):
    for person, kind in (
        (cast.alice, "circle_news"), (cast.bob, "reminder"), (cast.carol, "invitation"), (cast.frank, "list"),
    ):  # fmt: skip
        db.session.add(MutedMail(person_id=person.id, kind=kind))
        db.session.flush()
        db.session.refresh(person)
    got = {(mail.to, mail.kind) for mail in story.happens()}
    muted = {
        cast.alice.email: {"circle_news", "ask_to_join"},
        cast.bob.email: {"meeting_reminder", "held_question", "record_reminder"},
        cast.carol.email: {"meeting_invitation", "meeting_update", "meeting_cancel"},
        cast.frank.email: {"circle_invitation", "circle_invitation_reminder"},
    }
    assert got & {(email, kind) for email, kinds in muted.items() for kind in kinds} == set()
    assert {("carol@delinde.example", "meeting_reminder"), (cast.frank.email, "ask_answered")} <= got
