// The bars that say how much is on its way, once that takes longer than a moment, and how much waits
// for its writer's sign-in.

import { sayKept } from "./bars.js";
import { NOBODY } from "./device.js";
import { fill } from "./fill.js";
import { mark } from "./mark.js";
import * as outbox from "./outbox.js";
import { paced } from "./pace.js";

const MOMENT_MS = 3000;
const PAUSE_MS = 500;

export default function showSending() {
  const bar = document.querySelector('[data-bar="sending"]');
  if (!bar) return;
  // Without background sync, what has not gone waits until somebody opens the app.
  const closing = "SyncManager" in window ? "safe" : "open";
  for (const part of bar.querySelectorAll("[data-closing]")) {
    part.hidden = part.dataset.closing !== closing;
  }
  const words = bar.cloneNode(true);
  let later;
  const show = paced(async () => {
    clearTimeout(later);
    const items = await outbox.unsent();
    sayKept(items.length > 0);
    mark(items.some(({ owner }) => owner === NOBODY));
    const isLate = ({ at }) => Date.now() - Date.parse(at) > MOMENT_MS;
    const late = outbox.grouped(items.filter((item) => isLate(item) && !item.leftAt)).size;
    bar.hidden = !late || !navigator.onLine;
    document.querySelector('[data-bar="left"]').hidden = !items.some(({ leftAt }) => leftAt);
    if (!items.every(isLate)) later = setTimeout(show, MOMENT_MS);
    if (bar.dataset.n === String(late)) return;
    bar.dataset.n = late;
    bar.replaceChildren(...words.cloneNode(true).childNodes);
    fill(bar, { n: late });
  }, PAUSE_MS);
  outbox.listen(show);
  addEventListener("online", show);
  addEventListener("offline", show);
  show();
}
