// The bars under the masthead, which must not contradict each other: while one says that nothing
// can be kept, none says that something is.

const why = new Set();

// `what` cannot be kept: "store" (nothing is), "draft" or "outbox".
export function sayNotKept(what, isSo = true) {
  if (isSo) why.add(what);
  else why.delete(what);
  const bar = document.querySelector('[data-bar="no-store"]');
  if (!bar) return;
  bar.hidden = why.size === 0;
  for (const claim of document.querySelectorAll("[data-claims-kept]")) claim.hidden = !bar.hidden;
  saySignal();
}

// Which of the words are true that speak of the signal.
export function saySignal() {
  for (const words of document.querySelectorAll("[data-signal]")) {
    words.hidden = (words.dataset.signal === "on") !== navigator.onLine;
  }
}
