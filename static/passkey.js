/* Passkeys: says in words what the accounts library only writes to the console, and what this browser cannot do. */
(() => {
  "use strict";

  const said = document.getElementById("passkey-error");
  if (!said) return;

  const WORDS = {
    InvalidStateError: "このパスキーは登録済みです。一覧から名前を確かめてください。",
    NotAllowedError: "パスキーを確かめられませんでした。取り消したか、時間が過ぎたか、この端末にこのシステムのパスキーがありません。もう一度押すとやり直せます。",
    SecurityError: "このアドレスではパスキーを使えません。いつもの名前のアドレス（IPアドレスではないもの）で開いてください。",
  };
  const OTHER = "パスキーを読み取れませんでした。もう一度押してもだめなときは、パスワードと認証アプリでログインしてください。";

  function say(text) {
    said.querySelector("p").textContent = text;
    said.hidden = false;
  }

  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    say(WORDS[event.detail.exception.name] || OTHER);
  });

  const button = document.getElementById(said.dataset.button);
  if (!window.PublicKeyCredential) {
    button.disabled = true;
    say("このブラウザーまたは接続では、パスキーを使えません。");
  }
  if (button.type === "button") { // Enter in the name is the button, not a form without a passkey
    button.form?.addEventListener("submit", (event) => {
      event.preventDefault();
      button.click();
    });
  }
})();
