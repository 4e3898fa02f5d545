// Seals and signs as the phone does, with the phone's own scripts: items in, envelopes out.

import { readFileSync } from "node:fs";
import { base64url, contentHash, envelope as begun, padded } from "../../pwa/scripts/seal.js";

const { subtle } = crypto;
const SIGNING = { name: "ECDSA", namedCurve: "P-256" };
const { townKey, items } = JSON.parse(readFileSync(0, "utf-8"));
const pair = await subtle.generateKey(SIGNING, false, ["sign", "verify"]);

const sealed = [];
for (const item of items) {
  const seal = await begun(townKey);
  const envelope = await seal(padded(item));
  const how = { name: "ECDSA", hash: "SHA-256" };
  sealed.push({
    envelope: Buffer.from(envelope).toString("base64"),
    hash: await contentHash(item),
    signature: base64url(new Uint8Array(await subtle.sign(how, pair.privateKey, envelope))),
  });
}
const point = base64url(new Uint8Array(await subtle.exportKey("raw", pair.publicKey)));
process.stdout.write(JSON.stringify({ point, sealed }));
