"""Every page in a browser with JavaScript off: what it is about is there, and every form can be sent."""

from __future__ import annotations

from tests.browser.conftest import tour

# What a page cannot keep without scripts: a way that leads nowhere, a form without a button, nothing to read.
BROKEN = """() => {
  const seen = (el) => el.checkVisibility({ visibilityProperty: true });
  const folded = (el) => el.closest("details:not([open])");
  const show = (what) => (el) => `${what}: ${el.outerHTML.slice(0, 140)}`;
  const all = (selector) => [...document.querySelectorAll(selector)];
  const sends = (form) => [...form.elements].some((el) =>
    el.matches("button:not([type=button]):not([type=reset]), input[type=submit]")
    && (seen(el) || folded(el) || !seen(form)));
  const main = document.querySelector("main");
  return [
    ...(main && seen(main) && main.innerText.trim().length > 40 ? [] : ["nothing to read in main"]),
    ...(main?.querySelector("h1") && seen(main.querySelector("h1")) ? [] : ["no heading"]),
    ...all("button[type=button]:not([popovertarget])").filter(seen).map(show("does nothing")),
    ...all("[data-druk-af], [role=timer], [data-stappen] progress").filter(seen).map(show("needs a script")),
    ...all("a:not([href]), a[href='#'], a[href^='javascript:']").filter(seen).map(show("leads nowhere")),
    ...[...document.forms].filter((form) => !sends(form)).map(show("cannot be sent")),
  ];
}"""


def test_every_page_does_without_scripts(visit, cast, world):
    broken, forms = {}, 0
    for tab, page in tour(visit, cast, world, width=390, java_script_enabled=False):
        found = tab.evaluate(BROKEN)
        forms += tab.evaluate("document.forms.length")
        if found:
            broken[page.url] = found
    assert broken == {}
    assert forms > 50  # there was something to send


def test_what_needs_a_script_is_seen_with_one_and_not_without(visit, cast, world):
    """So that the test above looks at pages on which scripts did not run."""
    printing = "[data-druk-af]"
    assert visit(cast.ada, "/beheer/poster").locator(printing).is_visible()
    assert not visit(cast.ada, "/beheer/poster", java_script_enabled=False).locator(printing).is_visible()
