// Pushes. One push, one notification, whatever it says and before anything else is done: iOS ends
// a subscription that stays silent.

import { owe } from "../device.js";
import { report } from "../sightings.js";
import { sync } from "../sync.js";

export async function show(data, kizuki) {
  const { title, ...options } = notificationOf(data, kizuki);
  await self.registration.showNotification(title, options);
  const { data: about } = options;
  // Of a sign-in that ended somewhere else: whether this phone was meant, the server says.
  if (about.contact) await owe().catch(() => {});
  // A page that is renewed takes the badge away again.
  await navigator.setAppBadge?.().catch(() => {});
  await Promise.allSettled([tellPages("pushed"), report(about, "shown"), sync()]);
}

export function tap(notification) {
  const { data } = notification;
  notification.close();
  return Promise.allSettled([open(data.navigate), report(data, "opened"), sync()]);
}

// Open pages tell the server at once; else the next start of the app does.
export async function subscribeAgain({ oldSubscription, newSubscription }) {
  if (!newSubscription && oldSubscription) {
    await self.registration.pushManager.subscribe(oldSubscription.options);
  }
  await tellPages("push-changed");
}

async function tellPages(what) {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  for (const client of pages) client.postMessage(what);
}

function notificationOf(data, { icon, fallback }) {
  let told;
  try {
    told = data.json().notification;
  } catch {
    told = null;
  }
  const {
    title,
    body,
    lang,
    tag,
    navigate = "/",
    data: about,
  } = told?.title ? told : said(fallback);
  return {
    title,
    body,
    lang,
    tag,
    renotify: Boolean(tag),
    icon,
    badge: icon,
    data: { ...about, navigate },
  };
}

function said(fallback) {
  const spoken = navigator.language.slice(0, 2);
  const lang = spoken in fallback ? spoken : "ja";
  return { ...fallback[lang], lang };
}

async function open(navigate) {
  const asked = new URL(navigate, location.origin);
  const address = asked.origin === location.origin ? asked.href : location.origin;
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const standing = windows.find((client) => client.url === address);
  return standing ? standing.focus() : self.clients.openWindow(address);
}
