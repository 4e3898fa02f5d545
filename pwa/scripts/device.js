// Who this phone speaks for. Each person who signs in on it gets a signing key of their own, which
// cannot leave the browser, with numbers of its own: what one wrote stays theirs, whoever signs in
// next. Nobody has a key, too, so that a note without an account is kept as any other.

import { base64url } from "./seal.js";
import * as store from "./store.js";

export const NOBODY = "nobody";
const SIGNING = { name: "ECDSA", namedCurve: "P-256" };
const ADDRESS = "/api/v1/devices";
const NONE = { pending: [], deleted: [] };
let spokenFor;

// `me` is the name the page has for its reader: "" for nobody; undefined on a page that does not
// know, which then speaks for whoever signed in last.
export async function speakFor(me) {
  spokenFor = me === undefined ? undefined : me || NOBODY;
  if (me) await store.put("device", "current", me);
}

// Signing out: what waits keeps its own key, and nothing new is signed with it.
export async function leave() {
  spokenFor = undefined;
  await store.remove("device", "current");
}

export async function owner() {
  return spokenFor ?? (await store.get("device", "current")) ?? NOBODY;
}

// {owner, pair, id?, sequence}: made at the first call.
export async function own() {
  const name = await owner();
  const kept = await of(name);
  if (kept) return kept;
  const pair = await crypto.subtle.generateKey(SIGNING, false, ["sign", "verify"]);
  return store.keepFirst("device", name, { owner: name, pair, sequence: 0, ...NONE });
}

export const of = (name) => store.get("device", name);

// With the owner's next number, which is pending until its item is kept: one that never was must
// not look lost for ever.
export function counted(kept) {
  const next = kept.sequence + 1;
  return { ...kept, sequence: next, pending: [...kept.pending, next] };
}

export const confirm = (name, number) => forget(name, [], [number]);

export const release = (name, number) =>
  store.change("device", name, (kept) => kept && { ...kept, deleted: [...kept.deleted, number] });

// The server knows that these numbers will not come. Where a battery ends before that is written,
// they are told once more.
export function forget(name, numbers, pending = numbers) {
  const without = (list, gone) => list.filter((number) => !gone.includes(number));
  const strike = (kept) => {
    if (!kept) return undefined;
    const { pending: waits, deleted } = kept;
    return { ...kept, pending: without(waits, pending), deleted: without(deleted, numbers) };
  };
  return store.change("device", name, strike, "relaxed");
}

// r and s, 32 bytes each.
export async function sign(bytes, { pair } = {}) {
  const key = (pair ?? (await own()).pair).privateKey;
  return new Uint8Array(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, bytes));
}

// Tells the server this phone's key, once for each person; gives the device's id. "" where the
// server takes none (a desk's computer, a sign-in that ended); rejects without signal.
export async function register(csrf) {
  const { owner: name, id, pair } = await own();
  if (id || name === NOBODY) return id ?? "";
  const point = base64url(new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)));
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrf };
  const answer = await fetch(ADDRESS, { method: "POST", headers, body: JSON.stringify({ point }) });
  const told = await answer.json().catch(() => null);
  if (!answer.ok || typeof told?.id !== "string") return "";
  await store.change("device", name, (kept) => ({ ...kept, id: told.id }));
  return told.id;
}

export async function all() {
  const kept = await store.all("device");
  return kept.filter(([, value]) => value.pair).map(([, value]) => value);
}
