// Whether this phone keeps anything, found out before anybody types. It may have kept things once and
// be full, or say that it keeps them and forget, or have no room for keys.

import { sayNotKept } from "./bars.js";
import * as halves from "./halves.js";
import { paced } from "./pace.js";
import * as store from "./store.js";
import within from "./within.js";

// As the smallest envelope.
const BYTES = 2048;
const PATIENCE_MS = 3000;
const PAUSE_MS = 500;

// Says where nothing is kept, and asks again with what is typed until something is.
export async function watch() {
  if (await ask()) return;
  const askAgain = paced(async () => {
    if (await ask()) document.removeEventListener("input", askAgain);
  }, PAUSE_MS);
  document.addEventListener("input", askAgain);
}

function ask() {
  return within(PATIENCE_MS, Promise.all([ready(), halves.place()])).then(
    () => tell(true),
    () => tell(false),
  );
}

function tell(isKept) {
  sayNotKept("store", !isKept);
  return isKept;
}

// Rejects where this browser keeps nothing.
export async function ready() {
  await halves.key();
  await halves.dropOld();
  const row = `probe ${crypto.randomUUID()}`;
  const probe = crypto.getRandomValues(new Uint8Array(BYTES));
  await store.put("drafts", row, { owner: "probe", probe, at: Date.now() });
  const kept = await store.get("drafts", row);
  await store.remove("drafts", row);
  if (kept?.probe?.join() !== probe.join()) throw new Error("put, and not there");
}
