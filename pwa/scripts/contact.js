// Tells the server once a day, and when something waits or was deleted, how far the notes of each
// key on this phone have come; is told what never came, whether the key was shut off, and the
// town's present key.

import { offerAgain } from "./copies.js";
import * as device from "./device.js";
import { eraseUnlessWaiting } from "./erase.js";
import * as outbox from "./outbox.js";
import { DAY_MS } from "./pace.js";
import { post } from "./post.js";
import { rename } from "./registration.js";
import { base64url } from "./seal.js";
import * as store from "./store.js";

const OFTEN_MS = 10 * 60_000;
const MOST_NUMBERS = 1000;
const REVOKED = 401;
const UNKNOWN = 403;

// Makes contact where it is time to, for everybody who has a key here, whoever is present. `told`:
// the marks of the server's last answer, if any. Gives the marks by which the copies here are settled,
// or null: where the server was set back, every key is met first, since one that it forgot would
// bring what is offered again under nobody's name.
export async function keep(told) {
  const isWaiting = Boolean(await outbox.waiting());
  const isDue = ({ at = 0, toldAt = at, pending = [] } = {}) =>
    Math.abs(Date.now() - toldAt) > (isWaiting || pending.length ? OFTEN_MS : DAY_MS);
  const last = await store.get("settings", "contact");
  const keys = (await device.all()).filter(({ id }) => id);
  const due = keys.filter(isDue);
  if (!due.length && !isDue(last) && !isSetBack(last, told)) return told;
  const marks = await refreshKey();
  if (!marks) return isSetBack(last, told) ? null : told;
  if (!isSetBack(last, marks)) {
    await note(marks);
    await meetAll(due);
    return marks;
  }
  if (!(await meetAll(keys))) return null;
  await note(marks);
  return marks;
}

const isSetBack = (last, marks) => Boolean(marks) && marks.epoch !== last?.epoch;

const note = ({ epoch }) =>
  store.put("settings", "contact", { at: Date.now(), epoch }).catch(console.info);

// Gives whether all were met. Of a number in a key that was read first, the items read afterwards
// know what became.
async function meetAll(keys) {
  const items = keys.length ? await outbox.list() : [];
  let areMet = true;
  for (const key of keys) {
    const isMet = await meet(key, items.filter(isOf(key))).catch(console.info);
    areMet &&= Boolean(isMet);
  }
  return areMet;
}

// An item without an id is of its turn's key, which has to stay until it went.
const isOf =
  (key) =>
  ({ owner, device: id, turn = 0 }) =>
    owner === key.owner && (id ? id === key.id : turn === (key.turn ?? 0));

// Nothing but an answer of our server's counts; gives whether it said what it knows of the key.
async function meet(key, own) {
  const kept = new Set(own.map(({ sequence }) => Number(sequence)));
  const body = await said(key, own, kept);
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  const headers = {
    "Content-Type": "application/json",
    "Kizuki-Signature": base64url(await device.sign(bytes, key)),
  };
  const answer = await post(`/api/v1/devices/${key.id}/contacts`, { headers, body: bytes });
  if (!answer?.marks.epoch) return false;
  const isRevoked = answer.status === REVOKED || answer.body?.revoked === true;
  const isTaken = isRevoked || Array.isArray(answer.body?.missing);
  const isUnknown = answer.status === UNKNOWN;
  const deleted = isTaken ? body.deleted : [];
  await device.met(key, { deleted, kept }).catch(console.info);
  if (isTaken) await offerMissing(own, answer.body?.missing ?? []);
  if (key.isEnded) await finish(key, body, isUnknown);
  else if (isRevoked) await eraseUnlessWaiting(key);
  // Its person's next page makes it known again.
  else if (isUnknown) await rename(key, null);
  return isTaken || isUnknown;
}

// A number whose item was never kept was never called kept, either; it counts as deleted. What one
// person has waiting is not told under another's key.
async function said(key, own, kept) {
  const gone = [...key.deleted, ...device.neverKept(key, kept)];
  const present = await device.of(key.owner);
  return {
    sequence: Math.max(key.sequence, present?.id === key.id ? present.sequence : 0),
    waiting: own.filter(({ state }) => state === "waiting").length,
    deleted: gone.slice(0, MOST_NUMBERS),
  };
}

async function offerMissing(own, missing) {
  for (const { id, sequence } of own) {
    if (missing.includes(Number(sequence))) await offerAgain(id).catch(console.info);
  }
}

// A key that ended is forgotten once nothing that it signed waits and all its numbers are told; the
// phone is its person's present key's. Nobody is told more by a server that does not know it.
async function finish(key, { waiting }, isUnknown) {
  if (waiting) return;
  await store.sweep("device", ({ owner, id, isEnded, pending, deleted }) => {
    const isSame = isEnded && owner === key.owner && id === key.id;
    return isSame && (isUnknown || !(pending.length + deleted.length));
  });
}

// Gives the marks of the answer, where our server answered at all.
async function refreshKey() {
  const answer = await post("/api/v1/key", { method: "GET" });
  if (!answer?.marks.epoch) return null;
  const { id, point, info } = answer.body ?? {};
  const isKey = Number.isInteger(id) && typeof point === "string" && typeof info === "string";
  // A phone that is too full to write it still says where it is, and is still emptied.
  if (answer.status === 200 && isKey) {
    await store.put("settings", "key", { id, point, info }).catch(console.info);
  }
  return answer.marks;
}
