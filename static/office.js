/* What the pages do beyond HTML: focus, keys, questions before a step, drafts. Every page works without it,
   except autosave. It runs under the strict CSP: no eval, no inline handler, no style attribute. */
(() => {
  "use strict";

  const find = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const CONTROL = "input:not([type=hidden]), select, textarea";

  /* ---- Focus: the first error, or what happened, is where the page begins ---- */

  function focusOn(element) {
    if (!element.matches(`${CONTROL}, a, button`)) element.tabIndex = -1;
    element.focus({ preventScroll: true });
    element.scrollIntoView({ block: element.offsetHeight > innerHeight / 2 ? "start" : "center" });
  }

  const trouble = find(".conflict") || all(`.is-invalid:is(${CONTROL})`)[0] || find(".error-summary");
  if (trouble) focusOn(trouble);

  document.addEventListener("click", (event) => {
    const link = event.target.closest(".error-summary a[href^='#']");
    const target = link && document.getElementById(link.hash.slice(1));
    if (!target) return;
    event.preventDefault();
    focusOn(target.matches(CONTROL) ? target : find(CONTROL, target) || target);
  });

  let focusWasInside = false;
  document.addEventListener("htmx:beforeSwap", (event) => {
    focusWasInside = event.detail.target.contains(document.activeElement);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (!focusWasInside || document.activeElement !== document.body) return;
    const target = event.detail.target;
    const now = target.isConnected ? target : target.id && document.getElementById(target.id);
    if (now) focusOn(find("[data-focus]", now) || now);
  });

  /* ---- Tables: a stop for the Tab key only where there is something to scroll; else the head sticks ---- */

  function fitTables() {
    for (const region of all(".table-region")) {
      region.classList.remove("fits");
      const fits = region.scrollWidth <= region.clientWidth;
      region.classList.toggle("fits", fits);
      if (fits) region.removeAttribute("tabindex");
      else region.tabIndex = 0;
    }
  }
  function alignHeads() {
    for (const cell of all(".data tbody tr:first-child > .number")) {
      const head = cell.closest("table").tHead?.rows[0]?.cells[cell.cellIndex];
      if (head && !cell.closest("tr").querySelector("[rowspan]")) head.classList.add("number");
    }
  }
  alignHeads();
  fitTables();
  addEventListener("resize", fitTables);
  document.addEventListener("htmx:afterSettle", fitTables);

  /* ---- Keys: ? lists them; one-letter keys can be switched off (WCAG 2.1.4) ---- */

  const keys = find("#keys");
  const letters = find("#letter-keys");
  const lettersOn = () => !letters || letters.checked;
  try {
    if (letters) {
      letters.checked = localStorage.getItem("letter-keys") !== "off";
      letters.addEventListener("change", () => localStorage.setItem("letter-keys", letters.checked ? "on" : "off"));
    }
  } catch { /* storage may be switched off: the keys stay on */ }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey) return;
    const command = event.ctrlKey || event.metaKey;
    const form = event.target.closest?.("form");
    if (command && event.key === "Enter" && form?.getAttribute("method") === "post") { // a field may be called "method"
      event.preventDefault();
      form.requestSubmit(find("[data-submit]", form));
    } else if (command && event.key.toLowerCase() === "s" && draft) {
      event.preventDefault();
      saveDraft();
    } else if (!command && lettersOn() && !event.target.matches(`${CONTROL}, [contenteditable]`)) {
      const search = find("[data-search], .filters input[type=text], .filters input[type=search]");
      if (event.key === "?" && keys && !find("dialog[open]")) {
        event.preventDefault();
        keys.showModal();
      } else if (event.key === "/" && search) {
        event.preventDefault();
        search.closest("details")?.setAttribute("open", "");
        search.focus();
      }
    }
  });

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) document.getElementById(opener.dataset.opens)?.showModal();
    if (event.target.closest("[data-closes]")) event.target.closest("dialog").close();
    if (event.target.closest("[data-print]")) print();
  });
  for (const element of all("[data-needs-js]")) element.hidden = false;

  /* ---- Questions: data-confirm on a form or its button names the consequence before the step ---- */

  const question = find("#question");
  let answered = null;
  document.addEventListener("submit", (event) => {
    const text = event.submitter?.dataset.confirm || event.target.dataset.confirm;
    if (!text || !question || answered === event.target) {
      answered = null;
      return;
    }
    event.preventDefault();
    const { target, submitter } = event;
    find("#question-text").textContent = text;
    find("#question-yes").textContent = submitter?.textContent.trim() || "はい";
    question.returnValue = "";
    question.showModal();
    question.addEventListener("close", () => {
      if (question.returnValue !== "yes") return;
      answered = target;
      target.requestSubmit(submitter);
    }, { once: true });
  });

  /* ---- Long texts: how much of the limit is used ---- */

  const figure = new Intl.NumberFormat("ja-JP");
  for (const field of all("textarea[maxlength]")) {
    const counter = document.createElement("span");
    counter.className = "counter";
    field.after(counter);
    const count = () => {
      counter.textContent = `${figure.format(field.value.length)} / ${figure.format(field.maxLength)} 字`;
      const near = field.value.length > field.maxLength * 0.95;
      counter.classList.toggle("near", near);
      if (near) counter.setAttribute("role", "status");
    };
    field.addEventListener("input", count);
    count();
  }

  /* ---- Two texts: take what is stored into the field ---- */

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-take]");
    const field = button && find(`[name="${CSS.escape(button.dataset.take)}"]`);
    if (!field) return;
    field.value = button.dataset.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    focusOn(field);
  });

  /* ---- A fresh CSRF token, after a log-in in another tab made this page's token old ---- */

  async function renewToken() {
    const answer = await fetch(find(".brand").href, { credentials: "same-origin", cache: "no-store" });
    if (!answer.ok || answer.redirected) return "out";
    const { body } = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!body.dataset.user) return "out";
    const mine = document.body.dataset.user;
    if (mine && mine !== body.dataset.user) return "other";
    const headers = body.getAttribute("data-hx-headers");
    document.body.setAttribute("data-hx-headers", headers);
    for (const input of all("input[name=csrfmiddlewaretoken]")) input.value = JSON.parse(headers)["X-CSRFToken"];
    return "in";
  }

  const again = find("form[data-resubmit]");
  if (again) addEventListener("focus", () => renewToken().catch(() => "out"));

  /* ---- Drafts: the server keeps them; the page says when, says when not, and tries again ---- */

  const form = find("form[data-draft]");
  const draft = form && find("[data-autosave]", form);
  const status = find("#draft-status");
  const LONGEST = 8000; // ms of unbroken typing before a save is forced; the promise is 10 s
  const RETRY = 10000; // ms
  const PATIENCE = 2000; // ms a press waits for a draft that is on its way
  let changes = 0; // counted, so that what was typed during a save is still seen as unsaved
  let kept = 0;
  let sent = 0;
  let keptAt = Date.now();
  let hitch = ""; // "", "network", "server", "session", "other"
  let leaving = false;
  let waiting = null; // the button pressed while the network was away
  let onItsWay = false; // a draft that the server has not answered yet
  let pressed = null; // the button pressed meanwhile
  let retry = 0;

  const SAID = {
    network: "通信が切れています。入力はこの画面に残っています。つながりしだい自動で保存します。",
    server: "下書きを保存できませんでした。入力はこの画面に残っています。自動でやり直します。",
    session: "ログインの期限が切れました。入力はこの画面に残っています。",
    other: "別の人がログインしています。この画面の入力は保存されません。必要な文章は控えてください。",
  };

  function saveDraft() {
    if (draft && window.htmx && !leaving) htmx.trigger(draft, "draft-save");
  }

  function failed(kind) {
    clearTimeout(retry);
    if (kind === "network" || kind === "server") retry = setTimeout(saveDraft, RETRY);
    if (hitch === kind) return; // said once is enough for a screen reader
    hitch = kind;
    status.className = "draft-status failed";
    status.textContent = SAID[kind];
    if (kind === "session") {
      const link = document.createElement("a");
      Object.assign(link, { href: document.body.dataset.login, target: "_blank", rel: "noopener" });
      link.textContent = "新しいタブでログインする";
      status.append(" ", link);
    }
  }

  function sendPressed() {
    const button = pressed;
    pressed = null;
    onItsWay = false;
    if (button) form.requestSubmit(button);
  }

  async function resume() {
    if (hitch !== "session") return;
    const state = await renewToken().catch(() => "out");
    if (state === "in") saveDraft();
    else if (state === "other") failed("other");
  }

  if (form) {
    const changed = () => {
      changes += 1;
      if (!hitch && Date.now() - keptAt > LONGEST) saveDraft();
    };
    form.addEventListener("input", changed);
    form.addEventListener("change", changed);
    document.addEventListener("submit", (event) => {
      if (event.target !== form || event.defaultPrevented) return;
      if (draft && (hitch === "network" || !navigator.onLine)) {
        event.preventDefault(); // the browser's own error page would take the text away
        waiting = event.submitter;
        failed("network");
        saveDraft();
        return;
      }
      if (onItsWay) { // overtaken by the record, the draft would come back and be offered as unfinished
        event.preventDefault();
        if (!pressed) setTimeout(sendPressed, PATIENCE);
        pressed = event.submitter;
        return;
      }
      leaving = true; // the record itself is on its way: no draft after it
      if (draft && window.htmx) htmx.trigger(draft, "htmx:abort");
    });
    addEventListener("pageshow", () => { leaving = false; });
    document.addEventListener("draft-kept", () => { kept = changes; }); // saved by screen.js, before it hides the page
    addEventListener("beforeunload", (event) => {
      if (changes > kept && !leaving) event.preventDefault();
    });
  }

  if (draft) {
    const cameFromElsewhere = (xhr) => {
      const path = new URL(draft.getAttribute("data-hx-post"), location.href).pathname;
      return Boolean(xhr.responseURL) && new URL(xhr.responseURL).pathname !== path;
    };
    draft.addEventListener("htmx:beforeRequest", (event) => {
      if (event.target !== draft) return;
      if (leaving || hitch === "other") return event.preventDefault();
      onItsWay = true;
      sent = changes;
      keptAt = Date.now();
    });
    status.addEventListener("htmx:beforeSwap", (event) => {
      if (cameFromElsewhere(event.detail.xhr)) event.detail.shouldSwap = false;
    });
    const heard = (xhr, successful) => {
      if (cameFromElsewhere(xhr) || [401, 403].includes(xhr.status)) return failed("session");
      if (!successful) return failed("server");
      clearTimeout(retry);
      hitch = "";
      kept = sent;
      status.className = "draft-status";
      if (!xhr.responseText.trim()) {
        const time = new Date().toLocaleTimeString("ja-JP", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Tokyo" });
        status.textContent = `下書き保存 ${time}`;
      }
      if (waiting) form.requestSubmit(waiting);
      waiting = null;
    };
    draft.addEventListener("htmx:afterRequest", (event) => {
      const { xhr, successful, requestConfig } = event.detail;
      if (requestConfig?.elt !== draft) return;
      onItsWay = false;
      if (!xhr.status) return;
      heard(xhr, successful);
      sendPressed();
    });
    for (const name of ["htmx:sendError", "htmx:timeout"]) {
      draft.addEventListener(name, () => {
        if (!leaving) failed("network");
        sendPressed();
      });
    }
    addEventListener("online", () => { if (hitch) saveDraft(); });
    addEventListener("offline", () => { if (changes > kept) failed("network"); });
    addEventListener("focus", resume);
  }
})();
