// The bars under the masthead, which must not contradict each other: while one says that nothing
// can be kept, none says that something is.

// A kept page, and the forms whose words this phone keeps.
const KEEPS = "[data-shell], [data-behaviour~=note-send], [data-behaviour~=say]";
const keepsWords = Boolean(document.querySelector(KEEPS));
const why = new Set();
let isSomethingKept = false;

// `what` cannot be kept: "store" (nothing is), "draft" or "outbox".
export function sayNotKept(what, isSo = true) {
  if (isSo) why.add(what);
  else why.delete(what);
  const bar = document.querySelector('[data-bar="no-store"]');
  if (!bar) return;
  bar.hidden = why.size === 0;
  saySignal();
}

// Whether anything waits on this phone, whatever page this is.
export function sayKept(isSo) {
  isSomethingKept = isSo;
  claim();
}

// Which of the words are true that speak of the signal.
export function saySignal() {
  for (const words of document.querySelectorAll("[data-signal]")) {
    words.hidden = (words.dataset.signal === "on") !== navigator.onLine;
  }
  claim();
}

function claim() {
  const isFailing = document.querySelector('[data-bar="no-store"]')?.hidden === false;
  const isSo = (keepsWords || isSomethingKept) && !isFailing;
  for (const words of document.querySelectorAll("[data-claims-kept]")) words.hidden = !isSo;
}
