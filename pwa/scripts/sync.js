// Takes what waits to the server, one tab or worker at a time: in its order, and whatever becomes of
// one item, those behind it go on.

import * as contact from "./contact.js";
import { settle } from "./copies.js";
import * as device from "./device.js";
import { pin } from "./item.js";
import * as outbox from "./outbox.js";
import { DAY_MS, paced } from "./pace.js";
import restored, { noteLoss } from "./restored.js";
import { isPutOff, LONGEST_WAIT_MS, send } from "./send.js";
import { bind, registered } from "./sender.js";
import * as store from "./store.js";

const SHORTEST_WAIT_MS = 1000;
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
  await device.speakFor(me).catch(console.info);
  await noteLoss(me, phone).catch(console.info);
  restored();
  const syncSoon = () => syncNow().catch(console.info);
  outbox.whenPut(paced(syncNow, PUT_PAUSE_MS));
  globalThis.addEventListener?.("online", syncSoon);
  globalThis.document?.addEventListener("visibilitychange", () => {
    if (!document.hidden) syncSoon();
  });
  // A page that knows its reader came from the server just now, and so did its key.
  if (key && me !== undefined) await store.put("settings", "key", key).catch(console.info);
}

// The first run of a page: its reader's key is made known, and what waits goes. Nobody's page on
// somebody's phone asks whether that phone was shut off.
export async function firstSync() {
  await registered();
  if (await device.isLeftBehind()) await device.owe().catch(console.info);
  return syncNow();
}

// Something has changed: what was put off for want of an answer is tried at once.
export function syncNow() {
  isAtOnce = true;
  return sync();
}

// Gives how many items still wait. Called while it runs, it runs once more. Where it rejects, it is
// tried again all the same.
export function sync() {
  isWanted = true;
  running ??= flushWhileWanted();
  return running;
}

async function flushWhileWanted() {
  try {
    let left = 0;
    await restored();
    while (isWanted) {
      const due = isAtOnce ? "retryAt" : "notBefore";
      isWanted = false;
      isAtOnce = false;
      if (hasSignal()) await outbox.alone(() => flush(due));
      left = await plan();
    }
    return left;
  } catch (error) {
    wake(LONGEST_WAIT_MS);
    throw error;
  } finally {
    running = undefined;
  }
}

const hasSignal = () => globalThis.navigator?.onLine !== false;

// `due`: the moment of each item that counts, which a server asked for or this phone chose.
async function flush(due) {
  const round = roundOf(await outbox.unsent());
  parked.clear();
  for (const item of round.items) {
    const isPhoto = item.kind === "photo";
    // What was written meanwhile goes before pictures.
    if (isPhoto && isWanted) break;
    if (isPutOff(item[due])) continue;
    // What belongs to a note must not come before it.
    if (round.notes.has(item.note)) parked.add(item.id);
    else if (!(await step(item, round)) && (isPhoto || round.lost === MOST_LOST)) break;
  }
  if (round.lost >= MOST_LOST) return;
  const marks = await contact.keep(round.marks).catch(console.info);
  if (marks && (await settle(marks).catch(console.info))) isWanted = true;
}

// On a weak line a picture takes its time, or never comes through: all words go first.
function roundOf(unsent) {
  const isPhoto = ({ kind }) => kind === "photo";
  const items = [...unsent.filter((item) => !isPhoto(item)), ...unsent.filter(isPhoto)];
  const left = new Map();
  for (const item of items) left.set(keyOf(item), (left.get(keyOf(item)) ?? 0) + 1);
  return { items, left, notes: new Set(items.map(({ id }) => id)), lost: 0, marks: null };
}

const keyOf = ({ owner, device: id }) => `${owner} ${id}`;

// Sends one; gives whether anybody answered. One that cannot be written down is no other's trouble.
async function step(item, round) {
  const { id } = item;
  const { left } = round;
  const behind = left.get(keyOf(item)) - 1;
  const answer = await send(id, behind).catch((error) => {
    console.info(error);
    return { isParked: true };
  });
  if (answer?.isParked) parked.add(id);
  if (answer?.hasArrived) {
    left.set(keyOf(item), behind);
    round.notes.delete(id);
  }
  round.marks = answer?.marks ?? round.marks;
  round.lost = answer ? 0 : round.lost + 1;
  return Boolean(answer);
}

// When to try again by itself; a browser that can, tries without a page.
async function plan() {
  const left = await outbox.unsent();
  clearTimeout(timer);
  if (!left.length) return 0;
  const later = Date.now() + LONGEST_WAIT_MS;
  // Nothing goes before the signal is back, which tells by itself.
  const isLater = (id) => !hasSignal() || parked.has(id);
  const moments = left.map(({ id, notBefore }) => (isLater(id) ? later : notBefore));
  wake(Math.min(...moments) - Date.now());
  const worker = await globalThis.navigator?.serviceWorker?.getRegistration?.();
  await worker?.sync?.register("kizuki-outbox").catch(() => {});
  return left.length;
}

function wake(wait) {
  clearTimeout(timer);
  const ms = Math.min(Math.max(wait, SHORTEST_WAIT_MS), DAY_MS);
  timer = setTimeout(() => sync().catch(console.info), ms);
}
