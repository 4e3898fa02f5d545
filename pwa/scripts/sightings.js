// What this phone saw of a message, for its sender: proof that it was shown, and that it was opened.
// The code belongs to this one message. It waits and is tried again until our server took it; a repeat
// changes nothing there.

import * as store from "./store.js";

const MOST_WAITING = 20;
const PATIENCE_MS = 20_000;
const FAULT = 500;

export async function report(data, kind) {
  const address = data?.see && new URL(data.see, location.origin);
  if (!address || address.origin !== location.origin) return;
  const sighting = { address: address.pathname, kind, code: data.code };
  if (!(await send(sighting))) await keep(sighting);
}

// Gives how many still wait.
export async function retry() {
  const waiting = (await store.get("settings", "sightings")) ?? [];
  const outcomes = await Promise.all(waiting.map(send));
  const told = new Set(waiting.filter((_, index) => outcomes[index]).map(nameOf));
  if (told.size) {
    const strike = (kept = []) => kept.filter((one) => !told.has(nameOf(one)));
    await store.change("settings", "sightings", strike);
  }
  return waiting.length - told.size;
}

const nameOf = ({ address, kind, code }) => `${address} ${kind} ${code}`;

async function keep(sighting) {
  const add = (kept = []) => [...kept, sighting].slice(-MOST_WAITING);
  await store.change("settings", "sightings", add);
  await globalThis.registration?.sync?.register("kizuki-outbox").catch(() => {});
}

// Whether our server answered; what it does not want is not offered again. A portal, or a server in
// trouble, has heard nothing.
async function send({ address, kind, code }) {
  const headers = { "Content-Type": "application/json" };
  const body = JSON.stringify({ kind, code });
  const signal = AbortSignal.timeout?.(PATIENCE_MS);
  const settings = { method: "POST", credentials: "omit", keepalive: true, headers, signal, body };
  const answer = await fetch(address, settings).catch(() => null);
  answer?.body?.cancel().catch(() => {});
  return Boolean(answer?.headers.has("Kizuki-Epoch")) && answer.status < FAULT;
}
