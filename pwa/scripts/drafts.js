// Drafts at rest are ciphertext under a key that cannot leave this browser: who copies the files
// of the phone reads nothing. They live for a day.

import * as store from "./store.js";

const DAY_MS = 24 * 60 * 60 * 1000;
const isOld = (draft) => Date.now() - draft.at > DAY_MS;

async function key() {
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

// Rejects where this browser cannot keep drafts, so that it can be said before anybody types.
export async function ready() {
  await key();
  await store.sweep("drafts", isOld);
}

export async function save(name, draft) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify(draft));
  const sealed = await crypto.subtle.encrypt(settings(name, iv), await key(), plain);
  await store.put("drafts", name, { iv, sealed, at: Date.now() });
}

export async function load(name) {
  const kept = await store.get("drafts", name);
  if (!kept || isOld(kept)) return null;
  const draft = await opened(name, kept);
  if (!draft?.id) return draft;
  // A tab that was killed between the outbox and the draft: the note is kept already, or arrived.
  const { isTaken } = await import("./gone.js");
  if (!(await isTaken(draft.id))) return draft;
  await forget(name);
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

export const forget = (name) => store.remove("drafts", name);

export async function forgetAll() {
  await store.clear("drafts");
  await store.clear("keys");
}
