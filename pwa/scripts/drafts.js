// Drafts at rest are ciphertext (halves.js). They live for a day, each under its writer's name: on a
// shared phone nobody is offered, or sends, what somebody else wrote. Each note has its own, so that
// what is begun in another tab, or while the store does not open, writes over no earlier one.

import * as store from "./store.js";
import { isWithin } from "./within.js";

// As in device.js.
const NOBODY = "nobody";
const DAY_MS = 24 * 60 * 60 * 1000;
// One of before names nobody.
export const isOld = ({ at, owner }) => !owner || !isWithin(DAY_MS, at);

// A kept page speaks for whoever signed in last.
async function writer() {
  const { me } = document.body.dataset;
  if (me !== undefined) return me || NOBODY;
  const device = await import("./device.js");
  return device.owner();
}

const keyOf = (owner, name, id) => `${owner} ${name} ${id}`;

// Later, for weight.
const halves = () => import("./halves.js");

// Under the half of before. Where the draft was forgotten meanwhile, in another tab, that one is gone.
export async function save(name, draft) {
  const { make, of, sealed } = await halves();
  const owner = await writer();
  const own = keyOf(owner, name, draft.id);
  let isKept = false;
  while (!isKept) {
    const before = (await store.get("drafts", own))?.half;
    const half = (await of(before)) ?? (await make());
    const row = { owner, ...(await sealed(own, draft, half)), at: Date.now() };
    const isSame = (kept) => kept?.half === before;
    const now = await store.change("drafts", own, (kept) => (isSame(kept) ? row : undefined));
    isKept = now === row;
  }
}

// The newest that was not sent yet.
export async function load(name) {
  const own = keyOf(await writer(), name, "");
  const rows = (await store.all("drafts")).filter(
    ([key, row]) => key.startsWith(own) && !isOld(row),
  );
  rows.sort(([, one], [, other]) => other.at - one.at);
  for (const [key, row] of rows) {
    const { drop, opened } = await halves();
    const draft = await opened(key, row);
    // Its half is gone.
    if (!draft) continue;
    // A tab that was killed between the outbox and the draft: the note is kept already, or arrived.
    const { isTaken } = await import("./gone.js");
    if (!(await isTaken(draft.id))) return draft;
    await drop(key);
  }
  return null;
}

export async function forget(name, id) {
  const own = keyOf(await writer(), name, id);
  await (await halves()).drop(own);
}
