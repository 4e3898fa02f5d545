// What every page does once it stands: says when there is no signal, starts the service worker,
// and tells the server again where this phone's notifications go.

import { sync } from "./push.js";

export default async function startPhone({ worker, pushKey, csrf }) {
  showSignal();
  addEventListener("online", showSignal);
  addEventListener("offline", showSignal);
  navigator.clearAppBadge?.().catch(() => {});
  if (!("serviceWorker" in navigator)) return;
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (data === "push-changed" && pushKey) sync(pushKey, csrf);
  });
  // Without signal the worker of the last visit goes on, and the next start tells.
  try {
    await navigator.serviceWorker.register(worker);
    if (pushKey) await sync(pushKey, csrf);
  } catch (error) {
    console.info(error);
  }
}

function showSignal() {
  const bar = document.querySelector('[data-bar="offline"]');
  if (bar) bar.hidden = navigator.onLine;
}
