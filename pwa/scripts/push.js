// This phone's push subscription: asked for in a tap, told to the server, kept alive.

import { register } from "./version.js";

const ADDRESS = "/api/v1/push/subscriptions";
const TOLD = "push-told";
// In memory alone: a code is stored nowhere.
const toldCodes = new Set();

export async function registration() {
  await register();
  return navigator.serviceWorker.ready;
}

// "unsupported", "ios" (only from the home screen), "elsewhere" (only from Safari's home screen),
// "refused", "on" or "off". A note without an account is told of by its own code: until this page
// has given it to the server, it is "off", whatever else this phone is told.
export async function state(code) {
  const isPossible = "serviceWorker" in navigator && "PushManager" in window;
  if (!isPossible) return appleTab() ?? "unsupported";
  if (Notification.permission === "denied") return "refused";
  const { pushManager } = await registration();
  const isOn = Notification.permission === "granted" && (await pushManager.getSubscription());
  if (code && !toldCodes.has(code)) return "off";
  return isOn ? "on" : "off";
}

// Call it from a tap and await nothing before: the browser asks its question only then.
export async function subscribe(worker, key, csrf, code) {
  const permission = await Notification.requestPermission();
  if (permission !== "granted") return permission === "denied" ? "refused" : "off";
  const before = await worker.pushManager.getSubscription();
  const subscription = await renewed(worker.pushManager, key);
  if (await tell(subscription, csrf, code)) return "on";
  // What was on before is somebody's or another note's, and goes on.
  if (before?.endpoint !== subscription.endpoint) await subscription.unsubscribe();
  return "failed";
}

// Gives the state that follows.
export async function unsubscribe(csrf, code) {
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

// Once for each start of the app: push services drop addresses without telling anybody.
export async function sync(key, csrf) {
  if (!("PushManager" in window) || Notification.permission !== "granted") return;
  const { pushManager } = await registration();
  if (!(await pushManager.getSubscription())) return;
  const subscription = await renewed(pushManager, key);
  if (sessionStorage.getItem(TOLD) !== markOf(subscription)) await tell(subscription, csrf);
}

// The subscription under the server's present key.
async function renewed(pushManager, key) {
  const applicationServerKey = bytesOf(key);
  const kept = await pushManager.getSubscription();
  if (kept && isSame(kept.options.applicationServerKey, applicationServerKey)) return kept;
  await kept?.unsubscribe();
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
}

// For whom an address was told: the next who signs in here has to tell it again.
const markOf = ({ endpoint }) => `${document.body.dataset.me ?? ""} ${endpoint}`;

async function tell(subscription, csrf, code) {
  const answer = await send("POST", { ...subscription.toJSON(), code }, csrf);
  if (answer?.ok && !code) sessionStorage.setItem(TOLD, markOf(subscription));
  if (answer?.ok && code) toldCodes.add(code);
  return Boolean(answer?.ok);
}

function send(method, body, csrf) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrf };
  return fetch(ADDRESS, { method, headers, body: JSON.stringify(body) }).catch(() => null);
}

// Whether this is a tab on iOS, and whose: "ios" for Safari's, "elsewhere" for another browser's.
export function appleTab() {
  const { userAgent, maxTouchPoints, standalone } = navigator;
  const isApple = /iPhone|iPad/.test(userAgent) || maxTouchPoints > 2;
  if (!isApple || standalone !== false) return undefined;
  return /CriOS|FxiOS|EdgiOS|GSA\//.test(userAgent) ? "elsewhere" : "ios";
}

function bytesOf(key) {
  const text = atob(key.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function isSame(buffer, bytes) {
  const kept = new Uint8Array(buffer ?? 0);
  return kept.length === bytes.length && kept.every((byte, index) => byte === bytes[index]);
}
