/* Recording on a bad connection. What is sent waits on this phone until the server says that it has it, is sent again
   when there is a signal, and is one conclusion however often it is sent: the form carries an id made beforehand.
   Everything lies under "concept:", which signing out wipes (app.js). Without this the form is sent as any other. */
"use strict";

(() => {
  const me = document.body.dataset.ik;
  const region = document.querySelector("[data-wachtrij]");
  if (!me || !region) return;

  const prefix = `concept:${me}:wacht:`;
  const PATIENCE = 15_000; // how long an answer may take, and how long until the next try, in ms
  const SOON = 1_000; // ms to the next try when a signal was said to be back before it was; then twice as long
  const underway = new Set();

  document.addEventListener("submit", record);
  window.addEventListener("online", () => flush(SOON));
  setInterval(() => flush(), PATIENCE);
  if (waiting().length) {
    say(region.dataset.wacht);
    flush();
  }

  async function record(event) {
    const form = event.target;
    if (!form.matches("[data-vastleggen]") || !form.elements.text.value.trim()) return;
    const entry = entryOf(form);
    if (underway.has(entry.id)) return event.preventDefault();
    if (!put(entry)) return; // no storage: the form goes its own way
    event.preventDefault();
    const outcome = await send(entry);
    if (outcome === "refused") {
      drop(entry);
      return form.submit(); // the server says what is wrong, with everything typed
    }
    clear(form);
    say({ kept: region.dataset.vast, waits: region.dataset.wacht, "signed out": region.dataset.inloggen }[outcome]);
  }

  async function flush(again = PATIENCE) {
    for (const entry of waiting().filter((each) => !underway.has(each.id))) {
      const outcome = await send(entry);
      if (outcome === "kept") say(region.dataset.later);
      if (outcome === "signed out") return say(region.dataset.inloggen);
      if (outcome === "refused") return showRefused(entry);
      if (outcome === "waits") return again < PATIENCE && setTimeout(() => flush(2 * again), again);
    }
  }

  /* kept: the server has it. waits: no signal, or no good answer. signed out. refused: it will not be taken like this. */
  async function send(entry) {
    underway.add(entry.id);
    const body = new URLSearchParams(entry.fields);
    body.set("csrf_token", document.querySelector("input[name=csrf_token]").value);
    try {
      const signal = AbortSignal.timeout(PATIENCE);
      const answer = await fetch(entry.url, { method: "POST", body, signal });
      if (answer.status >= 500 || answer.status === 429) return "waits";
      const kept = new URL(answer.url).searchParams.get("bewaard") === entry.id;
      if (!kept) return answer.redirected ? "signed out" : "refused";
      drop(entry);
      showKept(await answer.text(), entry);
      return "kept";
    } catch {
      return read(entry.id) ? "waits" : "kept"; // it was kept, and only the page that shows so did not arrive
    } finally {
      underway.delete(entry.id);
    }
  }

  function entryOf(form) {
    const fields = [...new FormData(form)].filter(([name]) => name !== "csrf_token");
    const id = form.elements.client_id.value;
    return { id, url: form.action, meeting: form.dataset.vastleggen, fields, at: Date.now() };
  }

  /* An empty form again, for the next text: with an id of its own. */
  function clear(form) {
    const { text, note, due_on: due, owner, case_owner: caseOwner, client_id: id } = form.elements;
    [text, note, due].forEach((field) => (field.value = ""));
    [owner, caseOwner].forEach((field) => (field.selectedIndex = 0));
    form.elements.kind[0].checked = true;
    id.value = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    form.querySelectorAll("details[open]").forEach((folded) => (folded.open = false));
    localStorage.removeItem(`concept:${me}:${form.dataset.vastleggen}`);
    form.parentElement.querySelectorAll("[data-gezegd], [data-concept-klaar]").forEach((said) => said.remove());
    text.focus();
  }

  /* The list of what was kept, from the page that the server answered with. */
  function showKept(html, entry) {
    const list = document.querySelector("[data-vastgelegd]");
    if (!list || !location.pathname.includes(entry.meeting)) return;
    const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-vastgelegd]");
    if (fresh) list.replaceWith(fresh);
  }

  function showRefused(entry) {
    const quote = document.createElement("blockquote");
    quote.className = "citaat";
    quote.textContent = new Map(entry.fields).get("text");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn tweede";
    button.textContent = region.dataset.weg;
    button.addEventListener("click", () => {
      drop(entry);
      region.replaceChildren();
    });
    say(region.dataset.geweigerd, quote, button);
  }

  function say(words, ...more) {
    const line = document.createElement("p");
    line.className = "melding";
    line.textContent = words;
    region.replaceChildren(line, ...more);
  }

  /* ---- what waits ---- */

  function waiting() {
    try {
      const ours = Object.keys(localStorage).filter((name) => name.startsWith(prefix));
      return ours.map((name) => JSON.parse(localStorage.getItem(name))).sort((one, other) => one.at - other.at);
    } catch {
      return [];
    }
  }

  function read(id) {
    return localStorage.getItem(prefix + id);
  }

  function put(entry) {
    try {
      localStorage.setItem(prefix + entry.id, JSON.stringify(entry));
      return true;
    } catch {
      return false; // no storage, or it is full
    }
  }

  function drop(entry) {
    localStorage.removeItem(prefix + entry.id);
  }
})();
