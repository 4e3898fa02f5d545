// While an acknowledgement can be undone its line counts down, said once and not second by second;
// then the line goes, and the page says that the time is over: whether the answer went out, the
// server alone knows, since its reader may have taken the note back meanwhile.

const TICK_MS = 200;

export default function undo(bar) {
  const line = bar.querySelector("[role=status]");
  for (const form of bar.querySelectorAll("form")) countDown(form, () => end(bar, form, line));
  setTimeout(() => {
    line.textContent = line.dataset.said;
  });
}

// From the moment when the server's answer began to come, however long the page took to load.
function countDown(form, over) {
  const [page] = performance.getEntriesByType("navigation");
  const from = page?.responseStart ?? performance.now();
  const until = from + 1000 * form.dataset.seconds;
  const number = form.querySelector("[data-left]");
  const timer = setInterval(() => {
    const left = Math.ceil((until - performance.now()) / 1000);
    if (left > 0) {
      number.textContent = left;
      return;
    }
    clearInterval(timer);
    over();
  }, TICK_MS);
}

function end(bar, form, line) {
  const hadFocus = bar.contains(document.activeElement);
  form.remove();
  line.textContent = line.dataset.over;
  bar.querySelector("details:not(:has(form))")?.remove();
  const next = bar.querySelector("form button");
  if (!next) {
    for (const mark of document.querySelectorAll("[data-unsent]")) mark.remove();
    line.className = "panel panel--calm";
    line.tabIndex = -1;
  }
  if (hadFocus && !bar.contains(document.activeElement)) (next ?? line).focus();
}
