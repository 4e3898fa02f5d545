// What was written and has not arrived: sealed before it is stored, and read back before anybody
// is told that it is kept. Nothing in here can be read on this phone; it can be counted and deleted.

import * as device from "./device.js";
import * as gone from "./gone.js";
import { base64url, contentHash, padded, seal } from "./seal.js";
import * as store from "./store.js";

const SALT_BYTES = 16;
const KEPT_MS = 30 * 24 * 3_600_000;
let pinned;
let onPut = () => {};
let told;
const listeners = new Set();

export class NotKept extends Error {}

// The key that came with the page, for the first note before any other was fetched.
export function pin(townKey) {
  pinned = townKey;
}

export async function townKey() {
  return (await store.get("settings", "key")) ?? pinned;
}

export function whenPut(act) {
  onPut = act;
}

// Seals, stores and reads back; rejects with NotKept, and then nothing was stored.
export async function put({ kind = "note", fields, note = null, shown = {} }) {
  try {
    const item = await sealed(kind, fields, note, shown);
    await store.put("outbox", item.id, item);
    if (isSame(await store.get("outbox", item.id), item)) {
      device.confirm(item.owner, Number(item.sequence)).catch(() => {});
      tell({ type: "changed" });
      onPut();
      return bare(item);
    }
    await store.remove("outbox", item.id);
  } catch (error) {
    throw new NotKept("not kept", { cause: error });
  }
  throw new NotKept("read back as something else");
}

// Everything here, without what is sealed, in the order in which it was written.
export async function list() {
  const items = (await store.all("outbox")).map(([, item]) => bare(item));
  return items.sort(byOrder);
}

export async function of(id) {
  const item = await store.get("outbox", id);
  return item && bare(item);
}

export const byOrder = (one, other) =>
  Number(one.sequence) - Number(other.sequence) || (one.at < other.at ? -1 : 1);

export const waiting = async () => (await list()).filter(({ state }) => state === "waiting").length;

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
// the server is told that nothing was lost.
export async function remove(id) {
  const items = await list();
  const photos = items.filter(({ kind, note }) => kind === "photo" && note === id);
  for (const one of [...photos, ...items.filter((item) => item.id === id)]) {
    await drop(one);
    await device.release(one.owner, Number(one.sequence));
  }
  tell({ type: "changed" });
}

// The server has it. A repeat may bring the acceptance of an earlier epoch, so the present one
// counts, which stands in the header.
export async function arrive(id, acceptance, epoch) {
  const change = { state: "arrived", acceptance, epoch: epoch ?? acceptance.epoch };
  await store.change("outbox", id, (kept) => {
    if (kept?.state !== "waiting") return undefined;
    return { ...kept, ...change, arrivedAt: new Date().toISOString() };
  });
  tell({ type: "arrived", id, acceptance });
  tell({ type: "changed" });
}

// What has arrived stays until a backup of the server's holds it, or for thirty days where there
// are none. Another epoch means that the server was set back: everything is offered once more,
// and the answer is true.
export async function settle({ epoch, watermark }) {
  let isOffered = false;
  for (const [id, item] of await store.all("outbox")) {
    if (item.state !== "arrived") continue;
    if (epoch && item.epoch !== epoch) {
      await offerAgain(id);
      isOffered = true;
    } else if (isSafe(item, watermark)) await drop(item);
  }
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

async function sealed(kind, fields, note, shown) {
  const { owner, pair, id: registered = null } = await device.own();
  const [id, sequence, town] = await Promise.all([
    freshId(fields.id),
    device.nextSequence(owner),
    townKey(),
  ]);
  // Without the salt, the hash beside the envelope would let anybody try what stands in it.
  const salt = base64url(crypto.getRandomValues(new Uint8Array(SALT_BYTES)));
  const raw = { ...fields, ...(kind === "note" ? {} : { kind, note }), id, sequence, salt };
  const [hash, envelope] = await Promise.all([contentHash(raw), seal(town, padded(raw))]);
  return {
    id,
    kind,
    note,
    sequence,
    owner,
    device: registered,
    at: fields.noted_at ?? new Date().toISOString(),
    shown,
    hash,
    envelope,
    signature: await device.sign(envelope, { pair }),
    state: "waiting",
    acceptance: null,
    tries: 0,
    notBefore: 0,
    arrivedAt: null,
  };
}

// What another tab has kept under this id already stays beside it.
async function freshId(id) {
  return id && !(await gone.isTaken(id)) ? id : crypto.randomUUID();
}

function isSame(kept, item) {
  return (
    kept?.hash === item.hash &&
    isEqual(kept.envelope, item.envelope) &&
    isEqual(kept.signature, item.signature)
  );
}

const isEqual = (one, other) =>
  one?.length === other.length && one.every((byte, index) => byte === other[index]);

const bare = ({ envelope: _, signature: __, ...rest }) => rest;
