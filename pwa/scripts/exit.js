// After the quick exit no title can be read on this phone, while the form goes on knowing its area. A
// mark stays until the server has heard that reading is locked, which it may not have.

import * as rows from "./rows.js";
import * as store from "./store.js";

const MARK = "exited";
const PATIENCE_MS = 4000;
const NOTHING_TO_LOCK = [401, 404];

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
  if (!answer || !isOurs(answer)) return false;
  await store.remove("settings", MARK);
  return true;
}

// A portal says neither. Whoever is not signed in, or reads by another proof, has nothing to lock.
function isOurs({ status, headers }) {
  const hasNothing = NOTHING_TO_LOCK.includes(status) && headers.has("Kizuki-Tree");
  return hasNothing || headers.get("Kizuki-Reading") === "locked";
}
