// This phone's push subscription: asked for in a tap, told to the server, kept alive.

import { base64url } from "./seal.js";
import * as store from "./store.js";
import { register } from "./version.js";

const ADDRESS = "/api/v1/push/subscriptions";
const PATIENCE_MS = 20_000;
const TOLD = "push-told";
const UNKNOWN_KEY = "urn:kizuki:problem:push.problem.key";
// In memory alone: a code is stored nowhere.
const toldCodes = new Set();

// "unsupported", "ios" (only from the home screen), "elsewhere" (only from Safari's home screen),
// "refused", "on" or "off". A note without an account is told of by its own code: until this page
// has given it to the server, it is "off", whatever else this phone is told.
export async function state(code) {
  const isPossible = "serviceWorker" in navigator && "PushManager" in window;
  if (!isPossible) return appleTab() ?? "unsupported";
  if (Notification.permission === "denied") return "refused";
  const { pushManager } = await register();
  const isOn = Notification.permission === "granted" && (await pushManager.getSubscription());
  if (code && !toldCodes.has(code)) return "off";
  return isOn ? "on" : "off";
}

// Call it from a tap and await nothing before: the browser asks its question only then.
export async function subscribe(key, csrf, code) {
  const permission = await Notification.requestPermission();
  if (permission !== "granted") return permission === "denied" ? "refused" : "off";
  const { pushManager } = await ready();
  const before = await pushManager.getSubscription();
  const { subscription, isTold } = await tell(pushManager, key, csrf, code);
  if (isTold) return "on";
  // What was on before is somebody's or another note's, and goes on.
  if (before?.endpoint !== subscription.endpoint) await subscription.unsubscribe();
  return "failed";
}

// Gives the state that follows.
export async function unsubscribe(csrf, code) {
  const unwished = code || store.remove("settings", "push").catch(console.info);
  const outcome = await withdraw(csrf, code);
  await unwished;
  return outcome;
}

async function withdraw(csrf, code) {
  const worker = await navigator.serviceWorker?.getRegistration();
  const subscription = await worker?.pushManager?.getSubscription();
  if (!subscription) return "off";
  const { endpoint } = subscription;
  if (code) return silence(endpoint, csrf, code);
  sessionStorage.removeItem(TOLD);
  toldCodes.clear();
  if (csrf) await send("DELETE", { endpoint }, csrf);
  await subscription.unsubscribe();
  return "off";
}

// Of this note alone nothing is told any more: other notes, and whoever is signed in here, may be
// told through the same address.
async function silence(endpoint, csrf, code) {
  const answer = await send("DELETE", { endpoint, code }, csrf);
  if (!answer?.ok) return "on";
  toldCodes.delete(code);
  return "off";
}

// Once for each start of the app: push services and iOS drop addresses without telling anybody.
// Whoever wanted to be told here is subscribed anew.
export async function sync(key, csrf) {
  if (!("PushManager" in window) || Notification.permission !== "granted") return;
  const { pushManager } = await ready();
  const kept = await pushManager.getSubscription();
  const isTold = kept && sessionStorage.getItem(TOLD) === markOf(kept);
  const isWanted = kept || (await store.get("settings", "push")) === me();
  if (isWanted && !isTold) await tell(pushManager, key, csrf);
}

const me = () => document.body.dataset.me ?? "";
// For whom an address was told: the next who signs in here has to tell it again.
const markOf = ({ endpoint }) => `${me()} ${endpoint}`;

// A worker that cannot be installed, on a full phone, never is ready.
function ready() {
  const late = new Promise((_, reject) => setTimeout(reject, PATIENCE_MS, new Error("no worker")));
  return Promise.race([navigator.serviceWorker.ready, late]);
}

// One that lives stays, under whichever of its keys the server takes it: renewed, it would end what
// notes without an account are told through it.
async function tell(pushManager, key, csrf, code) {
  const wish = { userVisibleOnly: true, applicationServerKey: bytesOf(key) };
  let subscription = (await pushManager.getSubscription()) ?? (await pushManager.subscribe(wish));
  let answer = await offer(subscription, csrf, code);
  const problem = answer?.status === 422 ? await answer.json().catch(() => null) : null;
  if (problem?.type === UNKNOWN_KEY) {
    await subscription.unsubscribe();
    subscription = await pushManager.subscribe(wish);
    answer = await offer(subscription, csrf, code);
  }
  const isTold = Boolean(answer?.ok);
  if (isTold) await note(subscription, code);
  return { subscription, isTold };
}

async function note(subscription, code) {
  if (code) return toldCodes.add(code);
  sessionStorage.setItem(TOLD, markOf(subscription));
  return store.put("settings", "push", me()).catch(console.info);
}

function offer(subscription, csrf, code) {
  const made = subscription.options.applicationServerKey;
  const key = made ? base64url(new Uint8Array(made)) : undefined;
  return send("POST", { ...subscription.toJSON(), key, code }, csrf);
}

function send(method, body, csrf) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrf };
  const settings = { method, headers, signal: AbortSignal.timeout?.(PATIENCE_MS) };
  return fetch(ADDRESS, { ...settings, body: JSON.stringify(body) }).catch(() => null);
}

// Whether this is a tab on iOS, and whose: "ios" for Safari's, "elsewhere" for another browser's.
export function appleTab() {
  const { userAgent, maxTouchPoints, standalone } = navigator;
  const isApple = /iPhone|iPad/.test(userAgent) || (maxTouchPoints > 2 && standalone === false);
  if (isApple && isInApp()) return "elsewhere";
  if (!isApple || standalone !== false) return undefined;
  return /CriOS|FxiOS|EdgiOS|GSA\//.test(userAgent) ? "elsewhere" : "ios";
}

// Whether this is another app's own browser, from which nothing goes onto the home screen.
export const isInApp = () => /Line\/|FBA[NV]|Instagram|YJApp/.test(navigator.userAgent);

function bytesOf(key) {
  const text = atob(key.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
