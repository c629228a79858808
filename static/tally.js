/* 片手カウンタ: one press is one head. The book (tally-book.js) has it before the screen shows it; it is sent when
   there is a way, again until it is answered. */
(() => {
  "use strict";

  const place = document.getElementById("tally");
  const { taps: url, worker, scope } = place.dataset;
  const day = Number(place.dataset.day);
  const find = (id) => document.getElementById(`tally-${id}`);
  const all = (selector) => [...place.querySelectorAll(selector)];
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("tally") : null;

  const EVERY = 4000; // ms between two looks at the others' taps
  const SLOWEST = 15_000;
  const REGRET = 6000; // ms in which 「相談員につなぐ」 can be taken back

  let failures = 0;
  let heard = false; // whether the server has answered since the page is here
  let busy = false;
  let again = false;
  let timer = 0;
  let regret = 0; // the timer while it can be taken back
  let isAwaited = false; // whether a word for the counselors was still on the way when last looked at

  function say(element, text) { // unchanged words are not read out twice
    if (element.textContent !== text) element.textContent = text;
  }

  /* ---- The screen ---- */

  const clock = (moment) => new Date(moment).toLocaleTimeString("ja-JP", { hour: "2-digit", minute: "2-digit" });

  function stateOf({ record, unsent, elsewhere, refused }) {
    const more = elsewhere ? `　ほかの日の未送信 ${elsewhere}件` : "";
    if (record.error) return ["alert", `${record.error}${unsent ? `　未送信 ${unsent}件は、この端末に残っています。` : ""}${more}`];
    if (refused) return ["alert", `受け付けられない記録があります。${refused}　未送信 ${unsent}件${more}`];
    if (unsent) return ["alert", `この端末の未送信 ${unsent}件${failures ? "　つながると自動で送ります" : "　送っています"}${more}`];
    if (failures) return ["todo", `つながっていません。人数は${record.heard ? ` ${clock(record.heard)} 現在` : "まだわかりません"}${more}`];
    if (!heard) return ["todo", "つないでいます"];
    const closed = record.state && record.state !== "予定" ? `　この日は${record.state === "開催" ? "締めてあります" : "休止です"}` : "";
    return elsewhere ? ["alert", `ほかの日の未送信 ${elsewhere}件${closed}`] : ["done", `すべて届いています${closed}`];
  }

  async function show() {
    tallyDay.show();
    const now = await tallyBook.read(day);
    find("open").hidden = !now.record;
    find("closed").hidden = Boolean(now.record);
    if (!now.record) return;
    let total = 0;
    for (const button of all("[data-kind]")) {
      const heads = now.heads[button.dataset.kind] || 0;
      total += heads;
      say(button.querySelector("[data-count]"), String(heads));
    }
    const isKnown = now.record.kinds || now.unsent;
    say(find("total"), isKnown ? String(total) : "－");
    const [shape, words] = stateOf(now);
    find("state").className = `state state-${shape}`;
    say(find("state"), words);
    const label = now.last && place.querySelector(`[data-kind="${now.last.event.kind}"]`)?.dataset.label;
    find("undo").disabled = !now.last;
    say(find("undo"), label ? `もどす（${label}）` : "もどす");
    tellOfBridge(now.isBridging);
  }

  const broken = () => { // the disk is full, or the browser keeps nothing
    find("state").className = "state state-alert";
    say(find("state"), "この端末に記録できません。紙の正の字表で数えてください。");
    find("open").hidden = false;
    find("closed").hidden = true;
  };

  async function changed() {
    channel?.postMessage("changed");
    await show();
    if (!failures) plan(300);
  }

  /* ---- The presses ---- */

  let turn = Promise.resolve(); // presses are written one after another, in their order
  const inTurn = (work) => { turn = turn.then(work).then(changed).catch(broken); };

  place.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    if (button.dataset.kind) {
      const event = { kind: button.dataset.kind, age_band: tallyBand.take(button.dataset.kind) };
      navigator.vibrate?.(15);
      inTurn(() => tallyBook.write(day, event));
    }
    if (button.id === "tally-undo") inTurn(undo);
    if (button.id === "tally-bridge") inTurn(bridge);
    if (button.id === "tally-keep") inTurn(unbridge);
  });

  async function undo() {
    const { last } = await tallyBook.read(day);
    if (last) await tallyBook.write(day, { kind: "undo", undoes: last.event.key });
  }

  function note(text, { mayRegret = false, isAlert = false } = {}) {
    clearTimeout(regret);
    regret = 0;
    find("keep").hidden = !mayRegret;
    find("bridge").disabled = mayRegret;
    find("note").className = isAlert ? "state state-alert" : "";
    say(find("note"), text);
  }

  function tellOfBridge(isOnItsWay) { // told only once the server has answered its key
    if (regret) return;
    if (isOnItsWay) note("まだ相談員に届いていません。急ぐときは声をかけてください", { isAlert: true });
    else if (isAwaited) note("相談員に知らせました。");
    isAwaited = isOnItsWay;
  }

  async function bridge() {
    await tallyBook.write(day, { kind: "bridge" }, { until: Date.now() + REGRET });
    note("相談員に知らせます。だれのことかは残りません。", { mayRegret: true });
    regret = setTimeout(() => {
      regret = 0;
      isAwaited = true;
      show().catch(broken);
      plan(0);
    }, REGRET + 100);
  }

  async function unbridge() {
    await tallyBook.dropHeld(day);
    note("知らせるのをやめました。");
    find("bridge").focus();
  }

  /* ---- Sending: at once after a press, every few seconds while the page is seen, ever more slowly while away ---- */

  function plan(wait) {
    clearTimeout(timer);
    timer = setTimeout(run, wait);
  }

  async function run() {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    const done = await tallyBook.send(day, !document.hidden).catch(() => false);
    busy = false;
    failures = done ? 0 : failures + 1;
    heard ||= done;
    await show().catch(broken);
    channel?.postMessage("changed");
    plan(again && done ? 0 : done ? EVERY : Math.min(SLOWEST, 1000 * 2 ** failures));
    again = false;
  }

  const atOnce = () => { failures = Math.min(failures, 1); plan(0); };
  addEventListener("online", atOnce);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    atOnce();
    stayAwake();
  });
  channel?.addEventListener("message", () => show().catch(broken));

  /* ---- The beginning ---- */

  const stayAwake = () => navigator.wakeLock?.request("screen").catch(() => {});

  async function takeToken() {
    const token = location.hash.slice(1);
    if (!token) return;
    await tallyBook.hold(day, token, url);
    history.replaceState(null, "", location.pathname);
  }

  async function askToKeep() { // else a full disk may clear the book
    if (!await navigator.storage.persisted()) await navigator.storage.persist();
  }

  async function keepPage() {
    if (!navigator.serviceWorker) return note("この接続では、通信が切れたまま開き直せません。画面を閉じないでください。");
    await navigator.serviceWorker.register(worker, { scope });
    const tell = async () => (await navigator.serviceWorker.ready).active.postMessage({ keep: location.pathname });
    navigator.serviceWorker.addEventListener("controllerchange", tell);
    addEventListener("online", tell); // what could not be kept before
    return tell();
  }

  async function begin() {
    await takeToken();
    await show();
    addEventListener("hashchange", () => takeToken().then(show).then(atOnce).catch(broken));
    if (find("open").hidden) return;
    run();
    keepPage().catch(() => {});
    stayAwake();
    askToKeep().catch(() => {});
    tallyBook.tidy().catch(() => {});
  }
  begin().catch(broken);
})();
