// Makes a person's key known to the server, and goes on with a new one where it was shut off.

import * as device from "./device.js";
import * as rows from "./rows.js";
import { base64url } from "./seal.js";

const ADDRESS = "/api/v1/devices";
const PATIENCE_MS = 20_000;
const REFUSED = 422;

// Tells the server this phone's key; gives the device's id. The same key again names this sign-in's
// phone; one that was shut off meanwhile gives way to a new one. "" where the server takes none (a
// desk's computer, a sign-in that ended); rejects without signal.
export async function register(csrf) {
  const kept = await device.own();
  if (kept.owner === device.NOBODY) return "";
  const first = await offer(csrf, kept);
  if (first.status !== REFUSED || !kept.id) return first.id;
  await replace(kept);
  return (await offer(csrf, await device.own())).id;
}

async function offer(csrf, key) {
  const point = base64url(new Uint8Array(await crypto.subtle.exportKey("raw", key.pair.publicKey)));
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrf };
  const settings = { method: "POST", headers, signal: AbortSignal.timeout?.(PATIENCE_MS) };
  const answer = await fetch(ADDRESS, { ...settings, body: JSON.stringify({ point }) });
  const told = await answer.json().catch(() => null);
  // A portal's refusal ends no key: a new one would begin its numbers anew.
  const status = answer.headers.get("Kizuki-Epoch") ? answer.status : 0;
  // An answer that is for another key names none here.
  const isOurs = answer.ok && told?.point === point && typeof told.id === "string";
  if (!isOurs) return { status, id: "" };
  return { status, id: (await rename(key, told.id)) ? told.id : "" };
}

// The server has a name for a key, another one where it was set back behind the first, or none any
// more (null): the key takes it with everything that it signed. Gives whether it is still the
// present one.
export async function rename({ owner, id: before }, id) {
  let isPresent = false;
  await rows.across(["device", "outbox"], (devices, items) => {
    devices.get(owner).onsuccess = ({ target: { result } }) => {
      if (!result) return;
      isPresent = [before, id].includes(result.id);
      if (result.id !== before) return;
      // What was told under one name is told anew under another.
      const toldAt = before === id ? result.toldAt : 0;
      devices.put({ ...result, id: id ?? undefined, toldAt }, owner);
      nameItems(items, result, before, id);
    };
  });
  return isPresent;
}

// A new key, unless another tab made one; what the old one signed says so.
async function replace({ owner, id }) {
  const fresh = await device.made(owner);
  await rows.across(["device", "outbox"], (devices, items) => {
    devices.get(owner).onsuccess = ({ target: { result } }) => {
      if (result?.id !== id) return;
      devices.put({ ...result, isEnded: true, toldAt: 0 }, device.ended(result));
      devices.put({ ...fresh, turn: (result.turn ?? 0) + 1 }, owner);
      nameItems(items, result, id, id);
    };
  });
}

// What a key signed is called as it is. An item without a name that was sealed while an earlier key
// ended is of that one's turn.
function nameItems(items, { owner, turn = 0 }, before, id) {
  items.openCursor().onsuccess = ({ target: { result: cursor } }) => {
    if (!cursor) return;
    const { value } = cursor;
    const isOfKey = value.device ? value.device === before : (value.turn ?? 0) === turn;
    const isNamed = value.owner === owner && isOfKey;
    if (isNamed && value.device !== id) cursor.update({ ...value, device: id });
    cursor.continue();
  };
}
