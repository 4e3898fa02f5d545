// Five taps on Send are one. The lock opens again by itself, so that a stopped load is no dead end.

export const LOCKED_MS = 8000;
let sent = new WeakSet();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.getAttribute("method") !== "post") return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  sent.add(form);
  setTimeout(() => sent.delete(form), LOCKED_MS);
});

addEventListener("pageshow", (event) => {
  if (event.persisted) sent = new WeakSet();
});
