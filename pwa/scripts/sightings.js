// What this phone saw of a message, for its sender: proof that it was shown, and that it was opened.
// The code belongs to this one message. Without signal it waits and is tried once more.

import * as store from "./store.js";

const MOST_WAITING = 20;

export async function report(data, kind) {
  const address = data?.see && new URL(data.see, location.origin);
  if (!address || address.origin !== location.origin) return;
  const sighting = { address: address.pathname, kind, code: data.code };
  if (!(await send(sighting))) await keep(sighting);
}

export async function retry() {
  let waiting = [];
  await store.change("settings", "sightings", (kept) => {
    waiting = kept ?? [];
    return waiting.length ? [] : undefined;
  });
  await Promise.all(waiting.map(send));
}

async function keep(sighting) {
  const add = (kept = []) => [...kept, sighting].slice(-MOST_WAITING);
  await store.change("settings", "sightings", add);
  await globalThis.registration?.sync?.register("kizuki-outbox").catch(() => {});
}

// Whether an answer came; what the server does not want is not offered again.
async function send({ address, kind, code }) {
  const headers = { "Content-Type": "application/json" };
  const body = JSON.stringify({ kind, code });
  const settings = { method: "POST", credentials: "omit", keepalive: true, headers, body };
  const answer = await fetch(address, settings).catch(() => null);
  answer?.body?.cancel().catch(() => {});
  return Boolean(answer);
}
