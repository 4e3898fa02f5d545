// Tells the server once a day, and when something waits or was deleted, how far the notes of each
// key on this phone have come; is told what never came, whether the key was shut off, and the
// town's present key.

import { offerAgain } from "./copies.js";
import * as device from "./device.js";
import { eraseUnlessWaiting } from "./erase.js";
import * as outbox from "./outbox.js";
import { DAY_MS } from "./pace.js";
import { post } from "./post.js";
import { base64url } from "./seal.js";
import * as store from "./store.js";

const OFTEN_MS = 10 * 60_000;
const MOST_NUMBERS = 1000;
const REVOKED = 401;

// Makes contact where it is time to, for everybody who has a key here, whoever is present; gives
// the marks of the server's answer, or null.
export async function keep() {
  const isWaiting = Boolean(await outbox.waiting());
  const isDue = ({ at = 0, toldAt = at, pending = [] } = {}) =>
    Math.abs(Date.now() - toldAt) > (isWaiting || pending.length ? OFTEN_MS : DAY_MS);
  const last = await store.get("settings", "contact");
  const phones = (await device.all()).filter((phone) => phone.id && isDue(phone));
  if (!phones.length && !isDue(last)) return null;
  return make(phones);
}

// Of a number in a key that was read first, the items read afterwards know what became.
async function make(phones) {
  let marks = await refreshKey();
  if (!marks) return null;
  await store.put("settings", "contact", { at: Date.now() }).catch(console.info);
  const items = phones.length ? await outbox.list() : [];
  for (const phone of phones) {
    const isOwn = (item) => item.owner === phone.owner && (item.device ?? phone.id) === phone.id;
    marks = (await meet(phone, items.filter(isOwn))) ?? marks;
  }
  return marks;
}

// Nothing but an answer of our server's counts.
async function meet(phone, own) {
  const kept = new Set(own.map(({ sequence }) => Number(sequence)));
  const body = await said(phone, own, kept);
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  const headers = {
    "Content-Type": "application/json",
    "Kizuki-Signature": base64url(await device.sign(bytes, phone)),
  };
  const answer = await post(`/api/v1/devices/${phone.id}/contacts`, { headers, body: bytes });
  if (!answer?.marks.epoch) return null;
  const isRevoked = answer.status === REVOKED || answer.body?.revoked === true;
  const isTaken = isRevoked || Array.isArray(answer.body?.missing);
  const deleted = isTaken ? body.deleted : [];
  await device.met(phone.owner, { deleted, kept }).catch(console.info);
  if (!isTaken) return null;
  await offerMissing(own, answer.body?.missing ?? []);
  if (isRevoked) await eraseUnlessWaiting(phone.owner);
  return answer.marks;
}

// A number whose item was never kept was never called kept, either; it counts as deleted. What one
// person has waiting is not told under another's key.
async function said(phone, own, kept) {
  const gone = [...phone.deleted, ...device.neverKept(phone, kept)];
  return {
    sequence: Math.max(phone.sequence, (await device.of(phone.owner))?.sequence ?? 0),
    waiting: own.filter(({ state }) => state === "waiting").length,
    deleted: gone.slice(0, MOST_NUMBERS),
  };
}

async function offerMissing(own, missing) {
  for (const { id, sequence } of own) {
    if (missing.includes(Number(sequence))) await offerAgain(id).catch(console.info);
  }
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
