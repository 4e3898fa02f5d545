// Empties a phone whose key was shut off.

import * as outbox from "./outbox.js";
import * as store from "./store.js";

// Everything that can be read goes, and all that is this person's, unless something of theirs still
// waits: seen and done in one transaction, since another tab may be keeping a note right now. What
// others sealed here stays theirs.
export async function eraseUnlessWaiting(owner) {
  let isErased = false;
  await store.everywhere((stores) => {
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
        empty(stores, owner, own);
      }
    };
  });
  if (!isErased) return;
  for (const name of (await globalThis.caches?.keys()) ?? []) await caches.delete(name);
  outbox.tell({ type: "erased" });
}

function empty({ outbox: items, device, ...readable }, owner, own) {
  for (const id of own) items.delete(id);
  for (const one of Object.values(readable)) one.clear();
  device.delete(owner);
  device.get("current").onsuccess = ({ target: { result } }) => {
    if (result === owner) device.delete("current");
  };
}
