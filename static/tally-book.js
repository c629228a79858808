/* The book of a tablet: its taps and tokens, in the browser's own database. A tap stands in it before the screen
   shows it, and counts as sent only when the server has answered its key. No name, no text, nobody. */
const tallyBook = (() => {
  "use strict";

  const BATCH = 100;
  const WAIT = 10_000; // ms for an answer
  const DAYS_KEPT = 20;

  const opened = new Promise((resolve, reject) => {
    const request = indexedDB.open("tally", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("days", { keyPath: "day" }); // token, address, the last totals
      const taps = request.result.createObjectStore("taps", { keyPath: "n", autoIncrement: true });
      taps.createIndex("day", "day");
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  /* One transaction: what `work` answers (a request, or nothing) once everything is on the disk. */
  async function within(mode, work) {
    const book = await opened;
    return new Promise((resolve, reject) => {
      const all = book.transaction(["days", "taps"], mode, { durability: "strict" });
      const request = work(all.objectStore("days"), all.objectStore("taps"));
      all.oncomplete = () => resolve(request?.result);
      all.onerror = all.onabort = () => reject(all.error);
    });
  }

  let away = false; // whether the last question found no server

  const days = () => within("readonly", (days) => days.getAll());
  const tapsOf = (day) => within("readonly", (_, taps) => taps.index("day").getAll(day));
  const change = (taps, n, fields) => { // within the transaction that holds `taps`
    taps.get(n).onsuccess = ({ target }) => target.result && taps.put({ ...target.result, ...fields });
  };

  function uuid() { // crypto.randomUUID is not there without HTTPS
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  /* Another token for the same day: what was not sent goes out with it, and what was sent with the old one can be
     taken back with the new. */
  const hold = (day, token, url) => within("readwrite", (days) => {
    days.get(day).onsuccess = ({ target }) => days.put({ ...target.result, day, token, url, error: "" });
  });

  const write = (day, event, more = {}) => within("readwrite", (_, taps) => {
    taps.add({ day, sent: 0, event: { key: uuid(), tapped_at: new Date().toISOString(), ...event }, ...more });
  });

  /* Takes back what still waits for its moment. */
  const dropHeld = (day) => within("readwrite", (_, taps) => {
    taps.index("day").openCursor(day).onsuccess = ({ target: { result: cursor } }) => {
      if (!cursor) return;
      if (!cursor.value.sent && cursor.value.until > Date.now()) cursor.delete();
      cursor.continue();
    };
  });

  /* The last tap of this tablet that stands, or nothing. */
  function lastOf(taps) {
    const undone = new Set(taps.map(({ event }) => event.undoes));
    return taps.findLast(({ event }) => !["undo", "bridge"].includes(event.kind) && !undone.has(event.key));
  }

  /* Heads by kind: what the server said last, and what it has not answered yet. */
  function headsOf(record, taps) {
    const heads = { ...record?.kinds };
    const kindOf = Object.fromEntries(taps.map(({ event }) => [event.key, event.kind]));
    for (const { event, sent } of taps) {
      if (sent || event.kind === "bridge") continue;
      const kind = event.kind === "undo" ? kindOf[event.undoes] : event.kind;
      heads[kind] = (heads[kind] || 0) + (event.kind === "undo" ? -1 : 1);
    }
    return heads;
  }

  /* ---- Sending ---- */

  async function ask({ token, url }, events) {
    const answer = await fetch(url, {
      method: events ? "POST" : "GET",
      headers: { Authorization: `Tablet ${token}`, ...(events && { "Content-Type": "application/json" }) },
      body: events && JSON.stringify({ events }),
      credentials: "omit", cache: "no-store", redirect: "error", referrerPolicy: "no-referrer", signal: AbortSignal.timeout(WAIT),
    }).catch((error) => {
      away = true;
      throw error;
    });
    away = false;
    const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
    return { status: answer.status, body: isJson ? await answer.json() : {} };
  }

  /* Everything of one day, in order. True when the server has answered for all of it. */
  async function sendDay(record, seen) {
    for (let size = BATCH; ;) {
      const waiting = (await tapsOf(record.day)).filter(({ sent, refused, until }) => !sent && !refused && !(until > Date.now()));
      const batch = waiting.slice(0, size);
      if (!batch.length && !seen) return true;
      const { status, body } = await ask(record, batch.length ? batch.map(({ event }) => event) : null);
      if (status === 200 && Array.isArray(body.accepted) && body.kinds) {
        const accepted = new Set(body.accepted);
        await within("readwrite", (days, taps) => {
          for (const { n, event } of batch) if (accepted.has(event.key)) change(taps, n, { sent: Date.now() });
          days.get(record.day).onsuccess = ({ target }) => days.put({
            ...target.result, kinds: body.kinds, state: body.state, heard: Date.now(), error: "",
          });
        });
        if (batch.length && !batch.some(({ event }) => accepted.has(event.key))) return false; // no answer to what was asked
        if (waiting.length <= batch.length) return true;
      } else if ([400, 422].includes(status) && body.error) {
        // One of them is at fault: it is kept and told of, the others go on.
        if (batch.length === 1) await within("readwrite", (_, taps) => change(taps, batch[0].n, { refused: body.error }));
        size = 1;
      } else {
        if (status === 403 && body.error) {
          await within("readwrite", (days) => {
            days.get(record.day).onsuccess = ({ target }) => days.put({ ...target.result, error: body.error });
          });
        }
        return false;
      }
    }
  }

  /* One round over all days this tablet has a token for; of `day` the totals are asked too. Alone among the tabs. */
  async function round(day, isSeen) {
    let all = true;
    for (const record of await days()) {
      if (record.error && record.day !== day) continue; // its token is dead; the taps wait for another
      if (!await sendDay(record, record.day === day && isSeen).catch(() => false)) all = false;
    }
    return all;
  }
  const send = (day, isSeen) => navigator.locks
    ? navigator.locks.request("tally", { ifAvailable: true }, (lock) => !lock || round(day, isSeen))
    : round(day, isSeen);

  /* What is sent and long past goes. */
  const tidy = () => within("readwrite", (days, taps) => {
    const before = Date.now() - DAYS_KEPT * 86_400_000;
    taps.openCursor().onsuccess = ({ target: { result: cursor } }) => {
      if (!cursor) return;
      if (cursor.value.sent && cursor.value.sent < before) cursor.delete();
      cursor.continue();
    };
  });

  async function read(day) {
    const taps = await within("readonly", (_, taps) => taps.getAll());
    const mine = taps.filter((each) => each.day === day);
    const record = (await days()).find((each) => each.day === day);
    return {
      record,
      heads: headsOf(record, mine),
      last: lastOf(mine),
      unsent: mine.filter(({ sent }) => !sent).length,
      isBridging: mine.some(({ event, sent, until }) => event.kind === "bridge" && !sent && !(until > Date.now())),
      elsewhere: taps.filter((each) => each.day !== day && !each.sent).length,
      refused: mine.find(({ refused, sent }) => refused && !sent)?.refused,
    };
  }

  return { hold, write, dropHeld, send, read, tidy, isAway: () => away };
})();
