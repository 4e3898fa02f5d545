// Drafts at rest are ciphertext under a key that cannot leave this browser: who copies the files
// of the phone reads nothing. They live for a day, each under its writer's name: on a shared phone
// nobody is offered, or sends, what somebody else wrote. Each note has its own, so that what is
// begun in another tab, or while the store does not open, writes over no earlier one.

import * as store from "./store.js";
import { isWithin } from "./within.js";

// As in device.js.
const NOBODY = "nobody";
const DAY_MS = 24 * 60 * 60 * 1000;
// One of before names nobody.
const isOld = ({ at, owner }) => !owner || !isWithin(DAY_MS, at);

// A kept page speaks for whoever signed in last.
async function writer() {
  const { me } = document.body.dataset;
  if (me !== undefined) return me || NOBODY;
  const device = await import("./device.js");
  return device.owner();
}

const keyOf = (owner, name, id) => `${owner} ${name} ${id}`;

export async function key() {
  const kept = await store.get("keys", "draft");
  if (kept) return kept;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, [
    "encrypt",
    "decrypt",
  ]);
  return store.keepFirst("keys", "draft", made);
}

const settings = (name, iv) => ({
  name: "AES-GCM",
  iv,
  additionalData: new TextEncoder().encode(name),
});

export const dropOld = () => store.sweep("drafts", isOld);

export async function save(name, draft) {
  const owner = await writer();
  const own = keyOf(owner, name, draft.id);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify(draft));
  const sealed = await crypto.subtle.encrypt(settings(own, iv), await key(), plain);
  await store.put("drafts", own, { owner, iv, sealed, at: Date.now() });
}

// The newest that was not sent yet.
export async function load(name) {
  const own = keyOf(await writer(), name, "");
  const rows = (await store.all("drafts")).filter(
    ([key, row]) => key.startsWith(own) && !isOld(row),
  );
  rows.sort(([, one], [, other]) => other.at - one.at);
  for (const [key, row] of rows) {
    const draft = await opened(key, row);
    if (!draft) continue;
    // A tab that was killed between the outbox and the draft: the note is kept already, or arrived.
    const { isTaken } = await import("./gone.js");
    if (!(await isTaken(draft.id))) return draft;
    await store.remove("drafts", key);
  }
  return null;
}

async function opened(name, { iv, sealed }) {
  try {
    const plain = await crypto.subtle.decrypt(settings(name, iv), await key(), sealed);
    return JSON.parse(new TextDecoder().decode(plain));
  } catch {
    return null;
  }
}

export async function forget(name, id) {
  await store.remove("drafts", keyOf(await writer(), name, id));
}

export async function forgetAll() {
  await store.clear("drafts");
  await store.clear("keys");
}
