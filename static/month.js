/* The month of the café: arrow keys from day to day, and a day's panel within the page. Without this script a
   date is a link to a page that does the same. */
(() => {
  "use strict";

  const plan = document.querySelector(".plan");
  const dialog = document.getElementById("day-panel");
  const panel = document.getElementById("panel");
  if (!plan || !dialog || !panel) return;
  const handle = (day) => plan.querySelector(`[data-day="${day}"]`);
  const LAST = plan.children.length;

  /* ---- Arrow keys: the next day that can be opened; a week up and down where the month is a grid ---- */

  plan.addEventListener("keydown", (event) => {
    const from = event.target.closest("[data-day]");
    if (!from || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const week = getComputedStyle(plan).display === "grid" ? 7 : 1;
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -week, ArrowDown: week }[event.key];
    if (!step) return;
    event.preventDefault();
    for (let day = Number(from.dataset.day) + step; day >= 1 && day <= LAST; day += step) {
      if (handle(day)) return handle(day).focus();
    }
  });

  /* ---- The panel: opened when it is there, closed when it is saved, focus where the hand was ---- */

  const isPanel = (xhr) => xhr.responseText.includes('id="panel-title"');
  const fine = matchMedia("(pointer: fine)").matches; // a finger's keyboard would cover what has just opened

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target, xhr } = event.detail;
    if (target !== panel || ![409, 422].includes(xhr.status) || !isPanel(xhr)) return;
    event.detail.shouldSwap = true; // what was typed, with its errors
    event.detail.isError = false;
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target !== panel || !panel.querySelector("#panel-title")) return;
    if (!dialog.open) dialog.showModal();
    const field = "details[open] :is(input, select, textarea):not([type=hidden])";
    const places = [".conflict", ".is-invalid", ".error-summary", ...(fine ? [field] : []), "#panel-title"];
    places.map((each) => panel.querySelector(each)).find(Boolean).focus();
  });

  document.addEventListener("day-saved", (event) => {
    dialog.close();
    panel.replaceChildren();
    const day = document.getElementById(`day-${event.detail.day}`);
    day?.querySelector("[data-day]")?.focus();
  });

  /* ---- Refused for another reason (signed out, hidden, away): the plain way, where the house gives typed text back ---- */

  document.addEventListener("htmx:responseError", (event) => {
    const { elt, target } = event.detail;
    if (target !== panel) return;
    if (elt.matches("form")) HTMLFormElement.prototype.submit.call(elt);
    else location.assign(elt.href);
  });

  document.addEventListener("htmx:sendError", (event) => {
    if (event.detail.target !== panel) return;
    const told = panel.querySelector("[data-away]") || document.createElement("p");
    told.dataset.away = "";
    told.setAttribute("role", "alert");
    told.className = "draft-status failed";
    told.textContent = "通信が切れています。入力はこの画面に残っています。つながってから、もう一度押してください。";
    panel.prepend(told);
  });
})();
