// What can be read on this phone without signal: the last titles, without names, and whose area it
// is. What is sealed in the outbox is no part of it and is never touched here.

import * as device from "./device.js";
import * as halves from "./halves.js";
import * as store from "./store.js";
import { isWithin } from "./within.js";

const FORGET_AFTER_MS = 14 * 24 * 3_600_000;

// `me` is whose titles they are; `choose` gets those of theirs that are kept.
export const keepTitles = (me, choose) =>
  store.change("titles", "last", (kept) => ({
    me,
    at: Date.now(),
    titles: choose(kept?.me === me ? kept.titles : []),
  }));

export async function titles() {
  await forgetStale();
  const { me, titles: kept } = (await store.get("titles", "last")) ?? {};
  return me !== undefined && me === (await device.owner()) ? kept : [];
}

export const forgetTitles = () => store.clear("titles");

// Everything that could be read, at sign-out. Where the phone was shut off, erase.js takes it with all
// the rest, in one transaction.
export const forgetReadable = () => Promise.allSettled([halves.forgetAll(), ...forgetShown()]);

// Whose phone this is, as a page just said that came from the server; a page of nobody's or of
// somebody else's ends what could be read. A draft stays: a sign-in that ended takes no words away.
export async function remember({ as, me, locale, ...told }) {
  if (!as) return;
  const { area, areaName, desk, deskName, deskTelephone } = told;
  await store.put("settings", "shell", {
    as,
    locale,
    area: area ? { id: area, name: areaName } : null,
    desk: desk ? { id: desk, name: deskName, telephone: deskTelephone } : null,
  });
  await store.put("settings", "visit", { at: Date.now() });
  const titled = await store.get("titles", "last");
  if (as === "anyone" || titled?.me !== me) await forgetTitles();
}

// A phone that has not met the server for two weeks may be in other hands. What somebody is writing
// on it now is no older than a day, and stays. Reading locks long before; titles, which say neither
// whom nor what, stay then.
export async function forgetStale() {
  await halves.dropOld().catch(console.info);
  const met = await Promise.all(["visit", "contact"].map((name) => store.get("settings", name)));
  const moments = met.filter(Boolean).map(({ at }) => at);
  if (!moments.length || moments.some((at) => isWithin(FORGET_AFTER_MS, at))) return;
  await Promise.allSettled(forgetShown());
}

const forgetShown = () => [
  forgetTitles(),
  ...["shell", "visit"].map((name) => store.remove("settings", name)),
];
