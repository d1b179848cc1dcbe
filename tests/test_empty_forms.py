"""Every form that needs something, sent empty: 422, what is wrong at the top and at the field, nothing changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

from circles.extensions import db
from tests.pages import pages


@dataclass
class Form:
    """A form as a browser without JavaScript reads it: where it goes, what it holds, and what it needs."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    needed: list[str] = field(default_factory=list)


class Forms(HTMLParser):
    """The forms of a page that are posted."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._open: Form | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._open = Form(given.get("action") or "") if given.get("method") == "post" else None
            self.found += [self._open] if self._open else []
        name = given.get("name")
        if self._open is None or not name or tag not in {"input", "textarea", "select"}:
            return
        if given.get("type") in {"hidden", "radio"}:  # a radio button that is on stays on
            if given.get("type") == "hidden" or "checked" in given:
                self._open.fields[name] = given.get("value") or ""
        elif given.get("type") not in {"checkbox", "file"}:
            self._open.fields.setdefault(name, "")
        if "required" in given and given.get("type") not in {"radio", "file"}:
            self._open.needed.append(name)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None


def test_every_form_that_needs_something_says_so_and_keeps_the_page(app, cast, world, client_for):
    visits = [page for page in pages(cast, world) if page.status == 200]
    db.session.commit()
    sent, wrong = set(), {}
    for page in visits:
        client = client_for(page.person) if page.person else app.test_client()
        answer = client.get(page.url)
        if answer.mimetype != "text/html":
            continue
        for form in Forms(answer.text).found:
            address = form.action or urlsplit(page.url).path
            if not form.needed or address in sent:
                continue
            sent.add(address)
            said = client.post(address, data=form.fields)
            at_field = [name for name in form.needed if f'id="{name}-fout"' in said.text]
            if said.status_code != 422 or 'class="fouten"' not in said.text or not at_field:
                wrong[address] = (said.status_code, form.needed)
            elif "<title>Fout: " not in said.text:
                wrong[address] = "the title does not begin with what is wrong"
    assert len(sent) > 10, sent  # there were forms to send
    assert wrong == {}
