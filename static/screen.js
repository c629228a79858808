/* 見られてもよい画面: F8 empties the page at once and lets the server send it masked, until F8 again. What was
   typed goes into the draft first; where that is not possible the page waits in this script, outside the DOM.
   Every press has a turn, one more than any known: tabs, requests and pages on their way overtake each other,
   and whatever comes late with a lower turn changes nothing.
   Without this script the button in the header does the same by a plain POST. */
(() => {
  "use strict";

  const form = document.getElementById("screen");
  const main = document.getElementById("main");
  const template = document.getElementById("curtain");
  if (!form || !main || !template) return;

  const WAIT = 5000; // ms for the draft, and for the server's word
  const RETRY = 3000; // ms until the server is told again
  const sentMasked = "screenHidden" in document.body.dataset;
  const sent = { turn: Number(document.body.dataset.screenTurn), hidden: sentMasked, told: true, user: document.body.dataset.user };
  const answersPost = "posted" in document.body.dataset; // it cannot be fetched again
  const name = document.querySelector(".account summary");
  const box = document.querySelector(".site-header [data-search]"); // she is looked for by name
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("screen") : null;

  let latest = sent; // the press to be followed; told: the server knows of it
  let covered = null; // what was on the page while the curtain hangs
  let masking = false; // the server hides every other page too
  let busy = false;
  let typed = false;
  main.addEventListener("input", () => { typed = true; });

  const ofMine = (press) => (press?.user === sent.user ? press : null); // another's log-in lifts no curtain
  const remember = (press) => { // storage may be switched off
    try { localStorage.setItem("screen", JSON.stringify(press)); } catch { /* the channel still tells */ }
  };
  const remembered = () => {
    try { return ofMine(JSON.parse(localStorage.getItem("screen"))); } catch { return null; }
  };
  const announce = (press) => {
    remember(press);
    channel?.postMessage(press);
  };

  /* ---- The curtain ---- */

  function cover() {
    for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
    const inside = main.contains(document.activeElement);
    covered = { nodes: [...main.childNodes], name: name?.textContent, top: scrollY, focus: inside && document.activeElement, words: box?.value };
    main.replaceChildren(template.content.cloneNode(true));
    if (name) name.textContent = "●●●●";
    form.hidden = true; // the curtain has the button
    const question = document.getElementById("question-text");
    if (question) question.textContent = "";
    main.querySelector("button").focus();
    if (box) Object.assign(box, { value: "", disabled: true });
  }

  function uncover() {
    main.replaceChildren(...covered.nodes);
    if (name) name.textContent = covered.name;
    if (box) Object.assign(box, { value: covered.words, disabled: false });
    form.hidden = false;
    scrollTo(0, covered.top);
    if (covered.focus) covered.focus.focus({ preventScroll: true });
    covered = null;
    masking = false;
  }

  /* ---- The server ---- */

  async function post(url, fields) {
    const answer = await fetch(url, {
      method: "POST", body: fields, credentials: "same-origin", redirect: "manual", signal: AbortSignal.timeout(WAIT),
    }).catch(() => null);
    return answer?.ok ? answer : null;
  }

  async function tell(press) {
    const fields = { csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value, turn: press.turn };
    press.told ||= Boolean(await post(press.hidden ? form.dataset.hide : form.dataset.show, new URLSearchParams(fields)));
    return press.told;
  }

  function draftOf() { // read before the page is emptied
    const place = main.querySelector("form[data-draft] [data-autosave]");
    if (!place || !(typed || answersPost)) return null;
    window.htmx?.trigger(place, "htmx:abort"); // an older draft on its way must not arrive after this one
    const fields = [...new FormData(place.closest("form"))].filter(([, value]) => typeof value === "string");
    return { url: place.getAttribute("data-hx-post"), fields: new URLSearchParams(fields) };
  }

  /* ---- Following the latest press ---- */

  async function follow() {
    if (busy) return;
    busy = true;
    let press;
    do {
      press = latest;
      await (press.hidden ? hide(press) : show(press));
    } while (press !== latest);
    busy = false;
  }

  async function hide(press) {
    if (sentMasked) return;
    if (!covered) {
      const draft = draftOf();
      cover();
      covered.draft = draft;
    }
    const { draft, pk } = covered;
    const [saved] = await Promise.all([draft && !pk && post(draft.url, draft.fields), tell(press)]);
    if (saved) covered.pk = saved.headers.get("X-Draft");
    masking ||= press.told;
    main.querySelector("[data-away]").hidden = masking;
    if (press !== latest) return;
    if (press.told) leave();
    else setTimeout(() => { if (press === latest) follow(); }, RETRY);
  }

  function leave() { // for the same page, masked; unless nowhere else is what this one holds
    if (answersPost || (typed && !covered.pk)) return;
    document.dispatchEvent(new Event("draft-kept"));
    const here = new URL(location.href);
    if (covered.pk) here.searchParams.set("draft", covered.pk);
    location.replace(here.pathname + here.search);
  }

  async function show(press) {
    const heard = await tell(press);
    if (sentMasked && heard) comeBack(press);
    if (!covered || press !== latest) return;
    if (!heard && masking) {
      main.querySelector("[data-away]").hidden = false;
      return;
    }
    uncover();
    announce(press);
  }

  function comeBack(press) { // by a page of its own, which may give back what was refused meanwhile
    form.elements.turn.value = press.turn;
    form.elements.next.value = location.pathname + location.search;
    form.submit();
  }

  /* ---- The key, the button, the other tabs ---- */

  function toggle() {
    const turn = Math.max(latest.turn, remembered()?.turn ?? 0) + 1;
    if (sentMasked) {
      comeBack({ turn });
      return;
    }
    latest = { ...sent, turn, hidden: !(busy ? latest.hidden : covered), told: false };
    if (latest.hidden) announce(latest);
    follow();
  }

  function heed(press) {
    if (!press || press.turn <= latest.turn) return;
    latest = { ...press };
    follow();
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

  channel?.addEventListener("message", ({ data }) => heed(ofMine(data)));
  addEventListener("pageshow", (event) => { // the browser may bring back a page as it was before
    if (event.persisted) heed(remembered());
  });

  const before = remembered();
  if (before?.turn > sent.turn) { // this page was on its way meanwhile, or the server has not heard
    heed({ ...before, told: false });
  } else if (before?.turn !== sent.turn) {
    announce(sent);
  }
})();
