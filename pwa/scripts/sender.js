// Under whose name what waits goes: the key's that signed it, whoever is signed in now.

import * as device from "./device.js";
import { register } from "./registration.js";
import { base64url } from "./seal.js";

let page = {};

// What the page holds of the server's. `phone` is there where its reader may sign for themselves,
// and names the phone that this sign-in is known to be on, if any.
export function bind({ me, csrf, phone }) {
  page = { me, csrf, isPhone: phone !== undefined, phone };
}

// A person without a registered key (a desk's computer) is vouched for by their own session, and
// by no other. Null where it is left to a page that knows its reader, as a worker and a kept page
// leave it.
export async function sender({ owner, device: known, signature }) {
  const id = known ?? (await registered(owner));
  const signed = { "Kizuki-Device": id, "Kizuki-Signature": base64url(signature) };
  if (id) return { headers: signed, credentials: "omit" };
  if (owner === page.me && page.csrf) {
    return { headers: { "X-CSRFToken": page.csrf }, credentials: "same-origin" };
  }
  const isLeft = owner !== device.NOBODY && page.me === undefined;
  return isLeft ? null : { headers: {}, credentials: "omit" };
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
