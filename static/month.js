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

  /* ---- What is typed in another form of the panel than the one that is sent: it stays ---- */

  const typed = new Set(); // names of the forms in which something is
  const called = (form) => form.elements.do.value;
  const form = (name) => [...panel.querySelectorAll("form")].find((each) => called(each) === name);
  const boxes = (name) => [...form(name).elements].filter((box) => box.name && box.type !== "hidden");
  let sent = ""; // the name of the form that was sent last
  let kept = []; // [form, name, value] of every box in the others
  const others = () => [...typed].filter((name) => name !== sent && form(name));

  panel.addEventListener("input", ({ target }) => typed.add(called(target.form)));

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { requestConfig, target, xhr } = event.detail;
    if (target !== panel) return;
    const isForm = requestConfig.elt.matches("form");
    if (!isForm) typed.clear(); // another day was opened
    sent = isForm ? called(requestConfig.elt) : "";
    kept = others().flatMap((name) => boxes(name).map((box) => [name, box.name, box.value]));
    if (!isPanel(xhr) && xhr.status === 200 && kept.length) event.detail.swapOverride = "none"; // saved
  });

  function putBack() {
    for (const [name, box, value] of kept) {
      if (!form(name)) continue;
      form(name).elements[box].value = value;
      form(name).closest("details").open = true;
    }
  }

  function goOn() { // what was saved is done with; the rest is not
    form(sent)?.closest("details").remove();
    const told = document.createElement("p");
    told.setAttribute("role", "status");
    panel.querySelector("#panel-title").after(told);
    told.textContent = `${document.getElementById("plan-said").textContent}ほかの欄は、まだ保存していません。`;
    boxes(others()[0])[0].focus();
  }

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
    putBack();
    if (!dialog.open) dialog.showModal();
    const field = "details[open] :is(input, select, textarea):not([type=hidden])";
    const places = [".conflict", ".is-invalid", ".error-summary", ...(fine ? [field] : []), "#panel-title"];
    places.map((each) => panel.querySelector(each)).find(Boolean).focus();
  });

  document.addEventListener("day-saved", (event) => {
    typed.delete(sent);
    if (others().length) return goOn();
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
