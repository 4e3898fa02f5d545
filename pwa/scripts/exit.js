// After the quick exit nothing can be read on this phone: what is kept for a lost signal goes at once,
// and a mark stays until the server has heard that reading is locked, which it may not have.

import * as rows from "./rows.js";
import * as store from "./store.js";

const MARK = "exited";
const PATIENCE_MS = 4000;
const FAULT = 500;

// One short transaction: the page goes right behind it.
export const leave = () =>
  rows.across(
    ["titles", "settings"],
    (titles, settings) => {
      titles.clear();
      settings.put({ at: Date.now() }, MARK);
    },
    "relaxed",
  );

// Tells the server what it may have missed. Gives whether reading is locked, or nobody left.
export async function isSettled() {
  if (!(await store.get("settings", MARK))) return true;
  const signal = AbortSignal.timeout?.(PATIENCE_MS);
  const answer = await fetch("/lock", { method: "POST", cache: "no-store", signal }).catch(
    () => null,
  );
  // A page of a portal's names no tree. Whoever is not signed in has nothing to lock.
  if (!answer || answer.status >= FAULT || !answer.headers.has("Kizuki-Tree")) return false;
  await store.remove("settings", MARK);
  return true;
}
