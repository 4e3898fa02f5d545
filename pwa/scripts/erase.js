// Empties a phone whose key was shut off.

import { NOBODY } from "./device.js";
import * as halves from "./halves.js";
import { tell } from "./news.js";
import * as rows from "./rows.js";
import * as spare from "./spare.js";
import within from "./within.js";

const PATIENCE_MS = 2000;

// Everything that can be read goes, and all that is this person's, unless something of theirs still
// waits or they have another key by now: seen and done in one transaction, since another tab may be
// keeping a note right now. What others sealed here, or are writing, stays theirs.
export async function eraseUnlessWaiting({ owner, id }) {
  let isErased = false;
  const gone = new Set();
  const decide = (stores) => {
    const own = [];
    let isWaiting = false;
    stores.outbox.openCursor().onsuccess = ({ target: { result: cursor } }) => {
      if (cursor) {
        if (cursor.value.owner === owner) {
          own.push(cursor.primaryKey);
          isWaiting ||= cursor.value.state === "waiting";
        }
        cursor.continue();
      } else if (!isWaiting) {
        isErased = true;
        empty(stores, owner, own, gone);
      }
    };
  };
  await rows.everywhere((stores) => {
    stores.device.get(owner).onsuccess = ({ target: { result } }) => {
      if (result?.id === id) decide(stores);
    };
  });
  if (!isErased) return;
  await halves.remove(({ half }) => gone.has(half));
  for (const name of (await globalThis.caches?.keys()) ?? []) {
    if (![halves.CACHE, spare.CACHE].includes(name)) await caches.delete(name);
  }
  await within(PATIENCE_MS, silence()).catch(console.info);
  tell({ type: "erased", owner });
}

// `gone` gets the halves of the drafts that go.
function empty({ outbox: items, device, drafts, keys, ...readable }, owner, own, gone) {
  for (const id of own) items.delete(id);
  for (const one of Object.values(readable)) one.clear();
  device.delete(owner);
  device.get("current").onsuccess = ({ target: { result } }) => {
    if (result === owner) device.delete("current");
  };
  let isOthers = false;
  drafts.openCursor().onsuccess = ({ target: { result: cursor } }) => {
    if (cursor) {
      if ([owner, NOBODY, undefined].includes(cursor.value.owner)) {
        gone.add(cursor.value.half);
        cursor.delete();
      } else isOthers = true;
      cursor.continue();
    } else if (!isOthers) keys.clear();
  };
}

// Nobody is left whom this phone is to tell of anything.
async function silence() {
  const others = await rows.picked("device", ({ owner, isEnded }) => (isEnded ? NOBODY : owner));
  if (others.some((owner) => owner && owner !== NOBODY)) return;
  const worker =
    globalThis.registration ?? (await globalThis.navigator?.serviceWorker?.getRegistration());
  const subscription = await worker?.pushManager?.getSubscription();
  await subscription?.unsubscribe();
}

// What a page keeps beside the store goes, too, and one that shows its reader's replies is left. A
// form stays: nothing of anybody's stands in it but what is being written.
export function leave({ me }, owner) {
  sessionStorage.clear();
  localStorage.clear();
  const isForm = document.querySelector('[data-behaviour~="note-send"]');
  if (isForm || (me ?? owner) !== owner) return;
  document.body.replaceChildren();
  location.replace("/");
}
