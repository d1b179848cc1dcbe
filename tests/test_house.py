"""Guards of the house: what every route, page, form, text and query owes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from jinja2 import Environment

from circles import links, policy
from circles.database import Model
from circles.extensions import db
from circles.people.models import Organisation
from circles.policy import allow, anyone
from config import ROOT
from tests import catalogues
from tests.conftest import counted_queries, make_app, settings
from tests.pages import Page, pages

TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))
MOST_QUERIES = 12
# What a GET may write, each in a short transaction of its own after the answer.
WRITTEN_BY_GETS = {"sign_in", "feed_token", "audit_entry", "attempt"}


@pytest.fixture
def bare_app(tmp_path: Path) -> Flask:
    """An app without a database behind it, for adding routes to."""
    return make_app(settings(tmp_path))


def test_every_route_says_who_may_use_it(bare_app):
    policy.require_declarations(bare_app)


def test_a_route_that_does_not_say_so_stops_the_start(bare_app):
    bare_app.add_url_rule("/vergeten", "forgotten", lambda: "")
    with pytest.raises(RuntimeError, match="/vergeten"):
        policy.require_declarations(bare_app)


def test_only_named_routes_do_without_csrf(bare_app):
    one_click = {
        rule.endpoint
        for rule in bare_app.url_map.iter_rules()
        if policy.policy_of(bare_app, rule.endpoint) is policy.one_click
    }
    assert one_click == {"people.unsubscribe"}


def test_a_request_that_forgets_to_commit_fails_its_test(migrated_app, world, client):
    world.organisation("Vergeten")
    db.session.commit()

    def forgetful() -> str:
        db.session.scalars(sa.select(Organisation)).one().name = "Anders"
        db.session.flush()
        return "klaar"

    with _route(migrated_app, "forgetful", forgetful), pytest.raises(AssertionError, match="did not commit"):
        client.post("/forgetful")


def test_a_get_that_writes_fails(migrated_app, world, client):
    world.organisation("Vergeten")
    db.session.commit()

    def writes() -> str:
        db.session.scalars(sa.select(Organisation)).one().name = "Anders"
        db.session.commit()
        return "klaar"

    with _route(migrated_app, "writes", writes), pytest.raises(RuntimeError, match="tried to write"):
        client.get("/writes")


class _route:  # noqa: N801  reads as a verb
    """A route for the length of one test; the shared app is left as it was."""

    def __init__(self, app: Flask, name: str, view: object) -> None:
        self.app, self.name, self.view = app, name, view

    def __enter__(self) -> None:
        self.app._got_first_request = False
        self.app.add_url_rule(f"/{self.name}", self.name, allow(anyone)(self.view), methods=["GET", "POST"])

    def __exit__(self, *_: object) -> None:
        self.app.view_functions.pop(self.name)
        rules = [rule.empty() for rule in self.app.url_map.iter_rules() if rule.endpoint != self.name]
        self.app.url_map = type(self.app.url_map)(rules, host_matching=False)


def test_every_page_is_visited(app, cast, world):
    visited = {page.endpoint for page in pages(cast, world)}
    gets = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.endpoint != "static"
    }
    assert gets - visited == set()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_page_renders_writes_nothing_and_asks_little(app, cast, world, client_for, language):
    for page in _visits(cast, world, language):
        client = client_for(page.person) if page.person else app.test_client()
        client.set_cookie("taal", language)
        before = _rows()
        with counted_queries() as queries:
            answer = client.get(page.url)
        assert answer.status_code == page.status, f"{page.url}: {answer.status_code}"
        assert _rows() == before, f"GET {page.url} wrote."
        assert len(queries) <= (page.queries or MOST_QUERIES), (
            f"{page.url} asked {len(queries)}:\n" + "\n".join(queries)
        )
        if answer.mimetype == "text/html" and page.status == 200:
            assert f'<html lang="{language}"' in answer.text
            assert "Content-Security-Policy" in answer.headers


def _visits(cast: object, world: object, language: str) -> list[Page]:
    visits = pages(cast, world)
    for page in visits:
        if page.person:
            page.person.locale = language
    db.session.commit()
    return visits


def _rows() -> dict[str, list[tuple[object, ...]]]:
    with db.engine.connect() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(sa.select(table))), key=repr)
            for table in Model.metadata.sorted_tables
            if table.name not in WRITTEN_BY_GETS
        }


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_templates_hold_no_inline_style_or_script(path):
    if path.parts[-2] != "mail" and "mail" not in path.parts:
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"\sstyle=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+=|hx-on|js:", source)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_templates_hold_no_untranslated_text(path):
    assert list(_bare_texts(path.read_text(encoding="utf-8"))) == []


def _bare_texts(source: str) -> Iterator[str]:
    """Words outside gettext: what stands between tags, and in the attributes that people hear or read."""
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    inside, text = False, ""
    tokens = list(environment.lex(source))
    for number, (_line, kind, value) in enumerate(tokens):
        if kind == "block_begin":
            word = next(value for _l, kind, value in tokens[number + 1 :] if kind == "name")
            inside = word == "trans" or (inside and word != "endtrans")
            text += "\x00"
        elif kind == "variable_begin":
            text += "\x00"
        elif kind == "data" and not inside:
            text += value
    text = re.sub(r"<(style|script|svg)\b.*?</\1>", " ", text, flags=re.S)
    for attribute in re.findall(r'\s(?:aria-label|title|alt|placeholder)="([^"]*)"', text):
        yield from _words(attribute)
    yield from _words(re.sub(r"<[^>]*>", " ", text))


def _words(text: str) -> Iterator[str]:
    known = {"Vakcirkels", "English", "Nederlands", "uur"}
    for word in re.findall(r"[A-Za-zÀ-ÿ]{3,}", re.sub(r"&[a-z]+;", " ", text)):
        if word not in known:
            yield word


def test_english_is_complete():
    assert [catalogues.language_of(path) for path in catalogues.CATALOGUES] == ["en"]
    assert catalogues.missing_texts(catalogues.CATALOGUES[0]) == set()


def test_the_check_fails_when_a_catalogue_lacks_a_text(tmp_path, capfd):
    copy = tmp_path / "en" / "LC_MESSAGES" / "messages.po"
    copy.parent.mkdir(parents=True)
    copy.write_text(
        catalogues.CATALOGUES[0].read_text(encoding="utf-8").replace('msgstr "My circles"', 'msgstr ""'),
        encoding="utf-8",
    )
    assert catalogues.main([copy]) == 1
    assert capfd.readouterr().err == "Not translated (en): Mijn cirkels\n"


def test_forms_need_their_token_but_one_click_links_do_not(app, cast, client_for, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    client = client_for(cast.bob)
    assert client.post("/ik/mail", data={}).status_code == 400
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/ik/mail").text)[1]
    assert client.post("/ik/mail", data={"csrf_token": token}).status_code == 303
    unsubscribe = links.sign("unsubscribe", cast.bob.public_id, "reminder")
    assert app.test_client().post(f"/afmelden/{unsubscribe}").status_code == 303
