// Leave this site: at once to a neutral page, and Back does not come here again.
//
// The page's place in the history is replaced, so Back cannot return to it. Earlier pages of this site stay in the
// browser's history, which no page may edit; when Back reaches one, the mark below sends it on before it is shown.
// The mark lives in this tab only and goes with it. Opening the site anew, by link or address, works as ever.
// What this cannot do: clear the browser's history list, which the footer tells visitors. Without JavaScript the control
// is a link to /leave/, and Back does return.
// A classic script in the head, so that it works before the rest of the page has come.
(() => {
  const MARK = "left";
  const TRIPLE_MS = 1500;
  const exit = document.currentScript.dataset.exit || "/leave/";

  const wasLeft = () => {
    try {
      return sessionStorage.getItem(MARK) !== null;
    } catch {
      return false;
    }
  };
  const go = () => {
    document.documentElement.classList.add("is-leaving");
    document.title = "\u200b";
    location.replace(exit);
  };
  const leave = () => {
    try {
      sessionStorage.setItem(MARK, "1");
    } catch {
      // Storage is switched off: the page is still replaced.
    }
    go();
  };

  const arrivedByHistory = () => performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  if (wasLeft()) {
    if (arrivedByHistory()) go();
    else sessionStorage.removeItem(MARK);
  }
  addEventListener("pageshow", (event) => {
    if (event.persisted && wasLeft()) go();
  });

  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || !event.target.closest("[data-leave]")) return;
    event.preventDefault();
    leave();
  });

  let presses = [];
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") {
      presses = [];
      return;
    }
    const now = Date.now();
    presses = [...presses.filter((at) => now - at < TRIPLE_MS), now];
    if (presses.length >= 3) leave();
  });
})();
