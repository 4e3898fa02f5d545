// What every page does once it stands: says when there is no signal, keeps and forgets what may be
// read without one, starts the service worker, and tells the server again where this phone's
// notifications go.

import { saySignal } from "./bars.js";
import { whenIdle } from "./pace.js";
import * as readable from "./readable.js";
import startOutbox from "./start-outbox.js";
import { register, watch } from "./version.js";

const WHERE_ANSWERS_ARE = /^\/(notes(?!\/new)|receipts)/;

export default async function startPhone(dataset) {
  if (dataset.locks) startLock(dataset).catch(tell);
  sayWhetherThereIsSignal("shell" in dataset);
  startOutbox(dataset).then(askToStay).catch(tell);
  tryStore().catch(tell);
  whenIdle(bringTheRest);
  const remembered = readable
    .forgetStale()
    .then(() => readable.remember(dataset))
    .catch(tell);
  if (WHERE_ANSWERS_ARE.test(location.pathname)) navigator.clearAppBadge?.().catch(() => {});
  if (!dataset.worker || !("serviceWorker" in navigator)) return;
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (data === "push-changed") tellServer(dataset).catch(tell);
    if (data === "pushed") showAnew().catch(tell);
  });
  await remembered;
  // Without signal the worker of the last visit goes on, and the next start tells.
  await startWorker().catch(tell);
  await tellServer(dataset).catch(tell);
}

async function startLock(dataset) {
  const { default: lock } = await import("./lock.js");
  lock(dataset);
}

// Where somebody may write what this phone is to keep.
async function tryStore() {
  if (!document.querySelector("[data-behaviour~=autosave]")) return;
  const { watch: watchStore } = await import("./probe.js");
  await watchStore();
}

// What a form may still ask for: a server that was given a new version meanwhile has no file of this
// page's any more.
function bringTheRest() {
  const note = document.querySelector("[data-behaviour~=note-send]");
  if (!note) return;
  const later = document.getElementById("kept").content.querySelectorAll("[data-behaviour]");
  const names = [...later].flatMap(({ dataset }) => dataset.behaviour.split(" "));
  const files = ["plainly", "towns", ...names.map((name) => `behaviours/${name}`)];
  for (const file of new Set(files)) import(`./${file}.js`).catch(tell);
}

// Once something is kept here, the browser is asked not to clear it away.
async function askToStay() {
  if (!navigator.storage?.persist) return;
  const { listen } = await import("./outbox.js");
  const stop = listen(({ type }) => {
    if (type !== "changed") return;
    stop();
    navigator.storage.persist().catch(tell);
  });
}

async function startWorker() {
  const registration = await register();
  registration.active?.postMessage("start");
  await watch(registration);
}

// What stands open of one's own notes is older than the message.
async function showAnew() {
  const shown = document.querySelector("[data-renews]");
  if (!shown) return;
  const { default: renew } = await import("./renew.js");
  await renew(shown.dataset.renews);
}

async function tellServer({ pushKey, csrf }) {
  // Who signs in here next tells it again: it is bound to the session.
  if (!pushKey) return sessionStorage.removeItem("push-told");
  const { sync } = await import("./push.js");
  await sync(pushKey, csrf);
}

// A kept page stands where the server's did not come, whatever the browser believes.
function sayWhetherThereIsSignal(isKeptPage) {
  const bar = document.querySelector('[data-bar="offline"]');
  if (!bar) return;
  const say = () => {
    bar.hidden = navigator.onLine;
    saySignal();
  };
  if (isKeptPage) saySignal();
  else say();
  addEventListener("online", say);
  addEventListener("offline", say);
}

function tell(error) {
  console.info(error);
}
