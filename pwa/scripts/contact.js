// Tells the server once a day, and when something waits, how far this phone's notes have come; is
// told what never came, whether the phone was shut off, and the town's present key.

import * as device from "./device.js";
import * as outbox from "./outbox.js";
import { post } from "./post.js";
import { base64url } from "./seal.js";
import * as store from "./store.js";

const OFTEN_MS = 10 * 60_000;
const SELDOM_MS = 24 * 3_600_000;
const MOST_NUMBERS = 1000;
const REVOKED = 401;

// Makes contact where it is time to; gives the marks of the server's answer, or null.
export async function keep() {
  const last = (await store.get("settings", "contact"))?.at ?? 0;
  const age = Math.abs(Date.now() - last);
  if (age <= OFTEN_MS || (age <= SELDOM_MS && !(await outbox.waiting()))) return null;
  return make(await outbox.list());
}

export async function make(items) {
  if (!(await refreshKey())) return null;
  await store.put("settings", "contact", { at: Date.now() });
  const present = await device.owner();
  let marks = null;
  for (const phone of await device.all()) {
    const own = items.filter((item) => item.owner === phone.owner);
    const isNeeded = phone.owner === present || own.some(({ state }) => state === "waiting");
    if (phone.id && isNeeded) marks = (await tell(phone, own)) ?? marks;
  }
  return marks;
}

async function tell(phone, own) {
  const { body, deleted } = await said(phone, own);
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  const headers = {
    "Content-Type": "application/json",
    "Kizuki-Signature": base64url(await device.sign(bytes, phone)),
  };
  const answer = await post(`/api/v1/devices/${phone.id}/contacts`, { headers, body: bytes });
  if (!answer?.marks.epoch) return null;
  const isRevoked = answer.status === REVOKED || answer.body?.revoked === true;
  if (!isRevoked && !Array.isArray(answer.body?.missing)) return null;
  await device.forget(phone.owner, deleted);
  await offerMissing(own, answer.body?.missing ?? []);
  if (isRevoked) await eraseUnlessWaiting(phone);
  return answer.marks;
}

// A number whose item was never kept was never called kept, either; it counts as deleted.
async function said({ owner, sequence, pending, deleted }, own) {
  const kept = new Set(own.map((item) => Number(item.sequence)));
  const gone = [...deleted, ...pending.filter((number) => !kept.has(number))];
  const told = gone.slice(0, MOST_NUMBERS);
  const waiting = await outbox.waiting();
  const last = Math.max(sequence, (await device.of(owner)).sequence);
  return { deleted: told, body: { sequence: last, waiting, deleted: told } };
}

async function offerMissing(own, missing) {
  for (const { id, sequence } of own) {
    if (missing.includes(Number(sequence))) await outbox.offerAgain(id);
  }
}

// A phone that was shut off first hands over what waits, whoever wrote it.
async function eraseUnlessWaiting({ owner }) {
  if (owner !== (await device.owner()) || (await outbox.waiting())) return;
  await store.erase();
  for (const name of (await globalThis.caches?.keys()) ?? []) await caches.delete(name);
  outbox.tell({ type: "erased" });
}

// Gives whether anybody answered at all.
async function refreshKey() {
  const answer = await post("/api/v1/key", { method: "GET" });
  const { id, point, info } = answer?.body ?? {};
  const isKey = Number.isInteger(id) && typeof point === "string" && typeof info === "string";
  if (answer?.status === 200 && isKey) await store.put("settings", "key", { id, point, info });
  return Boolean(answer);
}
