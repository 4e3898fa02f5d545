// Makes an item of the outbox: numbered, sealed and signed. What can be made while somebody still
// writes, is made then, so that Send waits for less.

import { keyed, prepared } from "./ahead.js";
import * as device from "./device.js";
import { isGone } from "./gone.js";
import * as rows from "./rows.js";
import { base64url, contentHash, padded } from "./seal.js";
import * as store from "./store.js";

const SALT_BYTES = 16;
let pinned;

// The key that came with the page, for the first note before any other was fetched.
export function pin(townKey) {
  pinned = townKey;
}

export async function prepare() {
  await device.own();
  await prepared((await store.get("settings", "key")) ?? pinned);
}

export async function sealed(kind, fields, note, shown) {
  const { own, isTaken, town } = await begun(fields.id);
  const { owner, pair, id: registered = null } = own;
  const sequence = String(own.sequence);
  // What was kept under this id already, here or in another tab, stays what it is.
  const id = isTaken || !fields.id ? crypto.randomUUID() : fields.id;
  // Without the salt, the hash beside the envelope would let anybody try what stands in it.
  const salt = base64url(crypto.getRandomValues(new Uint8Array(SALT_BYTES)));
  const raw = { ...fields, ...(kind === "note" ? {} : { kind, note }), id, sequence, salt };
  const seal = await keyed(town);
  const [hash, envelope] = await Promise.all([contentHash(raw), seal(padded(raw))]);
  return {
    id,
    kind,
    note,
    sequence,
    owner,
    device: registered,
    turn: own.turn ?? 0,
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

// What an item begins with: its writer's key with the next number, whether the id is in use, and
// the town's key. One transaction, since somebody waits; the item is written strictly, right after.
async function begun(id) {
  const name = await device.owner();
  const found = await begin(name, id);
  if (found.own) return found;
  await device.own();
  return begin(name, id);
}

async function begin(name, id) {
  const found = { town: pinned, isTaken: false };
  const look = (devices, items, settings) => {
    devices.get(name).onsuccess = ({ target: { result } }) => {
      if (!result) return;
      found.own = device.counted(result);
      devices.put(found.own, name);
    };
    settings.get("key").onsuccess = ({ target }) => {
      found.town = target.result ?? pinned;
    };
    if (!id) return;
    items.getKey(id).onsuccess = ({ target }) => {
      found.isTaken ||= target.result !== undefined;
    };
    settings.get("gone").onsuccess = ({ target }) => {
      found.isTaken ||= isGone(target.result, id);
    };
  };
  await rows.across(["device", "outbox", "settings"], look, "relaxed");
  return found;
}
