// The server puts KIZUKI above: tree, assets, icon, languages and the fallback words of each; and
// the address of that tree into the imports, so that a worker never runs scripts of another.

import { forgetStale } from "./scripts/readable.js";
import { retry } from "./scripts/sightings.js";
import { sync } from "./scripts/sync.js";
import { show, subscribeAgain, tap } from "./scripts/worker/notices.js";
import { isAsking, page } from "./scripts/worker/pages.js";
import { refresh } from "./scripts/worker/shell.js";
import { asset, dropOthers, keepTree } from "./scripts/worker/tree.js";
import { takeOver } from "./scripts/worker/version.js";

const OUTBOX = "kizuki-outbox";

self.addEventListener("install", (event) => {
  event.waitUntil(keepTree(KIZUKI).then(() => refresh(KIZUKI).catch(tell)));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOthers(KIZUKI).catch(tell));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (!isAsking(request.method, pathname) || origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request, KIZUKI));
  else if (pathname.startsWith("/assets/")) event.respondWith(asset(request));
});

self.addEventListener("push", (event) => {
  event.waitUntil(show(event.data, KIZUKI));
});

self.addEventListener("notificationclick", (event) => {
  event.waitUntil(tap(event.notification));
});

self.addEventListener("pushsubscriptionchange", (event) => {
  event.waitUntil(subscribeAgain(event));
});

self.addEventListener("sync", (event) => {
  if (event.tag === OUTBOX) event.waitUntil(flush());
});

// What a page asks at its start.
self.addEventListener("message", (event) => {
  const [port] = event.ports;
  const act = {
    start: () => Promise.allSettled([refresh(KIZUKI), retry()]),
    "take over": () => takeOver().then((isNew) => port.postMessage(isNew)),
  };
  if (Object.hasOwn(act, event.data)) event.waitUntil(act[event.data]());
});

// A browser tries again later where this rejects.
async function flush() {
  const [left, unseen] = await Promise.all([sync(), retry()]);
  if (left + unseen) throw new Error(`${left + unseen} still wait`);
}

forgetStale().catch(tell);

function tell(error) {
  console.info(error);
}
