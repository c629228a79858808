/* 見られてもよい画面: F8 empties the page at once and lets the server send it masked, until F8 again. What was
   typed goes into the draft first; where that is not possible the page waits in this script, outside the DOM.
   Without this script the button in the header does the same by a plain POST. */
(() => {
  "use strict";

  const form = document.getElementById("screen");
  const main = document.getElementById("main");
  const template = document.getElementById("curtain");
  if (!form || !main || !template) return;

  const WAIT = 1500; // ms for the draft, and for the server's word
  const sentMasked = "screenHidden" in document.body.dataset;
  const answersPost = "posted" in document.body.dataset; // it cannot be fetched again
  const name = document.querySelector(".account summary");
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("screen") : null;

  let covered = null; // what was on the page while the curtain hangs
  let told = false; // whether the server hides every other page too
  let busy = false;
  let again = false; // the key was pressed while the server was being told
  let typed = false;
  main.addEventListener("input", () => { typed = true; });

  const remember = (store, key, value) => { // storage may be switched off
    try { value ? store.setItem(key, value) : store.removeItem(key); } catch { /* the channel still tells */ }
  };
  const recall = (store, key) => {
    try { return store.getItem(key); } catch { return null; }
  };

  /* ---- The curtain ---- */

  function cover() {
    for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
    const inside = main.contains(document.activeElement);
    covered = { nodes: [...main.childNodes], name: name?.textContent, top: scrollY, focus: inside && document.activeElement };
    main.replaceChildren(template.content.cloneNode(true));
    if (name) name.textContent = "●●●●";
    form.hidden = true; // the curtain has the button
    const question = document.getElementById("question-text");
    if (question) question.textContent = "";
    main.querySelector("button").focus();
  }

  function uncover() {
    main.replaceChildren(...covered.nodes);
    if (name) name.textContent = covered.name;
    form.hidden = false;
    scrollTo(0, covered.top);
    if (covered.focus) covered.focus.focus({ preventScroll: true });
    covered = null;
    told = false;
    remember(localStorage, "screen", "");
  }

  /* ---- The server ---- */

  async function post(url, fields) {
    const answer = await fetch(url, {
      method: "POST", body: fields, credentials: "same-origin", redirect: "manual", signal: AbortSignal.timeout(WAIT),
    }).catch(() => null);
    return answer?.ok ? answer : null;
  }

  const tell = (url) => post(url, new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value }));

  function draftOf() { // read before the page is emptied
    const place = main.querySelector("form[data-draft] [data-autosave]");
    if (!place || !(typed || answersPost)) return null;
    window.htmx?.trigger(place, "htmx:abort"); // an older draft on its way must not arrive after this one
    const fields = [...new FormData(place.closest("form"))].filter(([, value]) => typeof value === "string");
    return { url: place.getAttribute("data-hx-post"), fields: new URLSearchParams(fields) };
  }

  async function hide() {
    if (covered || sentMasked || busy) return;
    const draft = draftOf();
    cover();
    busy = true;
    remember(localStorage, "screen", "hidden");
    const [saved, heard] = await Promise.all([draft && post(draft.url, draft.fields), tell(form.dataset.hide)]);
    busy = false;
    told = Boolean(heard);
    main.querySelector("[data-away]").hidden = told;
    if (again) return show();
    const pk = saved?.headers.get("X-Draft");
    if (!told || answersPost || (typed && !pk)) return; // the page waits here: nowhere else is what it holds
    document.dispatchEvent(new Event("draft-kept"));
    const here = new URL(location.href);
    if (pk) here.searchParams.set("draft", pk);
    location.replace(here.pathname + here.search);
  }

  async function show() {
    again = false;
    if (sentMasked) {
      remember(sessionStorage, "screen-shown", "1");
      form.elements.next.value = location.pathname + location.search;
      form.submit();
      return;
    }
    busy = true;
    const heard = !told || await tell(form.dataset.show);
    busy = false;
    if (!heard) {
      main.querySelector("[data-away]").hidden = false;
      return;
    }
    uncover();
    channel?.postMessage("show");
  }

  /* ---- The key, the button, the other tabs ---- */

  function toggle() {
    if (busy) {
      again = !again;
    } else if (covered || sentMasked) {
      show();
    } else {
      hide();
      channel?.postMessage("hide");
    }
  }

  addEventListener("keydown", (event) => {
    // By its place too: while Japanese is being composed the key itself has no name.
    if ((event.code || event.key) !== "F8" || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    toggle();
  }, true);

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    toggle();
  });

  channel?.addEventListener("message", ({ data }) => {
    if (data === "hide") hide();
    else if (sentMasked) location.reload();
    else if (covered && !busy) uncover();
  });

  addEventListener("pageshow", (event) => { // the browser may bring back a page as it was before
    if (event.persisted && !sentMasked && recall(localStorage, "screen")) hide();
  });

  if (sentMasked) {
    remember(localStorage, "screen", "hidden");
    channel?.postMessage("hide"); // a page that was on its way while the others hid
  } else {
    remember(localStorage, "screen", "");
    if (recall(sessionStorage, "screen-shown")) channel?.postMessage("show");
  }
  if (!sentMasked) remember(sessionStorage, "screen-shown", "");
})();
