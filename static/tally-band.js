/* 年代 of the next head: chosen before the press, gone with it, or after a while without one. */
const tallyBand = (() => {
  "use strict";

  const WAITS = 15_000; // ms: whoever it was chosen for has gone by
  const place = document.getElementById("tally");
  const said = document.getElementById("tally-band-said");
  const buttons = [...place.querySelectorAll("[data-band]")];

  let band = "";
  let timer = 0;

  function choose(next, words = "") {
    clearTimeout(timer);
    band = next;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.band === band));
    said.textContent = words;
  }

  place.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-band]");
    if (!button) return;
    const label = button.textContent;
    if (button.dataset.band === band) return choose("");
    choose(button.dataset.band, `次の1人は${label}`);
    timer = setTimeout(() => choose("", `${label}は消えました`), WAITS);
  });

  /* The 年代 that goes with a head of this kind. A child has none: what was chosen was not meant for it. */
  function take(kind) {
    const isChild = kind === "child";
    const taken = isChild ? "" : band;
    choose("", isChild && band ? "子どもに年代は付けません" : "");
    return taken;
  }

  return { take };
})();
