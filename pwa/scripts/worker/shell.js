// The pages of nobody's that stand in for others without signal. Only these are ever kept.

import * as store from "../store.js";
import { isWithin } from "../within.js";
import { keepTreeIfMissing } from "./tree.js";

const PREFIX = "shell-";
const NAMES = ["note", "calls", "desks", "notes", "closed"];
const FRESH_MS = 3_600_000;
const PATIENCE_MS = 20_000;
const PATHS = [
  [/^\/notes\/new$/, "note"],
  [/^\/desks\/[^/]+\/note$/, "note"],
  [/^\/calls$/, "calls"],
  [/^\/desks(\/[^/]+)?$/, "desks"],
  [/^\/closed$/, "closed"],
];

// Brings the pages of this tree, in the language and for the kind of reporter that this phone is.
// Those of before go once all are here. Whatever emptied this phone took the tree along.
export async function refresh({ tree, assets, locales }) {
  await keepTreeIfMissing({ tree, assets });
  const { locale, whose } = await wanted(locales);
  const mark = `${tree} ${locale} ${whose}`;
  const last = await store.get("settings", "shells");
  const cache = await caches.open(PREFIX + tree);
  const paths = NAMES.map((name) => `/shell/${locale}/${whose}/${name}`);
  // An emptying that came between may have left the mark without its pages.
  const isWhole = (await cache.keys()).length === paths.length;
  if (isWhole && last?.mark === mark && isWithin(FRESH_MS, last.at)) return;
  for (const path of paths) await bring(path, cache, tree);
  for (const request of await cache.keys()) {
    if (!paths.includes(new URL(request.url).pathname)) await cache.delete(request);
  }
  await store.put("settings", "shells", { mark, at: Date.now() });
}

// A server that is ahead of this worker gives pages of another tree, which are the next worker's.
async function bring(path, cache, tree) {
  const signal = AbortSignal.timeout?.(PATIENCE_MS);
  const answer = await fetch(path, { cache: "no-cache", credentials: "omit", signal });
  if (answer.ok && answer.headers.get("Kizuki-Tree") === tree) return cache.put(path, answer);
  await answer.body?.cancel();
  throw new Error(`${path}: ${answer.status}`);
}

// The page that stands in for a path: of this tree, else of the one before; undefined without any.
export async function shellFor(path, { tree }) {
  const name = PATHS.find(([expression]) => expression.test(path))?.[1] ?? "notes";
  const others = (await caches.keys()).filter((one) => one.startsWith(PREFIX)).reverse();
  for (const cacheName of new Set([PREFIX + tree, ...others])) {
    const cache = await caches.open(cacheName);
    const found = (await cache.keys()).find(({ url }) =>
      new URL(url).pathname.endsWith(`/${name}`),
    );
    if (found) return cache.match(found);
  }
  return undefined;
}

async function wanted(locales) {
  const { as = "anyone", locale } = (await store.get("settings", "shell")) ?? {};
  const spoken = navigator.language.slice(0, 2);
  const guessed = locales.includes(spoken) ? spoken : locales[0];
  const whose = as === "anyone" || as === "commissioner" ? as : "person";
  return { whose, locale: locale ?? guessed };
}
