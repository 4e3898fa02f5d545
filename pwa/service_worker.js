// The server puts KIZUKI above: tree, assets, icon and the fallback words of each language.
// No page of a person is ever kept: only assets, and the page that says there is no signal.

const PREFIX = "assets-";
const OFFLINE = "/offline";
const KEPT_TREES = 2;

self.addEventListener("install", (event) => {
  event.waitUntil(keepTree());
  self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOldTrees());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (new URL(request.url).pathname.startsWith("/assets/")) event.respondWith(asset(request));
});

self.addEventListener("push", (event) => {
  const { title, ...options } = notificationOf(event.data);
  const shown = self.registration.showNotification(title, options);
  event.waitUntil(shown.then(() => Promise.allSettled([mark(), see(options.data, "shown")])));
});

self.addEventListener("notificationclick", (event) => {
  const { data } = event.notification;
  event.notification.close();
  event.waitUntil(Promise.allSettled([open(data.navigate), see(data, "opened")]));
});

self.addEventListener("pushsubscriptionchange", (event) => {
  event.waitUntil(subscribeAgain(event));
});

async function keepTree() {
  const cache = await caches.open(PREFIX + KIZUKI.tree);
  await cache.addAll([...KIZUKI.assets, OFFLINE]);
}

// A page that stands open still asks for the tree it came with.
async function dropOldTrees() {
  const trees = (await caches.keys()).filter((name) => name.startsWith(PREFIX));
  await Promise.all(trees.slice(0, -KEPT_TREES).map((name) => caches.delete(name)));
}

async function page(request) {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(OFFLINE)) ?? Response.error();
  }
}

async function asset(request) {
  return (await caches.match(request)) ?? fetch(request);
}

// One push, one notification, whatever it says: iOS ends a subscription that stays silent.
function notificationOf(data) {
  let told;
  try {
    told = data.json().notification;
  } catch {
    told = null;
  }
  const { title, body, lang, tag, navigate = "/", data: about } = told?.title ? told : fallback();
  return {
    title,
    body,
    lang,
    tag,
    renotify: Boolean(tag),
    icon: KIZUKI.icon,
    badge: KIZUKI.icon,
    data: { ...about, navigate },
  };
}

function fallback() {
  const lang =
    navigator.language.slice(0, 2) in KIZUKI.fallback ? navigator.language.slice(0, 2) : "ja";
  return { ...KIZUKI.fallback[lang], lang };
}

function mark() {
  return navigator.setAppBadge?.();
}

// Proof for the sender that this phone has it; the code belongs to this one message.
function see(data, kind) {
  const address = data?.see && new URL(data.see, location.origin);
  if (!address || address.origin !== location.origin) return undefined;
  return fetch(address, {
    method: "POST",
    credentials: "omit",
    keepalive: true,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ kind, code: data.code }),
  });
}

async function open(navigate) {
  const asked = new URL(navigate, location.origin);
  const address = asked.origin === location.origin ? asked.href : location.origin;
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const standing = windows.find((client) => client.url === address);
  return standing ? standing.focus() : self.clients.openWindow(address);
}

// Open pages tell the server at once; else the next start of the app does.
async function subscribeAgain({ oldSubscription, newSubscription }) {
  if (!newSubscription && oldSubscription) {
    await self.registration.pushManager.subscribe(oldSubscription.options);
  }
  for (const client of await self.clients.matchAll()) client.postMessage("push-changed");
}
