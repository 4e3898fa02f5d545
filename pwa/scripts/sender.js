// Under whose name what waits goes: the key's that signed it, whoever is signed in now.

import * as device from "./device.js";
import { isOverdue } from "./left.js";
import { register } from "./registration.js";
import { base64url } from "./seal.js";

const SIGNED = { name: "ECDSA", hash: "SHA-256" };
let page = {};

// What the page holds of the server's. `phone` is there where its reader may sign for themselves,
// and names the phone that this sign-in is known to be on, if any.
export function bind({ me, csrf, phone }) {
  page = { me, csrf, isPhone: phone !== undefined, phone };
}

// A person without a registered key (a desk's computer) is vouched for by their own session, and
// by no other. Null where it is left to a page of theirs.
export async function sender(item) {
  const { owner, signature } = item;
  const id = item.device ?? (await signerId(item));
  const signed = { "Kizuki-Device": id, "Kizuki-Signature": base64url(signature) };
  if (id) return { headers: signed, credentials: "omit" };
  if (owner === page.me && page.csrf) {
    return { headers: { "X-CSRFToken": page.csrf }, credentials: "same-origin" };
  }
  const isTheirs = owner !== device.NOBODY && !isOverdue(item);
  return isTheirs ? null : { headers: {}, credentials: "omit", isNobodys: true };
}

// Of an item without a name, the id of the key that signed it: while it was being sealed that key may
// have been named, and ended, and another one stands in its place by now.
async function signerId({ owner, envelope, signature }) {
  await registered(owner);
  for (const { owner: whose, id, pair } of await device.all()) {
    const isTheirs = id && whose === owner;
    if (isTheirs && (await crypto.subtle.verify(SIGNED, pair.publicKey, signature, envelope)))
      return id;
  }
  return undefined;
}

// Whether this page knows that what it leaves needs a sign-in; a worker or a kept page only needs a
// page that came from the server.
export const knowsReader = () => page.me !== undefined;

// The session that this page came with speaks for nobody any more.
export function outlive() {
  page.csrf = undefined;
}

// The id of somebody's key, which the reader's page first makes known, once for each sign-in.
export async function registered(owner = page.me) {
  const kept = owner && (await device.of(owner));
  const mayRegister = page.isPhone && page.csrf && owner === page.me;
  if (!mayRegister || (kept?.id && kept.id === page.phone)) return kept?.id;
  const id = await register(page.csrf).catch(() => "");
  if (id) page.phone = id;
  return id || (await device.of(owner))?.id;
}
