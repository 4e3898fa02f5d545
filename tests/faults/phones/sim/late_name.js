// A note whose key was named while it was being sealed, and ended before it was sent:
// `node --experimental-vm-modules late_name.js <what.json>`. Says under whose name it came, and whose
// key had signed it, each time it was sent.

import { readFileSync } from "node:fs";
import { Phone } from "./phone.js";
import { Scripts } from "./scripts.js";

const { scripts, townKey, isFirstOfferLost } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const ended = new Set();
const keys = new Map();
const sent = [];
const isRegistering = held();
const isSealing = held();
let offersLost = 0;

function held() {
  const it = {};
  it.over = new Promise((resolve) => {
    it.end = resolve;
  });
  return it;
}

const told = (status, body, isOurs = true) =>
  new Response(JSON.stringify(body), { status, headers: isOurs ? { "Kizuki-Epoch": "e" } : {} });

const ANSWERS = {
  "/api/v1/devices": async ({ body }) => {
    await isRegistering.over;
    if (offersLost-- > 0) return told(503, {}, false);
    const { point } = JSON.parse(body);
    if (ended.has(point)) return told(422, {});
    if (!keys.has(point)) keys.set(point, `key ${keys.size + 1}`);
    return told(201, { id: keys.get(point), point });
  },
  "/api/v1/observations": async ({ headers, body }) => {
    const named = headers.get("Kizuki-Device");
    const signature = Buffer.from(headers.get("Kizuki-Signature") ?? "", "base64url");
    const signed = [];
    for (const [point, id] of keys) if (await isBy(point, signature, body)) signed.push(id);
    sent.push({ named, signed });
    return told(503, {});
  },
};

async function isBy(point, signature, body) {
  const curve = { name: "ECDSA", namedCurve: "P-256" };
  const raw = Buffer.from(point, "base64url");
  const key = await crypto.subtle.importKey("raw", raw, curve, true, ["verify"]);
  return crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, signature, body);
}

globalThis.fetch = async (address, how) =>
  (await ANSWERS[new URL(address).pathname]?.(how)) ?? told(503, {}, false);

const { sign } = SubtleCrypto.prototype;
SubtleCrypto.prototype.sign = async function (...given) {
  await isSealing.over;
  return sign.apply(this, given);
};

const world = {
  scripts: new Scripts(scripts),
  origin: "http://127.0.0.1",
  townKey,
  seed: 1,
  history() {},
  trouble(_phone, error) {
    throw error;
  },
};
const phone = new Phone(world, { number: 1, me: "writer", csrf: "before", later: [] });
const until = async (is) => {
  while (!(await is())) await new Promise((resolve) => setTimeout(resolve, 5));
};

const first = await phone.start();
const fields = {
  id: crypto.randomUUID(),
  words: "灯りがつきません",
  noted_at: new Date().toISOString(),
};
const put = first.scripts.outbox.put({ kind: "note", fields, shown: { urgency: "soon" } });
await until(async () => (await first.scripts.store.get("device", "writer"))?.sequence === 1);
isRegistering.end();
await until(async () => (await first.scripts.store.get("device", "writer")).id);
phone.setSignal(false);
isSealing.end();
const { device } = await put;
phone.killAll();
for (const point of keys.keys()) ended.add(point);
offersLost = Number(isFirstOfferLost);
phone.isOnline = true;
await phone.start();
await until(() => sent.length);
process.stdout.write(JSON.stringify({ device, keys: keys.size, sent }));
process.exit(0);
