// A second copy of all that waits, each in a file of its own beside the database. A browser that is
// killed in the middle of a write can leave a torn end in its database's log, go on writing behind it,
// and at a later start take the whole for broken and make it anew, empty (Chromium does).

import { amend, ownOf, sign } from "./device.js";
import * as rows from "./rows.js";
import * as store from "./store.js";

export const CACHE = "spare";
const PATH = "/spare/";
const ITEM = "Kizuki-Item";

const place = () => caches.open(CACHE);

// Another content under the same id has a copy of its own.
const addressOf = ({ id, hash }) => `${PATH}${id}/${hash}`;
const idOf = (address) => address.split("/")[2];

// Whether whatever waited would be here, had the database been lost.
export const isKept = async () => Boolean(await globalThis.caches?.has(CACHE));

// Rejects where there is no place for it.
export async function keep(items) {
  const cache = await place();
  await Promise.all(items.map((item) => cache.put(addressOf(item), written(item))));
}

export async function drop(items) {
  const cache = await place();
  await Promise.all(items.map((item) => cache.delete(addressOf(item))));
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

// What the database has lost comes back, what only it has is copied, and the copies of what does not
// wait any more go; while nobody sends or deletes. Gives whether anything came back.
export async function restore() {
  const cache = await place();
  const waiting = new Set(await rows.picked("outbox", addressOf, "state", "waiting"));
  let hasLost = false;
  for (const request of await cache.keys()) {
    if (waiting.delete(new URL(request.url).pathname)) continue;
    const copy = await cache.match(request);
    if (copy && (await bringBack(await read(copy)))) hasLost = true;
    else await cache.delete(request);
  }
  for (const address of waiting) await keep([await store.get("outbox", idOf(address))]);
  return hasLost;
}

// The key that signed it is lost, too. Where no server knew that one, the writer's next one signs in
// its place, whose numbers go on behind.
async function bringBack(item) {
  const { id, owner, device, envelope } = item;
  if (!device) item.signature = await sign(envelope, await ownOf(owner));
  let isBack = false;
  await rows.across(["outbox", "device"], (outbox, devices) => {
    outbox.get(id).onsuccess = ({ target: { result } }) => {
      if (result) return;
      isBack = true;
      outbox.put(item, id);
      if (!device) amend(devices, { owner }, countedTo(item));
    };
  });
  return isBack;
}

const countedTo =
  (item) =>
  ({ sequence }) => ({ sequence: Math.max(sequence, Number(item.sequence)) });
