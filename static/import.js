/* 取込: while a form marked data-busy is on its way, the page says what it waits for and how long it has,
   and a second press does nothing. Without JavaScript the server finds a second press harmless too. */
(() => {
  "use strict";

  const status = document.querySelector("[data-busy-status]");
  let timer = 0;

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.dataset.busy || !status) return;
    if (timer) {
      event.preventDefault();
      return;
    }
    const began = Date.now();
    status.textContent = form.dataset.busy;
    const clock = document.createElement("span");
    clock.ariaHidden = "true"; // told once is enough for a screen reader
    status.append(clock);
    form.setAttribute("aria-busy", "true");
    timer = setInterval(() => { clock.textContent = `（${Math.round((Date.now() - began) / 1000)}秒）`; }, 1000);
  });

  addEventListener("pageshow", () => { // back from the next page: nothing is under way any more
    clearInterval(timer);
    timer = 0;
    if (status) status.textContent = "";
    for (const form of document.querySelectorAll("[aria-busy]")) form.removeAttribute("aria-busy");
  });
})();
