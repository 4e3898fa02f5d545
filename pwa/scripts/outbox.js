// What was written and has not arrived: sealed before it is stored, and read back before anybody
// is told that it is kept. Nothing in here can be read on this phone; it can be counted and deleted.

import * as device from "./device.js";
import * as gone from "./gone.js";
import { sealed } from "./item.js";
import { tell } from "./news.js";
import { afterFrame } from "./pace.js";
import * as rows from "./rows.js";
import * as spare from "./spare.js";
import * as store from "./store.js";

export { listen } from "./news.js";

const LOCK = "kizuki-sync";
const TAKEN = "ConstraintError";
// Fewer pictures would help neither.
const BEYOND_ROOM = [TAKEN, "TimeoutError"];
let onPut = () => {};

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
// for. What another tab kept under the note's id meanwhile stays, and this becomes a note of its own.
export async function putWith({ kind = "note", fields, note = null, shown = {} }, behind) {
  try {
    const item = await sealed(kind, fields, note, shown);
    return await kept(item, (await behind?.(item)) ?? []);
  } catch (error) {
    const { id, ...others } = fields;
    if (id && error.name === TAKEN) return putWith({ kind, fields: others, note, shown }, behind);
    throw new NotKept("not kept", { cause: error });
  }
}

// With as many of the pictures as there is room for.
async function kept(item, pictures) {
  for (let number = pictures.length; number > 0; number -= 1) {
    const whole = [item, ...pictures.slice(0, number).flat()];
    const error = await keep(whole).catch((reason) => reason);
    if (BEYOND_ROOM.includes(error?.name)) throw error;
    if (!error) return { item: bare(item), kept: number };
  }
  await keep([item]);
  return { item: bare(item), kept: 0 };
}

async function keep(items) {
  const add = (outbox) => {
    for (const item of items) outbox.add(item, item.id);
  };
  // The other transactions begin once the first has ended on the disk.
  const [written, ...read] = await Promise.allSettled([
    rows.across(["outbox"], add),
    ...items.map(({ id }) => store.get("outbox", id)),
  ]);
  // An attempt whose answer was lost may have written it all the same.
  const isKept = read.every(({ value }, index) => isSame(value, items[index]));
  if (!isKept) {
    const { reason } = [written, ...read].find(({ status }) => status === "rejected") ?? {};
    await unstore(items, !written.reason).catch(() => {});
    throw reason ?? new Error("read back as something else");
  }
  // One copy is better than none.
  await spare.keep(items).catch(console.info);
  afterFrame(() => announce(items));
}

// What is stored all the same would go beside what is written once more; what another tab keeps
// under the same id stays.
function unstore(items, isOurs) {
  return rows.across(["outbox"], (outbox) => {
    for (const { id, hash } of items) {
      if (isOurs) outbox.delete(id);
      else {
        outbox.get(id).onsuccess = ({ target: { result } }) => {
          if (result?.hash === hash) outbox.delete(id);
        };
      }
    }
  });
}

// Whoever wrote it sees first that it is kept.
function announce(items) {
  for (const item of items) device.confirm(item).catch(() => {});
  tell({ type: "changed" });
  onPut();
}

// Everything here, without what is sealed, in the order in which it was written.
export async function list() {
  return (await rows.picked("outbox", bare)).sort(byOrder);
}

// Of it, what has not arrived.
export async function unsent() {
  return (await rows.picked("outbox", bare, "state", "waiting")).sort(byOrder);
}

export const waiting = () => rows.count("outbox", "state", "waiting");

export async function of(id) {
  const item = await store.get("outbox", id);
  return item && bare(item);
}

// A person's next key numbers anew, and what an earlier one signed was written before.
const byOrder = (one, other) =>
  (one.turn ?? 0) - (other.turn ?? 0) ||
  Number(one.sequence) - Number(other.sequence) ||
  (one.at < other.at ? -1 : 1);

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
    const found = items.find((item) => item.id === id);
    // The pictures of a note that has arrived meanwhile are on their way to it.
    if (found) for (const one of [...photos, found]) await withdraw(one);
    tell({ type: "changed" });
    onPut();
    return Boolean(found);
  });
}

// The item and its number in one, or a kill between would leave a gap for ever.
async function withdraw(item) {
  // What is deleted while its copy stays would come back; so would one that is just being copied.
  await spare.drop(item);
  await gone.note(item.id).catch(() => {});
  const both = (items, devices) => {
    items.get(item.id).onsuccess = ({ target: { result } }) => {
      if (!result) return;
      items.delete(item.id);
      device.amend(devices, { owner: result.owner, id: result.device }, device.released(result));
    };
  };
  // A phone too full to write the number down is emptied all the same.
  await rows.across(["outbox", "device"], both).catch(() => store.remove("outbox", item.id));
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

// What can be looked at without what is sealed.
export const bare = ({ envelope: _, signature: __, ...rest }) => rest;
