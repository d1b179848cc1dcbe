/* What makes the pages a little kinder. Nothing here is needed: every page works without it. */
"use strict";

(() => {
  const drafts = store();

  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-uitloggen]")) drafts.clear();
  });
  document.addEventListener("input", (event) => {
    if (event.target.matches("textarea[data-concept]")) drafts.keep(event.target);
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.matches("[data-uren]")) moveByArrow(event);
    if (event.key === "Escape") closeMenus(null, true);
  });
  document.addEventListener("pointerdown", startPainting);
  document.addEventListener("click", (event) => closeMenus(event.target, false));
  document.addEventListener("htmx:after:swap", arrive);
  arrive();
  announce();

  /* On a new page, or a new piece of one. */
  function arrive() {
    document.querySelectorAll("[data-concept-klaar]").forEach((done) => drafts.forget(done.dataset.conceptKlaar));
    document.querySelectorAll("textarea[data-concept]").forEach((area) => drafts.bring(area));
    const wrong = document.querySelector(".fouten:not([data-gezien])");
    if (wrong) {
      wrong.dataset.gezien = "";
      wrong.focus();
    }
  }

  /* Screen readers speak of a live region when something is put in, not of what was there from the start. */
  function announce() {
    const region = document.getElementById("meldingen");
    if (region?.childElementCount) setTimeout(() => region.append(...region.childNodes), 200);
  }

  function closeMenus(clicked, back) {
    document.querySelectorAll("details.wissel[open]").forEach((menu) => {
      if (clicked && menu.contains(clicked)) return;
      menu.open = false;
      if (back) menu.querySelector("summary").focus();
    });
  }

  /* Drafts: {text, base} per person and key. `base` is what the field held before anybody typed: a draft only comes
     back over the same text, so that it never covers what somebody else wrote in the meantime. */
  function store() {
    const prefix = "concept:";
    const bases = new WeakMap();
    const key = (name) => `${prefix}${document.body.dataset.ik || ""}:${name}`;
    const attempt = (deed) => {
      try {
        return deed();
      } catch {
        return null; // no storage, or it is full
      }
    };
    const read = (name) => attempt(() => JSON.parse(localStorage.getItem(key(name))));

    function bring(area) {
      if (bases.has(area)) return;
      const shown = area.defaultValue;
      const draft = read(area.dataset.concept);
      bases.set(area, draft?.text === shown ? draft.base : shown);
      if (!draft || draft.base !== shown || draft.text === area.value || area.value !== shown) return;
      area.value = draft.text;
      const note = area.closest(".veld, form")?.querySelector("[data-concept-terug]");
      if (note) note.hidden = false;
    }

    function keep(area) {
      const base = bases.get(area) ?? area.defaultValue;
      if (area.value === base) return forget(area.dataset.concept);
      attempt(() => localStorage.setItem(key(area.dataset.concept), JSON.stringify({ text: area.value, base })));
    }

    function forget(name) {
      attempt(() => localStorage.removeItem(key(name)));
    }

    function clear() {
      attempt(() => {
        const ours = Object.keys(localStorage).filter((name) => name.startsWith(prefix));
        ours.forEach((name) => localStorage.removeItem(name));
      });
    }

    return { bring, keep, forget, clear };
  }

  /* The table of half hours: arrows go from cell to cell, a mouse held down paints. */
  function moveByArrow(event) {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    const cell = event.target.closest("td");
    const row = cell?.parentElement;
    const rows = [...(row?.closest("table").rows ?? [])];
    const next = rows[rows.indexOf(row) + step[0]]?.cells[cell.cellIndex + step[1]];
    const box = next?.querySelector("[data-uren]");
    if (!box) return;
    event.preventDefault();
    box.focus();
  }

  function startPainting(event) {
    const first = event.pointerType === "mouse" && event.button === 0 ? boxOf(event.target) : null;
    if (!first) return;
    const wanted = !first.checked;
    let painted = false;

    const paint = (move) => {
      const box = boxOf(move.target);
      if (!box || (box === first && !painted)) return;
      painted = true;
      [first, box].forEach((each) => set(each, wanted));
    };
    const stop = () => {
      document.removeEventListener("pointerover", paint);
      // A click follows when the button comes up where it went down: it would turn that one back.
      if (painted) setTimeout(() => set(first, wanted));
    };
    document.addEventListener("pointerover", paint);
    document.addEventListener("pointerup", stop, { once: true });
  }

  function boxOf(target) {
    return target.closest?.(".uren td")?.querySelector("[data-uren]") ?? null;
  }

  function set(box, wanted) {
    if (box.checked === wanted) return;
    box.checked = wanted;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }
})();
