/* The steps of a conversation and their clock, on the phone itself: once the page is there it needs no signal.
   Without this the same steps are links. What was reached is remembered, so that a reload goes on where it was. */
"use strict";

(() => {
  const bar = document.querySelector("[data-stappen]");
  if (!bar) return;

  const MINUTE = 60_000;
  const FORGOTTEN = 12 * 60 * MINUTE; // what was reached yesterday belongs to another conversation
  const key = `stap:${bar.dataset.stappen}`;
  const rows = [...document.querySelectorAll("[data-minuten]")];
  const panels = [...document.querySelectorAll("[data-stap]")];
  const timer = bar.querySelector("[role=timer]");
  const progress = bar.querySelector("progress");
  const [onward, back, more] = ["verder", "terug", "vijf"].map((name) => document.querySelector(`[data-${name}]`));
  const wallClock = new Intl.DateTimeFormat("nl", {
    timeZone: bar.dataset.zone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });

  let state = remembered() ?? asShown();
  let shown = null;

  onward.addEventListener("click", (event) => go(event, state.step + 1));
  back.addEventListener("click", (event) => go(event, state.step - 1));
  more.addEventListener("click", lengthen);
  rows.forEach((row, index) => row.querySelector("a").addEventListener("click", (event) => go(event, index + 1)));
  document.addEventListener("visibilitychange", tick); // a phone that slept shows the right time at once
  setInterval(tick, 1000);
  timer.hidden = progress.hidden = false;
  show();

  /* step: from 1. until: when it is over. length: of the step. left: what each step had left when it was left. All in ms. */
  function asShown() {
    const step = Number(bar.dataset.nu);
    return { step, until: Date.now() + Number(bar.dataset.rest) * 1000, length: lengthOf(step), left: {} };
  }

  function lengthOf(step) {
    return Number(rows[step - 1].dataset.minuten) * MINUTE;
  }

  function go(event, step) {
    event.preventDefault();
    if (step === state.step || step < 1 || step > rows.length) return;
    const left = { ...state.left, [state.step]: state.until - Date.now() };
    const length = Math.max(lengthOf(step), left[step] ?? 0);
    state = { step, until: Date.now() + Math.max(left[step] ?? length, 0), length, left };
    remember();
    show();
    say(`${words()}: ${nameOf(step)}`);
    if (document.activeElement?.hidden) more.focus();
  }

  function lengthen(event) {
    event.preventDefault();
    state = { ...state, until: Math.max(state.until, Date.now()) + 5 * MINUTE, length: state.length + 5 * MINUTE };
    remember();
    show();
    say(bar.dataset.erbij.replace("{tijd}", time(state.until)));
  }

  function show() {
    rows.forEach((row, index) => {
      const number = index + 1;
      row.className = number < state.step ? "klaar" : number === state.step ? "nu" : "";
      row.toggleAttribute("aria-current", false);
      if (number === state.step) row.setAttribute("aria-current", "step");
      row.querySelector("i").textContent = number < state.step ? "✓" : number;
      row.querySelector("[data-klaar]").hidden = number >= state.step;
    });
    panels.forEach((panel) => (panel.hidden = Number(panel.dataset.stap) !== state.step));
    onward.hidden = state.step === rows.length;
    back.hidden = state.step === 1;
    bar.querySelector("[data-naam-nu]").textContent = nameOf(state.step);
    bar.querySelector("[data-telling]").textContent = words();
    shown = null;
    tick();
  }

  function tick() {
    const seconds = Math.round((state.until - Date.now()) / 1000);
    if (seconds === shown) return;
    shown = seconds;
    const size = Math.abs(seconds);
    const digits = `${Math.floor(size / 60)}:${String(size % 60).padStart(2, "0")}`;
    bar.querySelector("[data-klok]").textContent = seconds < 0 ? `+${digits}` : digits;
    timer.title = seconds < 0 ? bar.dataset.over : "";
    progress.max = state.length / 1000;
    progress.value = Math.min(progress.max, Math.max(0, progress.max - seconds));
  }

  function words() {
    return bar.dataset.woorden.replace("{n}", state.step).replace("{tijd}", time(state.until));
  }

  function nameOf(step) {
    return rows[step - 1].querySelector("h3").textContent;
  }

  function time(instant) {
    const separator = document.documentElement.lang === "nl" ? "." : ":";
    return wallClock.format(instant).replace(":", separator);
  }

  function say(text) {
    bar.querySelector("[data-stap-gezegd]").textContent = text;
  }

  function remembered() {
    try {
      const found = JSON.parse(localStorage.getItem(key));
      const fits = found && rows[found.step - 1] && found.of === rows.length;
      return fits && Math.abs(found.until - Date.now()) < FORGOTTEN ? found : null;
    } catch {
      return null; // no storage, or not ours
    }
  }

  function remember() {
    try {
      Object.keys(localStorage)
        .filter((name) => name.startsWith("stap:") && name !== key)
        .forEach((name) => localStorage.removeItem(name));
      localStorage.setItem(key, JSON.stringify({ ...state, of: rows.length }));
    } catch {
      // It then holds until the page is left.
    }
  }
})();
