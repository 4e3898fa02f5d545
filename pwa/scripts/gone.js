// What was kept here and has left the outbox: the ids alone, for as long as a draft
// lives. A draft that outlived its note is not offered again, and no other content takes its id.

import { DAY_MS } from "./pace.js";
import * as store from "./store.js";
import { isWithin } from "./within.js";

const isYoung = ({ at }) => isWithin(DAY_MS, at);

// Call it before the note goes: a kill between the two leaves both, which is as good.
export const note = (id) =>
  store.change("settings", "gone", (kept = []) => [
    ...kept.filter(isYoung),
    { id, at: Date.now() },
  ]);

// Whether this phone keeps a note under this id, or kept one today.
export async function isTaken(id) {
  if (await store.get("outbox", id)) return true;
  return isGone(await store.get("settings", "gone"), id);
}

export const isGone = (kept, id) => (kept ?? []).some((one) => one.id === id && isYoung(one));
