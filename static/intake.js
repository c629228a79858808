/* The form of a consultation while the phone rings: finding her, ◎ and ○ by the keyboard, the running clock.
   Without it the number is typed, the boxes are plain and the minutes are a box. Strict CSP: no eval. */
(() => {
  "use strict";

  const find = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const changed = (field) => field.dispatchEvent(new Event("change", { bubbles: true }));

  /* ---- Finding her: a combobox over the box of 相談者 ---- */

  const box = find("#id_client");
  const shelf = find("#client-options");
  const found = find("#client-found");
  const count = find("#client-count");
  const FROM = 2; // letters
  const PAUSE = 200; // ms
  let waiting = 0;
  let isWanted = false; // a late answer to a closed list is none

  const options = () => all("[role=option]", shelf);
  const active = () => find("[aria-selected=true]", shelf);

  function point(option) {
    active()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) box.setAttribute("aria-activedescendant", option.id);
    else box.removeAttribute("aria-activedescendant");
  }

  function close() {
    clearTimeout(waiting);
    isWanted = false;
    shelf.replaceChildren();
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  }

  function choose(option) {
    box.value = option.dataset.number;
    close();
    changed(box); // asks for her name, her banners and her cases
  }

  function step(by) {
    const each = options();
    if (!each.length) return;
    const at = each.indexOf(active());
    point(each[at < 0 ? (by > 0 ? 0 : each.length - 1) : (at + by + each.length) % each.length]);
  }

  if (box && shelf && window.htmx) {
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": "client-list",
    })) box.setAttribute(name, value);

    box.addEventListener("input", () => {
      clearTimeout(waiting);
      found.replaceChildren(); // whoever was chosen is so no more
      if (box.value.trim().length < FROM) return close();
      isWanted = true;
      waiting = setTimeout(() => htmx.trigger(shelf, "pick"), PAUSE);
    });
    box.addEventListener("keydown", (event) => {
      if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        if (!options().length) return;
        event.preventDefault();
        step(event.key === "ArrowDown" ? 1 : -1);
      } else if (event.key === "Enter") {
        event.preventDefault(); // Enter in a box would register the talk
        const each = options();
        const chosen = active() || (each.length === 1 && each[0]);
        if (chosen) choose(chosen);
      } else if (event.key === "Escape" && shelf.childElementCount) {
        event.preventDefault();
        close();
      }
    });
    shelf.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
    shelf.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) choose(option);
    });
    box.addEventListener("blur", close);
    for (const target of [shelf, found]) {
      target.addEventListener("htmx:beforeSwap", (event) => {
        const { xhr, pathInfo } = event.detail;
        const isAnswer = new URL(xhr.responseURL).pathname === pathInfo.requestPath; // and no log-in page
        if (!isAnswer || (target === shelf && !isWanted)) event.detail.shouldSwap = false;
      });
    }
    shelf.addEventListener("htmx:afterSwap", () => {
      const n = options().length;
      box.setAttribute("aria-expanded", String(n > 0));
      shelf.scrollIntoView({ block: "nearest" });
      count.textContent = n ? `候補 ${n}人` : shelf.textContent.trim();
    });
  }

  /* ---- ◎ and ○: one stop for the Tab key; arrows walk, a letter chooses ---- */

  const grid = find(".topic-grid");
  const LETTERS = "abcdefghijklmnopqrstuvwxyz";

  function putStop(on) {
    for (const input of all("input", grid)) input.tabIndex = input === on ? 0 : -1;
  }

  function walk(from, key) {
    const inputs = all("input", grid).filter((each) => each.offsetParent);
    const at = inputs.indexOf(from);
    if (key === "ArrowLeft" || key === "ArrowRight") return inputs[at + (key === "ArrowRight" ? 1 : -1)];
    const here = from.getBoundingClientRect();
    const down = key === "ArrowDown" ? 1 : -1;
    const rows = inputs
      .map((each) => ({ each, place: each.getBoundingClientRect() }))
      .filter(({ place }) => (place.top - here.top) * down > 4)
      .sort((a, b) => (a.place.top - b.place.top) * down || Math.abs(a.place.left - here.left) - Math.abs(b.place.left - here.left));
    const near = rows.filter(({ place }) => Math.abs(place.top - rows[0].place.top) < 4);
    return near.sort((a, b) => Math.abs(a.place.left - here.left) - Math.abs(b.place.left - here.left))[0]?.each;
  }

  function take(row, { main }) {
    const [radio, tick] = all("input", row);
    if (main || !find("input[type=radio]:checked", grid)) {
      radio.checked = !radio.checked;
      changed(radio);
      radio.focus();
    } else if (!radio.checked) {
      tick.checked = !tick.checked;
      changed(tick);
      tick.focus();
    }
  }

  if (grid) {
    const rows = all(".topic", grid);
    rows.forEach((row, n) => {
      const key = document.createElement("kbd");
      Object.assign(key, { className: "topic-key", textContent: (LETTERS[n] || "").toUpperCase() });
      key.setAttribute("aria-hidden", "true");
      if (LETTERS[n]) {
        find("input", row).setAttribute("aria-keyshortcuts", LETTERS[n].toUpperCase());
        row.append(key);
      }
    });
    putStop(find("input:checked", grid) || find("input", grid));
    grid.addEventListener("focusin", (event) => { if (event.target.matches("input")) putStop(event.target); });
    grid.addEventListener("keydown", (event) => {
      if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
      const row = rows[event.key.length === 1 ? LETTERS.indexOf(event.key.toLowerCase()) : -1];
      if (event.key.startsWith("Arrow")) {
        event.preventDefault(); // a radio would choose while one only walks past
        walk(event.target, event.key)?.focus();
      } else if (event.key === " " && event.target.matches("input[type=radio]:checked")) {
        event.preventDefault(); // ◎ can be taken back
        event.target.checked = false;
        changed(event.target);
      } else if (row) {
        event.preventDefault();
        take(row, { main: event.shiftKey });
      }
    });
  }

  /* ---- 件数: whoever says why it does not count, has said that it does not ---- */

  const usual = find("#id_usual_reason");
  const counts = find("#id_is_countable");
  usual?.addEventListener("change", () => { counts.checked = !usual.value; });

  /* ---- The clock: how long this page has been open, unless stopped; what she typed wins ---- */

  const clock = find("#clock");
  const state = find("#id_clock");
  const minutes = find("#id_minutes");
  const toggle = find("#clock-toggle"); // held, for it ticks on behind the curtain
  const day = find("#id_consulted_on");
  const start = find("#id_started_at");
  const SAME_CALL = 300; // s: a page that comes back later than so does not go on counting
  const now = () => Math.floor(Date.now() / 1000);

  if (clock && state && minutes) {
    const read = /^(run|stop):(\d{1,6}):(\d{1,12})$/.exec(state.value) || ["", "run", "0", String(now())];
    const gap = Math.max(0, now() - Number(read[3]));
    const isFresh = !state.value; // the server leaves it to this machine's clock
    let running = read[1] === "run" && gap < SAME_CALL;
    let before = Number(read[2]) + (running ? gap : 0); // s counted until `since`
    let since = now();
    const seconds = () => before + (running ? now() - since : 0);
    const rounded = () => Math.max(1, Math.round(seconds() / 60));
    const isToday = () => day.value.trim() === clock.dataset.today;

    const show = () => {
      state.value = `${running ? "run" : "stop"}:${seconds()}:${now()}`;
      const told = `${Math.floor(seconds() / 60)}分${running ? "" : "（停止中）"}`;
      for (const face of all(".clock-minutes")) face.textContent = told;
      toggle.textContent = running ? "止める" : "再開";
      minutes.placeholder = isToday() ? `${rounded()}` : "";
    };
    toggle.addEventListener("click", () => {
      before = seconds();
      since = now();
      running = !running;
      show();
      changed(state); // a draft keeps it
    });

    const opened = new Date((now() - seconds()) * 1000)
      .toLocaleTimeString("ja-JP", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Tokyo" });
    if (isFresh && !start.value && isToday()) start.value = opened;
    day.addEventListener("change", () => { // the talk of another day did not begin now
      if (!isToday() && start.value === opened) start.value = "";
      else if (isToday() && !start.value) start.value = opened;
      show();
    });

    document.addEventListener("submit", (event) => {
      if (event.target !== state.form || minutes.value.trim()) return;
      const method = find("input[name=method]:checked");
      const isTimed = method && clock.dataset.timed.split(" ").includes(method.value);
      if (isTimed && isToday()) minutes.value = rounded();
    }, true);
    setInterval(show, 5000);
    show();
  }
})();
