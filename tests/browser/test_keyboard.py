"""Everything by keyboard: the tab key reaches each link, button and field, and nothing hides under the bottom bar."""

from __future__ import annotations

import pytest

from tests.browser.conftest import tour

# What can be used now, and is to be seen: of radio buttons only the one that is on, or the first.
REACHABLE = """() => {
  const folded = "details:not([open]) > :not(summary)";
  const seen = (el) => el.checkVisibility({ visibilityProperty: true }) && !el.closest(folded);
  const wanted = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  const groups = new Set();
  return [...document.querySelectorAll(wanted)].filter((el) => {
    if (!seen(el) || el.tabIndex < 0 || el.disabled) return false;
    if (el.type !== "radio") return true;
    const group = `${[...document.forms].indexOf(el.form)}/${el.name}`;
    const chosen = el.form.querySelector(`input[type=radio][name="${el.name}"]:checked`);
    if (chosen ? chosen !== el : groups.has(group)) return false;
    groups.add(group);
    return true;
  }).length;
}"""
# Where the focus is: a number for each element, and whether something else lies over it.
FOCUSED = """() => {
  const el = document.activeElement;
  if (!el || el === document.body) return null;
  const box = el.getBoundingClientRect();
  const bar = document.querySelector(".tabs, .vang");
  const over = bar && bar.checkVisibility() && getComputedStyle(bar).position === "fixed" && !bar.contains(el)
    && box.top >= bar.getBoundingClientRect().top - 1 && box.height > 0;
  el.dataset.bezocht ??= String(window.geteld = (window.geteld ?? 0) + 1);
  return { number: el.dataset.bezocht, hidden: Boolean(over), what: el.outerHTML.slice(0, 120) };
}"""


@pytest.mark.parametrize("width", [390, 1280])
def test_the_tab_key_reaches_everything_in_sight(visit, cast, world, width):
    missed, hidden = {}, {}
    for tab, page in tour(visit, cast, world, width=width):
        wanted, reached = tab.evaluate(REACHABLE), set()
        for _ in range(wanted + 40):
            tab.keyboard.press("Tab")
            at = tab.evaluate(FOCUSED)
            if at is None or (at["number"] == "1" and len(reached) > 1):
                break
            reached.add(at["number"])
            if at["hidden"]:
                hidden.setdefault(page.url, []).append(at["what"])
        if len(reached) < wanted:
            missed[page.url] = (len(reached), wanted)
    assert (missed, hidden) == ({}, {})
