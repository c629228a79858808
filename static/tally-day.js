/* What the counter says of its day: whether that is today, and what cannot be opened now. The page may lie open over
   night and is kept for weeks, so the device's clock is asked again and again, in the time zone of the office. */
const tallyDay = (() => {
  "use strict";

  const EVERY = 60_000; // ms
  const place = document.getElementById("tally");
  const { date, dateInWords, zone } = place.dataset;
  const find = (id) => document.getElementById(`tally-${id}`);
  const iso = new Intl.DateTimeFormat("sv-SE", { timeZone: zone }); // 2026-11-26
  const links = [...place.querySelectorAll("a[href]")].map((link) => [link, link.href]);

  function show() {
    const today = iso.format(new Date());
    const when = today === date ? "今日" : dateInWords;
    if (find("when").textContent !== when) find("when").textContent = when;
    find("other").hidden = today === date;
    find("close").hidden = today < date;
    find("early").hidden = today >= date;
    const isAway = !navigator.onLine || tallyBook.isAway();
    find("away").hidden = !isAway;
    for (const [link, page] of links) { // the browser's own error page would take the counter's place
      if (isAway) link.removeAttribute("href");
      else if (!link.hasAttribute("href")) link.href = page;
    }
  }

  setInterval(show, EVERY);
  for (const name of ["online", "offline", "pageshow"]) addEventListener(name, show);
  document.addEventListener("visibilitychange", show);
  show();

  return { show };
})();
