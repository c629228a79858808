/* A button with data-copies puts the text of that field on the clipboard, or selects it where a browser
   allows no more; what was done is said in the field's status line. */
"use strict";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copies);
  const status = document.getElementById(`${field.id}-copied`);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    status.textContent = "写しました。";
  } catch { /* no HTTPS, or not allowed */
    status.textContent = "選びました。Ctrl + C で写してください。";
  }
});
