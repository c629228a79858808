/* Keeps the counter's page and files on the tablet, so that it opens without a network. Keeps nothing else, and
   answers nothing else: every other page of /cafe/ goes to the server as if this were not here. */
"use strict";

const VERSION = {{ version|safe }};
const FILES = {{ files|safe }};
const NAME = `tally-${VERSION}`;
const PAGE = /^\/cafe\/days\/\d+\/tally\/$/;
const WAIT = 3000; // ms for the server, then what is kept

const ask = (path) => fetch(path, {
  credentials: "omit", cache: "no-store", redirect: "error", referrerPolicy: "no-referrer", signal: AbortSignal.timeout(WAIT),
});
const isOurs = (answer) => answer?.ok && answer.headers.has("X-Tally-Version"); // a log-in of the Wi-Fi has none

async function keep(path, answer) {
  if (isOurs(answer) && answer.headers.get("X-Tally-Version") === VERSION) await (await caches.open(NAME)).put(path, answer);
}

async function install() {
  await (await caches.open(NAME)).addAll(FILES.map((path) => new Request(path, { cache: "reload", credentials: "omit" })));
  for (const name of await caches.keys()) { // the pages that an earlier version kept
    if (!name.startsWith("tally-") || name === NAME) continue;
    const paths = (await (await caches.open(name)).keys()).map((request) => new URL(request.url).pathname);
    await Promise.all(paths.filter((path) => PAGE.test(path)).map(async (path) => keep(path, await ask(path))));
  }
  await self.skipWaiting();
}

async function activate() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("tally-") && name !== NAME).map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function page(path) {
  const answer = await ask(path).catch(() => null);
  if (isOurs(answer)) {
    await keep(path, answer.clone()).catch(() => {}); // a full disk does not stop the counting
    return answer;
  }
  return await caches.match(path) || answer || Response.error();
}

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(activate()));
addEventListener("message", (event) => {
  const path = event.data?.keep;
  if (PAGE.test(path)) event.waitUntil(ask(path).then((answer) => keep(path, answer)).catch(() => {}));
});
addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== location.origin) return;
  if (mode === "navigate" && PAGE.test(pathname)) event.respondWith(page(pathname));
  else if (FILES.includes(pathname)) event.respondWith(caches.match(pathname).then((kept) => kept || fetch(event.request)));
});
