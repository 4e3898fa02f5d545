// Tells the server once a day, and when something waits or was deleted, how far the notes of each
// key on this phone have come; is told what never came, whether the key was shut off, and the
// town's present key.

import * as device from "./device.js";
import { eraseUnlessWaiting } from "./erase.js";
import * as outbox from "./outbox.js";
import { post } from "./post.js";
import { base64url } from "./seal.js";
import * as store from "./store.js";

const OFTEN_MS = 10 * 60_000;
const SELDOM_MS = 24 * 3_600_000;
const MOST_NUMBERS = 1000;
const REVOKED = 401;

// Makes contact where it is time to, for everybody who has a key here, whoever is present; gives
// the marks of the server's answer, or null.
export async function keep() {
  const longest = (await outbox.waiting()) ? OFTEN_MS : SELDOM_MS;
  const isDue = (at = 0) => Math.abs(Date.now() - at) > longest;
  const last = await store.get("settings", "contact");
  const phones = (await device.all()).filter(({ id, toldAt }) => id && isDue(toldAt));
  if (!phones.length && !isDue(last?.at)) return null;
  return make(phones);
}

// Of a number in a key that was read first, the items read afterwards know what became.
async function make(phones) {
  if (!(await refreshKey())) return null;
  await store.put("settings", "contact", { at: Date.now() }).catch(tell);
  let marks = null;
  const items = phones.length ? await outbox.list() : [];
  for (const phone of phones) {
    const isOwn = (item) => item.owner === phone.owner && (item.device ?? phone.id) === phone.id;
    marks = (await meet(phone, items.filter(isOwn))) ?? marks;
  }
  return marks;
}

// Nothing but an answer of our server's counts.
async function meet(phone, own) {
  const { body, deleted } = await said(phone, own);
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  const headers = {
    "Content-Type": "application/json",
    "Kizuki-Signature": base64url(await device.sign(bytes, phone)),
  };
  const answer = await post(`/api/v1/devices/${phone.id}/contacts`, { headers, body: bytes });
  if (!answer?.marks.epoch) return null;
  const isRevoked = answer.status === REVOKED || answer.body?.revoked === true;
  const isTaken = isRevoked || Array.isArray(answer.body?.missing);
  await device.met(phone.owner, isTaken ? deleted : []).catch(tell);
  if (!isTaken) return null;
  await offerMissing(own, answer.body?.missing ?? []);
  if (isRevoked) await eraseUnlessWaiting(phone.owner);
  return answer.marks;
}

// A number whose item was never kept was never called kept, either; it counts as deleted.
async function said({ owner, sequence, pending, deleted }, own) {
  const kept = new Set(own.map((item) => Number(item.sequence)));
  const gone = [...deleted, ...pending.filter((number) => !kept.has(number))];
  const told = gone.slice(0, MOST_NUMBERS);
  const waiting = await outbox.waiting();
  const last = Math.max(sequence, (await device.of(owner))?.sequence ?? 0);
  return { deleted: told, body: { sequence: last, waiting, deleted: told } };
}

async function offerMissing(own, missing) {
  for (const { id, sequence } of own) {
    if (missing.includes(Number(sequence))) await outbox.offerAgain(id).catch(tell);
  }
}

// Gives whether our server answered at all.
async function refreshKey() {
  const answer = await post("/api/v1/key", { method: "GET" });
  const { id, point, info } = answer?.body ?? {};
  const isKey = Number.isInteger(id) && typeof point === "string" && typeof info === "string";
  const isOurs = Boolean(answer?.marks.epoch);
  if (isOurs && answer.status === 200 && isKey) {
    await store.put("settings", "key", { id, point, info }).catch(tell);
  }
  return isOurs;
}

// A phone that is too full to write still says where it is, and is still emptied.
function tell(error) {
  console.info(error);
}
