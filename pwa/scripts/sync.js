// Takes what waits to the server, one tab or worker at a time. Only an acceptance of this very
// content moves an item on; whatever else is answered, it stays, and those behind it go on.

import * as contact from "./contact.js";
import * as device from "./device.js";
import { pin } from "./item.js";
import * as outbox from "./outbox.js";
import { paced } from "./pace.js";
import { post } from "./post.js";
import { bind, registered, sender } from "./sender.js";
import * as store from "./store.js";

const ADDRESS = "/api/v1/observations";
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = { signal: 60_000, answer: 3_600_000 };
const DAY_MS = 24 * 3_600_000;
const MOST_LOST = 2;
const PUT_PAUSE_MS = 250;

let isWanted = false;
let isAtOnce = false;
let running;
let timer;
// What this page cannot send now, for another reason than that it was put off.
const parked = new Set();

// Binds a page: what it holds of the server's, and the moments at which to try again. Afterwards
// whatever is put belongs to the page's reader. Rejects where this browser opens no store; one that
// is too full to write in still sends.
export async function start({ me, csrf, townKey, phone }) {
  bind({ me, csrf, phone });
  const key = townKey && JSON.parse(townKey);
  if (key) pin(key);
  await outbox.waiting();
  await device.speakFor(me).catch(tell);
  outbox.whenPut(paced(syncNow, PUT_PAUSE_MS));
  globalThis.addEventListener?.("online", syncNow);
  globalThis.document?.addEventListener("visibilitychange", () => {
    if (!document.hidden) syncNow();
  });
  // A page that knows its reader came from the server just now, and so did its key.
  if (key && me !== undefined) await store.put("settings", "key", key).catch(tell);
}

// The first run of a page: its reader's key is made known, and what waits goes. Nobody's page on
// somebody's phone asks whether that phone was shut off.
export async function firstSync() {
  await registered();
  if (await device.isLeftBehind()) await device.owe().catch(tell);
  return syncNow();
}

// Something has changed: what was put off for want of an answer is tried at once.
export function syncNow() {
  isAtOnce = true;
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
      const due = isAtOnce ? "retryAt" : "notBefore";
      isWanted = false;
      isAtOnce = false;
      if (globalThis.navigator?.onLine !== false) await outbox.alone(() => flush(due));
      left = await plan();
    }
    return left;
  } finally {
    running = undefined;
  }
}

// `due`: the moment of each item that counts, which a server asked for or this phone chose.
async function flush(due) {
  const round = roundOf(await outbox.unsent());
  parked.clear();
  for (const item of round.items) {
    const isPhoto = item.kind === "photo";
    // What was written meanwhile goes before pictures.
    if (isPhoto && isWanted) break;
    if (isPutOff(item[due])) continue;
    // What was said after a note must not come before it.
    if (!isPhoto && round.notes.has(item.note)) parked.add(item.id);
    else if (!(await step(item, round)) && (isPhoto || round.lost === MOST_LOST)) break;
  }
  let { marks } = round;
  if (round.lost < MOST_LOST) marks = (await contact.keep().catch(tell)) ?? marks;
  if (marks && (await outbox.settle(marks).catch(tell))) isWanted = true;
}

// On a weak line a picture takes its time, or never comes through: all words go first.
function roundOf(unsent) {
  const isPhoto = ({ kind }) => kind === "photo";
  const items = [...unsent.filter((item) => !isPhoto(item)), ...unsent.filter(isPhoto)];
  const left = new Map();
  for (const { owner } of items) left.set(owner, (left.get(owner) ?? 0) + 1);
  return { items, left, notes: new Set(items.map(({ id }) => id)), lost: 0, marks: null };
}

// Sends one; gives whether anybody answered. One that cannot be written down is no other's trouble.
async function step({ id, owner }, round) {
  const { left } = round;
  const answer = await send(id, left.get(owner) - 1).catch((error) => {
    tell(error);
    return { isParked: true };
  });
  if (answer?.isParked) parked.add(id);
  if (answer?.hasArrived) {
    left.set(owner, left.get(owner) - 1);
    round.notes.delete(id);
  }
  round.marks = answer?.marks ?? round.marks;
  round.lost = answer ? 0 : round.lost + 1;
  return Boolean(answer);
}

// A clock that was set back must not hold anything for years.
const isPutOff = (until) => until > Date.now() && until - Date.now() < DAY_MS;

// Gives {hasArrived, isParked, marks}; null where no answer came.
async function send(id, waitingBehind) {
  const item = await store.get("outbox", id);
  if (item?.state !== "waiting") return {};
  const as = await sender(item);
  if (!as) return { isParked: true };
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

// Only our server's whole answer is a reason to wait for long: a portal's, or one that was cut off,
// says no more than no answer.
function putOff(id, answer) {
  const isOurs = answer?.marks.epoch && answer.body;
  return store.change("outbox", id, (kept) => {
    if (!kept) return undefined;
    const most = Math.min(
      LONGEST_WAIT_MS[isOurs ? "answer" : "signal"],
      FIRST_WAIT_MS * 2 ** kept.tries,
    );
    const asked = answer?.retryAfterMs ?? 0;
    const notBefore = Date.now() + Math.max(Math.random() * most, asked);
    return { ...kept, tries: kept.tries + 1, notBefore, retryAt: asked && Date.now() + asked };
  });
}

// When to try again by itself; a browser that can, tries without a page.
async function plan() {
  const left = await outbox.unsent();
  clearTimeout(timer);
  if (!left.length) return 0;
  const later = Date.now() + LONGEST_WAIT_MS.signal;
  const moments = left.map(({ id, notBefore }) => (parked.has(id) ? later : notBefore));
  const wait = Math.min(...moments) - Date.now();
  timer = setTimeout(sync, Math.min(Math.max(wait, FIRST_WAIT_MS), DAY_MS));
  const worker = await globalThis.navigator?.serviceWorker?.getRegistration?.();
  await worker?.sync?.register("kizuki-outbox").catch(() => {});
  return left.length;
}

function tell(error) {
  console.info(error);
  return null;
}
