// What a draft is sealed under: a key of this browser's, and a half of the draft's own. The database's
// log keeps what was deleted, and that key with it; a half lies in a file of its own, which goes with
// its draft, and takes along what the log still holds.

import { isOld } from "./drafts.js";
import { DAY_MS } from "./pace.js";
import * as store from "./store.js";
import { isWithin } from "./within.js";

export const CACHE = "drafts";
const PATH = "/drafts/";
const BYTES = 32;
const held = new Map();

// Rejects where there is no place for them.
export const place = () => caches.open(CACHE);

export async function key() {
  const kept = await store.get("keys", "draft");
  if (kept) return kept;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, [
    "encrypt",
    "decrypt",
  ]);
  return store.keepFirst("keys", "draft", made);
}

// By its name, which begins with the time.
export async function make() {
  const half = `${Date.now()}-${crypto.getRandomValues(new Uint32Array(4)).join("-")}`;
  const bytes = crypto.getRandomValues(new Uint8Array(BYTES));
  await (await place()).put(PATH + half, new Response(bytes));
  return hold(half, bytes);
}

// Null where it is gone.
export async function of(half) {
  if (!half || held.has(half)) return held.get(half) ?? null;
  const kept = await (await place()).match(PATH + half);
  return kept ? hold(half, await kept.arrayBuffer()) : null;
}

async function hold(half, bytes) {
  const own = await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
  held.set(half, { half, own });
  return held.get(half);
}

const settings = (name, iv) => ({
  name: "AES-GCM",
  iv,
  additionalData: new TextEncoder().encode(name),
});

export async function sealed(name, draft, { half, own }) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify(draft));
  const inner = await crypto.subtle.encrypt(settings(name, iv), own, plain);
  return { iv, half, sealed: await crypto.subtle.encrypt(settings(name, iv), await key(), inner) };
}

// Null where it cannot be read any more.
export async function opened(name, { iv, half, sealed: outer }) {
  const found = await of(half);
  if (!found) return null;
  try {
    const inner = await crypto.subtle.decrypt(settings(name, iv), await key(), outer);
    const plain = await crypto.subtle.decrypt(settings(name, iv), found.own, inner);
    return JSON.parse(new TextDecoder().decode(plain));
  } catch {
    return null;
  }
}

// A half goes before its draft: a kill between leaves nothing that can be read.
export async function drop(name) {
  const row = await store.get("drafts", name);
  if (row) await remove(({ half }) => half === row.half);
  await store.remove("drafts", name);
}

// A half is there before its draft is, so none that is young goes for want of one.
export async function dropOld() {
  const rows = new Map((await store.all("drafts")).map(([, row]) => [row.half, row]));
  await remove(({ half, at }) => (rows.has(half) ? isOld(rows.get(half)) : !isWithin(DAY_MS, at)));
  await store.sweep("drafts", isOld);
}

export async function forgetAll() {
  await remove(() => true);
  await store.clear("drafts");
  await store.clear("keys");
}

// Each by itself: of a whole cache that is deleted the files stay while somebody still holds it.
export async function remove(isGone) {
  try {
    if (!(await caches.has(CACHE))) return;
    const cache = await place();
    for (const request of await cache.keys()) {
      const half = new URL(request.url).pathname.slice(PATH.length);
      if (!isGone({ half, at: Number.parseInt(half, 10) })) continue;
      held.delete(half);
      await cache.delete(request);
    }
  } catch (error) {
    console.info(error);
  }
}
