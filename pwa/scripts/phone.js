// What every page does once it stands: says when there is no signal, starts the service worker,
// and tells the server again where this phone's notifications go.

import startOutbox from "./start-outbox.js";

export default async function startPhone(dataset) {
  const { worker, pushKey, csrf } = dataset;
  const tellServer = async () => {
    if (!pushKey) return;
    const { sync } = await import("./push.js");
    await sync(pushKey, csrf);
  };
  showSignal();
  addEventListener("online", showSignal);
  addEventListener("offline", showSignal);
  startOutbox(dataset).catch((error) => console.info(error));
  navigator.clearAppBadge?.().catch(() => {});
  if (!worker || !("serviceWorker" in navigator)) return;
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (data === "push-changed") tellServer();
  });
  // Without signal the worker of the last visit goes on, and the next start tells.
  try {
    await navigator.serviceWorker.register(worker);
    await tellServer();
  } catch (error) {
    console.info(error);
  }
}

function showSignal() {
  const bar = document.querySelector('[data-bar="offline"]');
  if (bar) bar.hidden = navigator.onLine;
}
