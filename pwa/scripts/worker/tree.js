// The files of an asset tree, kept whole: a page always gets the tree that it came with.

const PREFIX = "assets-";
const KEPT_TREES = 2;
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

// A page that stands open still asks for the tree it came with.
export function dropOldTrees() {
  return dropOld(PREFIX);
}

export async function dropOld(prefix) {
  const trees = (await caches.keys()).filter((name) => name.startsWith(prefix));
  await Promise.all(trees.slice(0, -KEPT_TREES).map((name) => caches.delete(name)));
}

export async function asset(request) {
  return (await caches.match(request)) ?? fetch(request);
}
