/* 似た方: while a new person is typed, say who of the office looks alike. The server compares; without
   JavaScript nothing is said here, and the list of likely pairs finds her later. */
(() => {
  "use strict";

  const url = document.currentScript.dataset.url;
  const place = document.querySelector("[data-alike], #new-person-alike");
  const form = place?.closest("form") || document.querySelector("form[data-draft]");
  if (!place || !form) return;

  const FIELDS = { /* by the end of the name: the form of a file and the part for new persons differ in the beginning */
    name: "[name='name'], [name$='_name']:not([name$='nick_name'])",
    name_kana: "[name$='kana']",
    alias: "[name$='alias']",
    phone: "[name$='phone']",
    mobile: "[name$='mobile']",
    birth_date: "[name$='birth_date']",
  };
  const WAIT = 500; // ms after the last key
  const find = (name) => form.querySelector(`input:is(${FIELDS[name]})`);
  let timer = 0;
  let asked = "";
  let isAsking = false;

  function typed() {
    const values = {};
    for (const name of Object.keys(FIELDS)) values[name] = find(name)?.value.trim() || "";
    return values;
  }

  async function ask() {
    const values = typed();
    if (isAsking || JSON.stringify(values) === asked) return;
    if (!Object.values(values).some((value) => value.length > 1)) {
      place.replaceChildren();
      asked = "";
      return;
    }
    isAsking = true;
    asked = JSON.stringify(values);
    try {
      await htmx.ajax("POST", url, { source: place, target: place, swap: "innerHTML", values });
    } finally {
      isAsking = false;
    }
    ask(); // what was typed meanwhile
  }

  if (place.matches("[data-alike]")) find("name")?.closest("fieldset")?.after(place); // where one is looking
  const fields = Object.keys(FIELDS).map(find).filter(Boolean);
  for (const field of fields) {
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT);
    });
  }
  if (fields.some((field) => field.value)) ask(); // a draft that goes on
})();
