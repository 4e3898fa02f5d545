// What every page does once it stands: says when there is no signal, starts the service worker,
// and tells the server again where this phone's notifications go.

export default async function startPhone({ worker, pushKey, csrf }) {
  const tellServer = async () => {
    if (!pushKey) return;
    const { sync } = await import("./push.js");
    await sync(pushKey, csrf);
  };
  showSignal();
  addEventListener("online", showSignal);
  addEventListener("offline", showSignal);
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
