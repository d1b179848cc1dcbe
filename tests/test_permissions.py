"""Who may do what: every route of the app, tried by everybody of the cast."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from circles.database import SAFE_METHODS, Model
from circles.extensions import db
from circles.policy import one_click_views
from tests.conftest import counted_queries
from tests.house import SECRETS, UNKNOWN, House, house
from tests.routes import NOT_NOW, QUIET, REACH, TABLE

PROTECTED = [row for row in TABLE if row[2] not in {"anyone", "by link", "oneself"}]
OUTSIDERS = ["nobody", "dan", "eve", "frank", "hanna", "olga", "ada", "zoe"]


@pytest.fixture
def home(cast, world) -> House:
    """Something to protect behind each route."""
    return house(cast, world)


def test_every_route_is_in_the_table_and_nothing_else(app):
    routes = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint != "static"
    }
    assert {(method, rule) for method, rule, _who, _form in TABLE} == routes


def test_those_who_may_can_do_all_of_it(app, home, client_for):
    """So there was something to protect: each page is shown, each form changes something."""
    for method, rule, who, form in TABLE:
        if method == "POST" and rule in NOT_NOW:
            continue
        name = REACH[who].split()[0]
        answer = _ask(_browser(app, home, client_for, name), home, method, rule, form)
        healthy = 503 if rule == "/healthz" else 200  # no worker runs here
        assert answer.status in {healthy, 303}, f"{method} {rule} by {name}: {answer.status}"
        if method not in SAFE_METHODS and who not in {"anyone", "by link"}:
            assert answer.writes, f"{method} {rule} by {name} changed nothing."


@pytest.mark.parametrize("name", OUTSIDERS)
def test_who_may_not_gets_the_answer_of_an_unknown_address_and_changes_nothing(app, home, client_for, name):
    client, before = _browser(app, home, client_for, name), _rows()
    tried = [row for row in PROTECTED if name not in REACH[row[2]].split()]
    assert len(tried) >= 50
    for method, rule, who, form in tried:
        what = f"{method} {rule} by {name}"
        known, unknown = (
            _ask(client, home, method, rule, form, unknown=unknown, follow=who in QUIET)
            for unknown in (False, True)
        )
        assert known.status == _refusal(name, who), f"{what}: {known.status}"
        assert known.looks == unknown.looks, f"{what} tells known from unknown."
        assert known.writes == [] or who in QUIET, f"{what} wrote."
    assert _rows() == before


def test_nothing_of_the_circle_stands_on_the_pages_of_others(home, client_for):
    seen = {}
    for name in REACH["oneself"].split():
        rules = [rule for method, rule, who, _form in TABLE if method == "GET" and name in REACH[who].split()]
        client = client_for(home.people[name])
        pages = "".join(client.get(home.fill(rule)).text for rule in rules if not rule.startswith("/agenda/"))
        seen[name] = {what for what, words in SECRETS.items() if words in pages}
    others: dict[str, set[str]] = {name: set() for name in ("dan", "frank", "hanna", "olga", "ada", "zoe")}
    assert seen == {**others, "bob": set(SECRETS), "eve": {"conclusion"}}  # kept while Eve sat there


def test_every_form_needs_its_token_except_one_click_links(app, home, client_for, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    _refused_everywhere(app, home, client_for, headers={})


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://elders.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
    ids=["origin", "null origin", "fetch metadata"],
)
def test_forms_of_other_sites_are_refused_everywhere(app, home, client_for, headers):
    _refused_everywhere(app, home, client_for, headers=headers)


def test_looking_at_only_the_headers_changes_nothing(app, home, client_for):
    before = _rows(but="sign_in")
    for method, rule, who, _form in TABLE:
        if method == "GET" and not rule.startswith("/agenda/"):  # notes that it was used, once a day
            client = _browser(app, home, client_for, REACH[who].split()[0])
            answers = [client.head(home.fill(rule)).status_code, client.get(home.fill(rule)).status_code]
            assert answers[0] == answers[1], rule
    assert _rows(but="sign_in") == before


def _refused_everywhere(app, home, client_for, *, headers: dict[str, str]) -> None:
    one_click, before = one_click_views(app), _rows(but="sign_in")
    for method, rule, who, form in TABLE:
        if method in SAFE_METHODS or _view(app, home, method, rule) in one_click:
            continue
        client = _browser(app, home, client_for, REACH[who].split()[0])
        answer = client.open(home.fill(rule), method=method, data=home.form(rule, form), headers=headers)
        assert answer.status_code == 400, f"{method} {rule}: {answer.status_code}"
    assert _rows(but="sign_in") == before


def _browser(app, home: House, client_for, name: str):
    return app.test_client() if name == "nobody" else client_for(home.people[name])


@dataclass
class Answer:
    """What came back: the status, what can be seen of it (and of the page after), and the statements that wrote."""

    status: int
    looks: str
    writes: list[str]


def _ask(
    client, home: House, method: str, rule: str, form: dict[str, str], *, unknown=False, follow=False
) -> Answer:
    with counted_queries() as statements:
        answer = client.open(
            home.fill(rule, unknown=unknown), method=method, data=home.form(rule, form) if form else None
        )
    writes = [line for line in statements if line.startswith(("INSERT", "UPDATE", "DELETE"))]
    if answer.status_code == 404:  # that it was refused is noted, in the trail alone
        writes = [line for line in writes if not line.startswith("INSERT INTO audit_entry ")]
    looks = _looks(answer, home)
    if follow:  # what is said about it, is said on the next page
        looks += _looks(client.get(answer.headers["Location"]), home)
    return Answer(answer.status_code, looks, writes)


def _refusal(name: str, who: str) -> int:
    """Nobody is sent to sign in; everybody else meets a page that does not exist, or a kind word that does nothing."""
    return 303 if name == "nobody" or who in QUIET else 404


def _looks(answer, home: House) -> str:
    """An answer without the ids that were asked for and the tokens of this moment."""
    skipped = {"Set-Cookie", "Content-Length"}
    headers = sorted(f"{name}: {value}" for name, value in answer.headers.items() if name not in skipped)
    text = "\n".join([*headers, answer.text])
    for ids in (home.ids, *home.elsewhere.values()):
        for value in ids.values():
            text = text.replace(value, UNKNOWN)
    return re.sub(r"[\w-]{40,}\.[\w-]{6}\.[\w-]{27}", "token", text)


def _view(app, home: House, method: str, rule: str):
    endpoint, _ids = app.url_map.bind("localhost").match(home.fill(rule), method=method)
    return app.view_functions[endpoint]


def _rows(*, but: str = "") -> dict[str, list[tuple[object, ...]]]:
    with db.engine.connect() as connection:
        return {
            table.name: sorted(
                (tuple(row) for row in connection.execute(sa.select(table)) if "refused" not in row), key=repr
            )
            for table in Model.metadata.sorted_tables
            if table.name != but
        }
