/* The search box of persons: the list under it, its keys. htmx asks the server; without JavaScript Enter does. */
(() => {
  "use strict";

  const SHORTEST = 2; // characters; the server answers nothing to fewer
  const form = document.querySelector("[data-person-search]");
  if (!form) return;
  const box = form.querySelector("input[name=q]");
  const found = form.querySelector(".suggested");

  function close() {
    found.hidden = true;
    found.replaceChildren();
  }

  /* While kana are being converted, "みほn" would find nobody: the next kana asks again. */
  const isHalfTyped = () => /[ぁ-ヺー][a-zａ-ｚ]{1,2}$/.test(box.value);

  box.addEventListener("htmx:beforeRequest", (event) => {
    if ([...box.value.trim()].length >= SHORTEST && !isHalfTyped()) return;
    event.preventDefault();
    if (!isHalfTyped()) close();
  });
  found.addEventListener("htmx:beforeSwap", (event) => { // an answer to what no longer stands in the box
    if (event.detail.requestConfig.parameters.q !== box.value || !form.contains(document.activeElement)) {
      event.detail.shouldSwap = false;
    }
  });
  found.addEventListener("htmx:afterSwap", () => { found.hidden = !found.childElementCount; });

  form.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const links = [...found.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement);
    if (event.key === "Escape") {
      close();
      box.focus();
    } else if (links.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const next = at + (event.key === "ArrowDown" ? 1 : -1);
      if (next < 0) box.focus();
      else links[Math.min(next, links.length - 1)].focus();
    }
  });
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget)) close();
  });
  box.addEventListener("input", () => { if (!box.value.trim()) close(); });
})();
