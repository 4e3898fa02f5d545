// A second copy of all that waits, each in a file of its own beside the database. A browser that is
// killed in the middle of a write can leave a torn end in its database's log, go on writing behind it,
// and at a later start take the whole for broken and make it anew, empty (Chromium does).

import { amend, ownOf, sign } from "./device.js";
import { isGone } from "./gone.js";
import * as rows from "./rows.js";
import * as store from "./store.js";
import within, { LATE } from "./within.js";

export const CACHE = "spare";
const PATH = "/spare/";
const ITEM = "Kizuki-Item";
const PATIENCE_MS = 2000;
// Before anything that the present key has signed.
const LOST_TURN = -1;

// While anything hangs nothing is waited for; all of it may come later.
let hanging = 0;

const patient = (promise) => within(PATIENCE_MS, promise);

async function soon(answer) {
  const settled = () => {
    hanging -= 1;
  };
  try {
    if (hanging) throw new Error(LATE);
    return await patient(answer);
  } catch (error) {
    if (error.message === LATE) {
      hanging += 1;
      answer.catch(console.info).finally(settled);
    }
    throw error;
  }
}

const place = async () => soon(caches.open(CACHE));

// Another content under the same id has a copy of its own; so has the same under its key's new name.
const addressOf = ({ id, hash, device }) => `${PATH}${id}/${hash}/${device ?? ""}`;
const idOf = (address) => address.split("/")[2];

// Whether something is here that waited when the database was lost.
export async function holdsAny() {
  const cache = await place();
  return (await patient(cache.keys())).length > 0;
}

// Rejects where there is no place for them; a slow one is not waited for, and has them later.
export async function keep(items) {
  const put = (cache) => items.map((item) => cache.put(addressOf(item), written(item)));
  await soon(caches.open(CACHE).then((cache) => Promise.all(put(cache))));
}

// Under every name that its key had, and every content of it. Rejects where a copy may have stayed;
// where none could be kept, there is none.
export async function drop(item) {
  const cache = await place().catch((error) => {
    if (error.message === LATE) throw error;
  });
  if (!cache) return;
  const kept = await patient(cache.keys());
  const own = kept.filter(({ url }) => idOf(new URL(url).pathname) === item.id);
  await patient(Promise.all(own.map((name) => cache.delete(name))));
}

function written({ envelope, signature, ...bare }) {
  const item = JSON.stringify({ ...bare, signature: [...signature] });
  return new Response(envelope, { headers: { [ITEM]: encodeURIComponent(item) } });
}

async function read(answer) {
  const { signature, ...bare } = JSON.parse(decodeURIComponent(answer.headers.get(ITEM)));
  const envelope = new Uint8Array(await answer.arrayBuffer());
  return { ...bare, envelope, signature: new Uint8Array(signature) };
}

// What the database has lost comes back, the copies of what does not wait any more go, and what only
// the database has is copied: what is called otherwise now before its former copy goes. While nobody
// sends or deletes. Gives whether anything came back, and whose copies were no good: those are tried
// at one more start, since nothing else is left of what they hold.
export async function restore() {
  const cache = await place();
  const waiting = new Set(await rows.picked("outbox", addressOf, "state", "waiting"));
  const broken = (await store.get("settings", "broken")) ?? [];
  const found = { isBack: false, broken: [] };
  const renamed = [];
  for (const request of await patient(cache.keys())) {
    const address = new URL(request.url).pathname;
    if (waiting.delete(address)) continue;
    const became = await bringBack(cache, address);
    found.isBack ||= became === "back";
    if (became === "renamed") renamed.push(address);
    else if (became === "broken" && !broken.includes(address)) found.broken.push(address);
    else if (became === "over" || became === "broken") await patient(cache.delete(address));
  }
  if (found.broken.length + broken.length) await store.put("settings", "broken", found.broken);
  await copyAll(waiting)
    .then(() => Promise.all(renamed.map((address) => patient(cache.delete(address)))))
    .catch(console.info);
  return found;
}

async function copyAll(addresses) {
  for (const address of addresses) {
    const item = await store.get("outbox", idOf(address));
    if (item) await keep([item]);
  }
}

// What was kept after the others were looked through is here.
async function bringBack(cache, address) {
  const row = await store.get("outbox", idOf(address));
  if (row?.state === "waiting") return addressOf(row) === address ? "here" : "renamed";
  if (row) return "over";
  const copy = await patient(cache.match(address));
  const item = await patient(read(copy)).catch(brokenUnlessLate);
  if (!item) return "broken";
  // The key that signed it is lost, too. Where no server knew that one, the writer's next one signs
  // in its place.
  if (item.device) item.turn = LOST_TURN;
  else {
    const next = await ownOf(item.owner);
    item.turn = next.turn ?? 0;
    item.signature = await sign(item.envelope, next);
  }
  return putBack(item);
}

function brokenUnlessLate(error) {
  if (error.message === LATE) throw error;
  return null;
}

async function putBack(item) {
  const { id, owner, device, sequence } = item;
  let became = "here";
  await rows.across(["outbox", "device", "settings"], (outbox, devices, settings) => {
    settings.get("gone").onsuccess = ({ target: { result: gone } }) => {
      if (isGone(gone, id)) became = "over";
      else {
        outbox.getKey(id).onsuccess = ({ target: { result: isHere } }) => {
          if (isHere) return;
          became = "back";
          outbox.put(item, id);
          if (!device) amend(devices, { owner }, countedTo(Number(sequence)));
        };
      }
    };
  });
  return became;
}

// The key's numbers go on behind; of those that are left out the server is told once it is sure that
// no item has them.
const countedTo = (last) => (key) => {
  const left = Math.max(last - key.sequence - 1, 0);
  const between = Array.from({ length: left }, (_, n) => key.sequence + 1 + n);
  return { sequence: Math.max(key.sequence, last), pending: [...key.pending, ...between] };
};
