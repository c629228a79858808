/* 「n人でよいですか」 answers a POST: once it is confirmed, Back must find the closing page itself, not an answer that
   the browser will not ask for again. */
(() => {
  "use strict";

  addEventListener("submit", ({ submitter }) => {
    if (submitter?.name === "confirmed") history.replaceState(null, "", location.href);
  });
})();
