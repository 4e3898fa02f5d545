// Takes what waits to the server, one tab or worker at a time. Only an acceptance of this very
// content moves an item on; whatever else is answered, it stays, and those behind it go on.

import * as contact from "./contact.js";
import * as device from "./device.js";
import { pin } from "./item.js";
import * as outbox from "./outbox.js";
import { paced } from "./pace.js";
import { post } from "./post.js";
import { base64url } from "./seal.js";
import * as store from "./store.js";

const ADDRESS = "/api/v1/observations";
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = { signal: 60_000, answer: 3_600_000 };
const DAY_MS = 24 * 3_600_000;
const MOST_LOST = 2;
const PUT_PAUSE_MS = 250;

let page = {};
let isWanted = false;
let running;
let timer;

// Binds a page: what it holds of the server's, and the moments at which to try again. Afterwards
// whatever is put belongs to the page's reader.
export async function start({ me, csrf, townKey, phone }) {
  page = { me, csrf, isPhone: phone !== undefined };
  const key = townKey && JSON.parse(townKey);
  if (key) pin(key);
  await device.speakFor(me);
  outbox.whenPut(paced(sync, PUT_PAUSE_MS));
  globalThis.addEventListener?.("online", sync);
  globalThis.document?.addEventListener("visibilitychange", () => {
    if (!document.hidden) sync();
  });
  // A page that knows its reader came from the server just now, and so did its key.
  if (key && me !== undefined) await store.put("settings", "key", key);
}

// The first run of a page: its reader's key is made known, and what waits goes.
export async function firstSync() {
  await registered(page.me);
  return sync();
}

// Gives how many items still wait. Called while it runs, it runs once more.
export function sync() {
  isWanted = true;
  running ??= flushWhileWanted();
  return running;
}

async function flushWhileWanted() {
  try {
    let left = 0;
    while (isWanted) {
      isWanted = false;
      if (globalThis.navigator?.onLine !== false) await flushAlone();
      left = await plan();
    }
    return left;
  } finally {
    running = undefined;
  }
}

function flushAlone() {
  const { locks } = globalThis.navigator ?? {};
  return locks ? locks.request("kizuki-sync", flush) : flush();
}

async function flush() {
  const items = await outbox.unsent();
  const left = new Map();
  for (const { owner } of items) left.set(owner, (left.get(owner) ?? 0) + 1);
  let marks = null;
  let lost = 0;
  for (const { id, owner, notBefore } of items) {
    if (isPutOff(notBefore)) continue;
    const answer = await send(id, left.get(owner) - 1);
    if (answer?.hasArrived) left.set(owner, left.get(owner) - 1);
    marks = answer?.marks ?? marks;
    lost = answer ? 0 : lost + 1;
    if (lost === MOST_LOST) break;
  }
  if (lost < MOST_LOST) marks = (await contact.keep()) ?? marks;
  if (marks && (await outbox.settle(marks))) isWanted = true;
}

// A clock that was set back must not hold anything for years.
const isPutOff = (notBefore) => notBefore > Date.now() && notBefore - Date.now() < DAY_MS;

// Gives {hasArrived, marks}; null where no answer came.
async function send(id, waitingBehind) {
  const item = await store.get("outbox", id);
  if (item?.state !== "waiting") return {};
  const as = await sender(item);
  if (!as) return {};
  const headers = {
    ...as.headers,
    "Content-Type": "application/octet-stream",
    "Kizuki-Waiting": String(waitingBehind),
  };
  const answer = await post(ADDRESS, { ...as, headers, body: item.envelope });
  if (isAcceptance(answer, item)) {
    await outbox.arrive(id, answer.body, answer.marks.epoch);
    return { hasArrived: true, marks: answer.marks };
  }
  await putOff(id, answer);
  return answer && {};
}

// Under whose name it goes: the key's that signed it, whoever is signed in now. A person without
// a registered key (a desk's computer) is vouched for by their own session, and by no other.
async function sender({ owner, device: known, signature }) {
  const id = known ?? (await registered(owner));
  const signed = { "Kizuki-Device": id, "Kizuki-Signature": base64url(signature) };
  if (id) return { headers: signed, credentials: "omit" };
  if (owner === page.me && page.csrf) {
    return { headers: { "X-CSRFToken": page.csrf }, credentials: "same-origin" };
  }
  // A worker leaves what it cannot vouch for to the next page.
  const isLeft = owner !== device.NOBODY && !globalThis.document;
  return isLeft ? null : { headers: {}, credentials: "omit" };
}

async function registered(owner) {
  const kept = owner && (await device.of(owner));
  const mayRegister = page.isPhone && page.csrf && owner === page.me;
  if (kept?.id || !mayRegister) return kept?.id;
  return device.register(page.csrf).catch(() => undefined);
}

function isAcceptance(answer, { id, hash }) {
  const told = answer?.body;
  return (
    (answer?.status === 200 || answer?.status === 201) &&
    told?.state === "arrived" &&
    told.id === id &&
    told.hash === hash &&
    isText(told.epoch) &&
    isText(told.received_at)
  );
}

const isText = (value) => typeof value === "string" && value !== "";

function putOff(id, answer) {
  return store.change("outbox", id, (kept) => {
    if (!kept) return undefined;
    const longest = LONGEST_WAIT_MS[answer ? "answer" : "signal"];
    const most = Math.min(longest, FIRST_WAIT_MS * 2 ** kept.tries);
    const wait = Math.max(Math.random() * most, answer?.retryAfterMs ?? 0);
    return { ...kept, tries: kept.tries + 1, notBefore: Date.now() + wait };
  });
}

// When to try again by itself; a browser that can, tries without a page.
async function plan() {
  const left = await outbox.unsent();
  clearTimeout(timer);
  if (!left.length) return 0;
  const next = Math.min(...left.map(({ notBefore }) => notBefore)) - Date.now();
  timer = setTimeout(sync, Math.min(Math.max(next, FIRST_WAIT_MS), DAY_MS));
  const worker = await globalThis.navigator?.serviceWorker?.getRegistration?.();
  await worker?.sync?.register("kizuki-outbox").catch(() => {});
  return left.length;
}
