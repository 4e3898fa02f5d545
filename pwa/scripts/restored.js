// What a browser has lost of what was kept: it comes back from its copies, or its writer is told.

import * as device from "./device.js";
import { isMarked } from "./mark.js";
import { tell } from "./news.js";
import * as outbox from "./outbox.js";
import * as spare from "./spare.js";
import * as store from "./store.js";

let restoring;

// Once for each page and worker, before anything is sent.
export default function restored() {
  restoring ??= outbox.alone(spare.restore).then(said).catch(console.info);
  return restoring;
}

// Whose it was stands in what cannot be read: whoever is here hears of it.
async function said({ isBack, broken }) {
  if (broken.length) await put(await device.owner());
  if (isBack) tell({ type: "changed" });
}

// A key that the server knows, or with which nobody wrote what waited, is not here: everything was
// cleared away, unless what waited has its copies still.
export async function noteLoss(me, phone) {
  const isMissing = async (name) => !(await device.of(name));
  const isNobodys = me === "" && isMarked();
  const isLost = phone ? await isMissing(me) : isNobodys && (await isMissing(device.NOBODY));
  if (isLost && !(await spare.holdsAny().catch(() => false))) await put(me);
}

const put = (name) => store.put("settings", "lost", name === device.NOBODY ? "" : name);
