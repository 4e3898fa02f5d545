// Who this phone speaks for. Each person who signs in on it gets a signing key of their own, which
// cannot leave the browser, with numbers of its own: what one wrote stays theirs, whoever signs in
// next. Nobody has a key, too, so that a note without an account is kept as any other.

import * as rows from "./rows.js";
import { base64url } from "./seal.js";
import * as store from "./store.js";

export const NOBODY = "nobody";
const SIGNING = { name: "ECDSA", namedCurve: "P-256" };
const ADDRESS = "/api/v1/devices";
const PATIENCE_MS = 20_000;
const REFUSED = 422;
const DOUBT_MS = 10 * 60_000;
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

// {owner, pair, id?, sequence, pending, deleted, doubts?, toldAt?}: made at the first call.
export async function own() {
  const name = await owner();
  const kept = await of(name);
  if (kept) return kept;
  return store.keepFirst("device", name, await made(name));
}

async function made(owner) {
  const pair = await crypto.subtle.generateKey(SIGNING, false, ["sign", "verify"]);
  return { owner, pair, sequence: 0, ...NONE };
}

export const of = (name) => store.get("device", name);

// With the owner's next number, which is pending until its item is kept: one that never was must
// not look lost for ever.
export function counted(kept) {
  const next = kept.sequence + 1;
  return { ...kept, sequence: next, pending: [...kept.pending, next] };
}

// What is changed here is told once more where a battery ends before it is written.
const change = (name, act) =>
  store.change("device", name, (kept) => kept && { ...kept, ...act(kept) }, "relaxed");

const without = (list, gone) => list.filter((number) => !gone.includes(number));

// The number's item is kept.
export const confirm = (name, number) =>
  change(name, ({ pending }) => ({ pending: without(pending, [number]) }));

// After an item was taken off the phone: its number is told at the next chance. A number of an
// earlier key is none of this one's.
export function released(kept, { device: id, sequence }) {
  if (id && id !== kept.id) return kept;
  return { ...kept, deleted: [...kept.deleted, Number(sequence)], toldAt: 0 };
}

// The numbers that no item of this phone has, and none will: each was pending at a contact longer
// ago than any sealing takes.
export const neverKept = ({ pending, doubts = [] }, kept) =>
  doubts
    .filter(({ number, at }) => pending.includes(number) && Math.abs(Date.now() - at) > DOUBT_MS)
    .map(({ number }) => number)
    .filter((number) => !kept.has(number));

// The server answered this key, which is told again in a day, and knows that the `deleted` will not
// come; the items of `kept` are here.
export const met = (name, { deleted: told, kept }) =>
  change(name, ({ pending: drawn, deleted, doubts = [] }) => {
    const at = Date.now();
    const pending = without(without(drawn, told), [...kept]);
    const doubtOf = (number) => doubts.find((one) => one.number === number) ?? { number, at };
    return {
      pending,
      deleted: without(deleted, told),
      doubts: pending.map(doubtOf),
      toldAt: at,
    };
  });

// Makes contact due for every key of this phone.
export async function owe() {
  for (const { owner: name, id } of await all()) if (id) await change(name, () => ({ toldAt: 0 }));
}

// Whether somebody had signed in here whom the page in front of us does not know.
export const isLeftBehind = async () =>
  spokenFor === NOBODY && Boolean(await store.get("device", "current"));

// r and s, 32 bytes each.
export async function sign(bytes, { pair } = {}) {
  const key = (pair ?? (await own()).pair).privateKey;
  return new Uint8Array(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, bytes));
}

// Tells the server this phone's key; gives the device's id. The same key again names this sign-in's
// phone; one that was shut off meanwhile gives way to a new one. "" where the server takes none (a
// desk's computer, a sign-in that ended); rejects without signal.
export async function register(csrf) {
  const kept = await own();
  if (kept.owner === NOBODY) return "";
  const first = await offer(csrf, kept);
  if (first.status !== REFUSED || !kept.id) return first.id;
  await replace(kept);
  return (await offer(csrf, await own())).id;
}

async function offer(csrf, { owner: name, pair }) {
  const point = base64url(new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)));
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrf };
  const settings = { method: "POST", headers, signal: AbortSignal.timeout?.(PATIENCE_MS) };
  const answer = await fetch(ADDRESS, { ...settings, body: JSON.stringify({ point }) });
  const told = await answer.json().catch(() => null);
  // A portal's refusal ends no key: a new one would begin its numbers anew.
  const status = answer.headers.get("Kizuki-Epoch") ? answer.status : 0;
  if (!answer.ok || typeof told?.id !== "string") return { status, id: "" };
  await store.change("device", name, (kept) => kept && { ...kept, id: told.id });
  return { status, id: told.id };
}

// A new key, unless another tab made one; what waits was signed with the old one and says so.
async function replace({ owner: name, id }) {
  const fresh = await made(name);
  await rows.across(["device", "outbox"], (devices, items) => {
    devices.get(name).onsuccess = ({ target: { result } }) => {
      if (result?.id !== id) return;
      devices.put(fresh, name);
      items.index("state").openCursor("waiting").onsuccess = ({ target: { result: cursor } }) => {
        if (!cursor) return;
        const { value } = cursor;
        if (value.owner === name && !value.device) cursor.update({ ...value, device: id });
        cursor.continue();
      };
    };
  });
}

export async function all() {
  const kept = await store.all("device");
  return kept.filter(([, value]) => value.pair).map(([, value]) => value);
}
