// Who this phone speaks for. Each person who signs in on it gets a signing key of their own, which
// cannot leave the browser, with numbers of its own: what one wrote stays theirs, whoever signs in
// next. Nobody has a key, too, so that a note without an account is kept as any other.
//
// A key goes by its owner and the id the server has for it, which its items carry, too. A person's
// present key stands under their name; one that has ended stands beside it until all of it is told.

import * as rows from "./rows.js";
import * as store from "./store.js";

export const NOBODY = "nobody";
const SIGNING = { name: "ECDSA", namedCurve: "P-256" };
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

// {owner, pair, id?, turn?, sequence, pending, deleted, doubts?, toldAt?}: made at the first call.
// `turn`: how many keys of theirs ended here before.
export const own = async () => ownOf(await owner());

export async function ownOf(name) {
  const kept = await of(name);
  if (kept) return kept;
  return store.keepFirst("device", name, await made(name));
}

export async function made(owner) {
  const pair = await crypto.subtle.generateKey(SIGNING, false, ["sign", "verify"]);
  return { owner, pair, sequence: 0, ...NONE };
}

export const of = (name) => store.get("device", name);

// Where a key stands once it has ended.
export const ended = ({ owner: name, id }) => `${name} ${id}`;

// Changes one key, wherever it stands by now: what is learnt of it says nothing of another that took
// its place meanwhile. An item without an id is of the present one.
export function amend(devices, { owner: name, id }, act) {
  for (const row of [name, ended({ owner: name, id })]) {
    devices.get(row).onsuccess = ({ target: { result } }) => {
      if (result && (id ?? result.id) === result.id)
        devices.put({ ...result, ...act(result) }, row);
    };
  }
}

// With the owner's next number, which is pending until its item is kept: one that never was must
// not look lost for ever.
export function counted(kept) {
  const next = kept.sequence + 1;
  return { ...kept, sequence: next, pending: [...kept.pending, next] };
}

// What is changed here is told once more where a battery ends before it is written.
const change = (key, act) =>
  rows.across(["device"], (devices) => amend(devices, key, act), "relaxed");

const without = (list, gone) => list.filter((number) => !gone.includes(number));

// An item is kept.
export const confirm = ({ owner: name, device: id, sequence }) =>
  change({ owner: name, id }, ({ pending }) => ({ pending: without(pending, [Number(sequence)]) }));

// A contact is due, and each time anew: one that is under way does not settle it.
const owed = () => ({ toldAt: -Date.now() });

// After an item was taken off the phone: its number is told at the next chance.
export const released =
  ({ sequence }) =>
  ({ deleted }) => ({ deleted: [...deleted, Number(sequence)], ...owed() });

// The numbers that no item of this phone has, and none will: each was pending at a contact longer
// ago than any sealing takes.
export const neverKept = ({ pending, doubts = [] }, kept) =>
  doubts
    .filter(({ number, at }) => pending.includes(number) && Math.abs(Date.now() - at) > DOUBT_MS)
    .map(({ number }) => number)
    .filter((number) => !kept.has(number));

// The server answered this key, which is told again in a day, and knows that the `deleted` will not
// come; the items of `kept` are here.
export const met = (key, { deleted: told, kept }) =>
  change(key, ({ pending: drawn, deleted, doubts = [], toldAt }) => {
    const at = Date.now();
    const pending = without(without(drawn, told), [...kept]);
    const doubtOf = (number) => doubts.find((one) => one.number === number) ?? { number, at };
    return {
      pending,
      deleted: without(deleted, told),
      doubts: pending.map(doubtOf),
      toldAt: toldAt === key.toldAt ? at : toldAt,
    };
  });

// Makes contact due for every key of this phone.
export async function owe() {
  for (const key of await all()) if (key.id) await change(key, owed);
}

// Whether somebody had signed in here whom the page in front of us does not know.
export const isLeftBehind = async () =>
  spokenFor === NOBODY && Boolean(await store.get("device", "current"));

// r and s, 32 bytes each.
export async function sign(bytes, { pair } = {}) {
  const key = (pair ?? (await own()).pair).privateKey;
  return new Uint8Array(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, bytes));
}

// Also those that have ended.
export async function all() {
  const kept = await store.all("device");
  return kept.filter(([, value]) => value.pair).map(([, value]) => value);
}
