// A sealed envelope, version 1: only the town's private key opens it, and its length tells little.
// 0x01 | key id (4) | ephemeral point (65) | IV (12) | AES-128-GCM ciphertext and tag.

const SIZES_KIB = [2, 8, 32, 128, 512, 2048];
const IV_BYTES = 12;
const CURVE = { name: "ECDH", namedCurve: "P-256" };
const utf8 = new TextEncoder();

// The one way to write an object: sorted keys, no spaces. The server hashes the same bytes.
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const pairs = Object.keys(value).sort();
  return `{${pairs.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}

export async function contentHash(object) {
  const digest = await crypto.subtle.digest("SHA-256", utf8.encode(canonical(object)));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// The object's bytes, with spaces up to the next of a few sizes.
export function padded(object) {
  const plain = utf8.encode(canonical(object));
  const size = SIZES_KIB.map((kib) => kib * 1024).find((bytes) => plain.length <= bytes);
  if (!size) throw new RangeError("larger than any envelope");
  const bytes = new Uint8Array(size).fill(0x20);
  bytes.set(plain);
  return bytes;
}

// All of an envelope that can be made before its bytes are there; gives what seals them into it,
// once: a key and a point are never in two envelopes. Of the pair only the point stays. `townKey` as
// GET /api/v1/key gives it: id, point (base64) and info.
export async function envelope(townKey) {
  const { subtle } = crypto;
  const town = await subtle.importKey("raw", bytesOf(townKey.point), CURVE, false, []);
  const own = await subtle.generateKey(CURVE, true, ["deriveBits"]);
  const point = new Uint8Array(await subtle.exportKey("raw", own.publicKey));
  const derive = { name: "ECDH", public: town };
  const shared = new Uint8Array(await subtle.deriveBits(derive, own.privateKey, 256));
  const key = await keyOf(joined(point, shared), utf8.encode(townKey.info));
  const head = new Uint8Array(5);
  new DataView(head.buffer).setUint32(1, townKey.id);
  head[0] = 1;
  let isUsed = false;
  return async (bytes) => {
    if (isUsed) throw new Error("an envelope is used once");
    isUsed = true;
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
    const sealed = new Uint8Array(await subtle.encrypt({ name: "AES-GCM", iv }, key, bytes));
    return joined(head, point, iv, sealed);
  };
}

export function base64url(bytes) {
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function keyOf(secret, info) {
  const { subtle } = crypto;
  const key = await subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info };
  return subtle.deriveKey(how, key, { name: "AES-GCM", length: 128 }, false, ["encrypt"]);
}

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
