// The files of an asset tree, kept whole: a page always gets the tree that it came with.

import * as store from "../store.js";

const PREFIX = "assets-";
const OURS = /^(assets|shell)-/;
export const NO_SIGNAL = "/offline";

export async function keepTree({ tree, assets }) {
  const cache = await caches.open(PREFIX + tree);
  await cache.addAll([...assets, NO_SIGNAL]);
}

// All of it comes at once, or nothing does.
export async function keepTreeIfMissing({ tree, assets }) {
  const cache = await caches.open(PREFIX + tree);
  if (!(await cache.match(NO_SIGNAL))) await keepTree({ tree, assets });
}

// What is kept of other trees goes, but for that of the worker that this one takes over from: a page
// that stands open still asks for it, however many versions waited meanwhile and never came to act.
// Where it is not known which that was, all stay until the next time.
export async function dropOthers({ tree }) {
  const last = await store.get("settings", "tree");
  // A worker with other words alone came with the same tree.
  if (last === tree) return;
  const kept = [tree, last].flatMap((one) => [`assets-${one}`, `shell-${one}`]);
  const others = (await caches.keys()).filter((name) => OURS.test(name) && !kept.includes(name));
  if (last) await Promise.all(others.map((name) => caches.delete(name)));
  await store.put("settings", "tree", tree);
}

export async function asset(request) {
  return (await caches.match(request)) ?? fetch(request);
}
