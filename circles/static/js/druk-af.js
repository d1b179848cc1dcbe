/* A button that prints the page. Without this the words beside it say how. */
"use strict";

(() => {
  document.querySelectorAll("[data-druk-af]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
  document.querySelectorAll("[data-druk-af-anders]").forEach((words) => (words.hidden = true));
})();
