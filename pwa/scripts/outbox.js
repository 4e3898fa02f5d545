// What was written and has not arrived: sealed before it is stored, and read back before anybody
// is told that it is kept. Nothing in here can be read on this phone; it can be counted and deleted.

import * as device from "./device.js";
import * as gone from "./gone.js";
import { sealed } from "./item.js";
import { afterFrame } from "./pace.js";
import * as store from "./store.js";

const LOCK = "kizuki-sync";
const KEPT_MS = 30 * 24 * 3_600_000;
let onPut = () => {};
let told;
let settled;
const listeners = new Set();

export class NotKept extends Error {}

export function whenPut(act) {
  onPut = act;
}

// While nobody else on this phone sends or deletes.
export function alone(act) {
  const { locks } = globalThis.navigator ?? {};
  return locks ? locks.request(LOCK, act) : act();
}

// Seals, stores and reads back; rejects with NotKept, and then nothing was stored.
export const put = async (given) => (await putWith(given)).item;

// A note with what belongs to it, in one transaction: a kill leaves all of it or nothing. `behind`
// makes its pictures, each a list of sealed items; gives {item, kept}, the pictures there was room
// for.
export async function putWith({ kind = "note", fields, note = null, shown = {} }, behind) {
  try {
    const item = await sealed(kind, fields, note, shown);
    const pictures = (await behind?.(item)) ?? [];
    for (let kept = pictures.length; kept > 0; kept -= 1) {
      const whole = [item, ...pictures.slice(0, kept).flat()];
      if (await isStored(whole).catch(() => false)) return { item: bare(item), kept };
    }
    if (await isStored([item])) return { item: bare(item), kept: 0 };
  } catch (error) {
    throw new NotKept("not kept", { cause: error });
  }
  throw new NotKept("read back as something else");
}

async function isStored(items) {
  const write = (outbox) => {
    for (const item of items) outbox.put(item, item.id);
  };
  // The other transactions begin once the first has ended on the disk.
  const reads = [
    store.across(["outbox"], write),
    ...items.map(({ id }) => store.get("outbox", id)),
  ];
  let isKept = false;
  try {
    const [, ...found] = await Promise.all(reads);
    isKept = found.every((one, index) => isSame(one, items[index]));
  } finally {
    // What is stored all the same would go beside what is written once more.
    if (!isKept) for (const { id } of items) await store.remove("outbox", id).catch(() => {});
  }
  if (isKept) afterFrame(() => announce(items));
  return isKept;
}

// Whoever wrote it sees first that it is kept.
function announce(items) {
  for (const { owner, sequence } of items) {
    device.confirm(owner, Number(sequence)).catch(() => {});
  }
  tell({ type: "changed" });
  onPut();
}

// Everything here, without what is sealed, in the order in which it was written.
export async function list() {
  return inOrder((await store.all("outbox")).map(([, item]) => item));
}

// Of it, what has not arrived.
export const unsent = async () => inOrder(await store.where("outbox", "state", "waiting"));
export const waiting = () => store.count("outbox", "state", "waiting");

const inOrder = (items) => items.map(bare).sort(byOrder);

export async function of(id) {
  const item = await store.get("outbox", id);
  return item && bare(item);
}

export const byOrder = (one, other) =>
  Number(one.sequence) - Number(other.sequence) || (one.at < other.at ? -1 : 1);

// As a person counts them: what is to be seen of a note's pictures is one thing.
export function grouped(items) {
  const groups = new Map();
  for (const item of items) {
    const key = item.kind === "photo" ? `photo ${item.note}` : item.id;
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}

// Takes an item off the phone, at its writer's wish, after the pictures that were to go with it;
// the server is told that nothing was lost. One that is on its way is waited for: gives whether it
// was still here.
export function remove(id) {
  return alone(async () => {
    const items = await unsent();
    const photos = items.filter(({ kind, note }) => kind === "photo" && note === id);
    const found = items.filter((item) => item.id === id);
    for (const one of [...photos, ...found]) await withdraw(one);
    tell({ type: "changed" });
    onPut();
    return found.length > 0;
  });
}

// The item and its number in one, or a kill between would leave a gap for ever.
async function withdraw(item) {
  if (item.kind === "note") await gone.note(item.id).catch(() => {});
  const both = (items, devices) => {
    items.delete(item.id);
    devices.get(item.owner).onsuccess = ({ target: { result } }) => {
      if (result) devices.put(device.released(result, item), item.owner);
    };
  };
  // A phone too full to write the number down is emptied all the same.
  await store.across(["outbox", "device"], both).catch(() => store.remove("outbox", item.id));
}

// The server has it. A repeat may bring the acceptance of an earlier epoch, so the present one
// counts, which stands in the header.
export async function arrive(id, acceptance, epoch) {
  const change = { state: "arrived", acceptance, epoch: epoch ?? acceptance.epoch };
  const mark = (kept) => {
    if (kept?.state !== "waiting") return undefined;
    return { ...kept, ...change, arrivedAt: new Date().toISOString() };
  };
  // A battery that ends now makes it go once more, which changes nothing at the server.
  const write = () => store.change("outbox", id, mark, "relaxed");
  await write().catch(() => makeRoom(id, write));
  tell({ type: "arrived", id, acceptance });
  tell({ type: "changed" });
}

// On a full phone the oldest copies of what has arrived make room, and if need be this very one.
async function makeRoom(id, write) {
  const copies = await arrived();
  copies.sort((one, other) => (one.arrivedAt < other.arrivedAt ? -1 : 1));
  for (const copy of copies) {
    await drop(copy);
    const isWritten = await write().then(
      () => true,
      () => false,
    );
    if (isWritten) return;
  }
  const item = await of(id);
  if (item) await drop(item);
}

// One after the other, so that all the pictures are never in memory at once.
async function arrived() {
  const found = [];
  for (const id of await store.keysWhere("outbox", "state", "arrived")) {
    const item = await of(id);
    if (item) found.push(item);
  }
  return found;
}

// What has arrived stays until a backup of the server's holds it, or for thirty days where there
// are none. Another epoch means that the server was set back: everything is offered once more,
// and the answer is true. Where the server says what it said before, nothing has changed.
export async function settle({ epoch, watermark }) {
  const marks = `${epoch} ${watermark}`;
  if (marks === settled) return false;
  let isOffered = false;
  for (const item of await arrived()) {
    if (epoch && item.epoch !== epoch) {
      await offerAgain(item.id);
      isOffered = true;
    } else if (isSafe(item, watermark)) await drop(item);
  }
  settled = marks;
  return isOffered;
}

// A phone too full to write that down is emptied all the same.
async function drop({ id, kind }) {
  if (kind === "note") await gone.note(id).catch(() => {});
  await store.remove("outbox", id);
}

export const offerAgain = (id) =>
  store.change("outbox", id, (kept) => {
    if (kept?.state !== "arrived") return undefined;
    return { ...kept, state: "waiting", notBefore: 0, tries: 0 };
  });

function isSafe({ acceptance, arrivedAt }, watermark) {
  if (!watermark || watermark === "never") return Date.now() - Date.parse(arrivedAt) > KEPT_MS;
  return Date.parse(watermark) > Date.parse(acceptance.received_at);
}

// Hears of {type: "changed"} and {type: "arrived", id, acceptance}, from every page and worker of
// this phone; gives the way to stop.
export function listen(act) {
  listeners.add(act);
  channel();
  return () => listeners.delete(act);
}

export function tell(message) {
  channel()?.postMessage(message);
  hear(message);
}

function hear(message) {
  for (const act of listeners) act(message);
}

function channel() {
  if (!globalThis.BroadcastChannel) return undefined;
  if (!told) {
    told = new BroadcastChannel("kizuki-outbox");
    told.unref?.();
    told.onmessage = ({ data }) => hear(data);
  }
  return told;
}

function isSame(kept, item) {
  return (
    kept?.hash === item.hash &&
    isEqual(kept.envelope, item.envelope) &&
    isEqual(kept.signature, item.signature)
  );
}

// The database's own comparison is much quicker than a loop.
const isEqual = (one, other) => one?.length === other.length && indexedDB.cmp(one, other) === 0;

const bare = ({ envelope: _, signature: __, ...rest }) => rest;
