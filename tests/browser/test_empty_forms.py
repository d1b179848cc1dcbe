"""Every form that needs something, sent empty in Chromium: what is wrong has the focus, and leads to the field."""

from __future__ import annotations

from tests.browser.conftest import tour

# Forms that need something and were not sent yet: their place on the page and their address.
NEEDY = """
() => [...document.forms].map((form, at) => [at, new URL(form.action).pathname])
  .filter(([at]) => document.forms[at].method === "post" && document.forms[at].querySelector("[required]"))
"""
# A browser would not send them: it checks by itself. Whoever has it switched off gets our words.
SEND = """
at => {
  const form = document.forms[at];
  form.noValidate = true;
  const written = "input:not([type=hidden], [type=radio], [type=checkbox]), textarea";
  for (const field of form.querySelectorAll(written)) field.value = "";
  form.requestSubmit();
}
"""


def test_a_form_sent_empty_puts_the_focus_on_what_is_wrong(visit, cast, world):
    sent, wrong = set(), {}
    for tab, page in tour(visit, cast, world, width=390):
        for at, address in tab.evaluate(NEEDY):
            if address in sent or address == "/uitloggen":
                continue
            sent.add(address)
            tab.goto(page.url)
            with tab.expect_navigation(wait_until="load"):
                tab.evaluate(SEND, at)
            focused = tab.evaluate("document.activeElement.className")
            target = tab.locator(".fouten a").first
            if "fouten" not in focused or not target.count():
                wrong[address] = focused
                continue
            target.click()
            if not tab.evaluate("document.activeElement.matches('input, select, textarea, fieldset')"):
                wrong[address] = f"the link leads to {tab.evaluate('document.activeElement.tagName')}"
    assert len(sent) > 10, sent
    assert wrong == {}
