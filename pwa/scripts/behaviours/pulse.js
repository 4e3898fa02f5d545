// A list of the desk stays true while it stands open. What has changed is counted at once, in title
// and badge; its rows are shown when nobody has touched the page for a moment: none moves away under
// a finger. Where somebody has begun something the page says that more has come, and shows it when
// asked to.

import { fillFields, isTouched, readFields } from "../fields.js";
import { bind } from "../main.js";

const EVERY_MS = 3000;
const PATIENCE_MS = 10_000;
const STILL_MS = 1500;
const GUARD_MS = 700;
const MOVES = ["pointerdown", "pointermove", "keydown", "wheel", "touchmove"];

export default function pulse(list) {
  let shown = list;
  let counted = list.dataset.tag;
  let unseen = null;
  let touchedAt = 0;
  for (const name of MOVES) {
    addEventListener(name, () => (touchedAt = performance.now()), { passive: true });
  }
  const isBegun = () => [...document.forms].some(isTouched);
  const isBusy = () => performance.now() - touchedAt < STILL_MS || isBegun();
  const renew = async (isAsked) => {
    const answer = await ask(location.href);
    if (!answer?.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = fresh.querySelector("[data-pulse]");
    if (!next) return;
    document.title = fresh.title;
    count(next);
    counted = next.dataset.tag;
    unseen = next;
    if (isBusy() && !isAsked) return;
    unseen = null;
    const begun = [...shown.querySelectorAll("form")].filter(isTouched);
    const kept = begun.map((form) => [placeOfForm(form), readFields(form)]);
    const focus = document.activeElement;
    const place = placeOf(focus);
    const at = rowsOf(shown).indexOf(focus?.closest(".job"));
    // A tap that was under way as the rows moved was meant for another.
    next.dataset.moving = "";
    setTimeout(() => delete next.dataset.moving, GUARD_MS);
    shown.replaceWith(document.adoptNode(next));
    shown = next;
    for (const [of, pairs] of kept) fillIn(next.querySelector(of), pairs);
    for (const one of next.querySelectorAll("[data-behaviour=several]")) await bind(one);
    const there = place && next.querySelector(place);
    // A colleague may have taken the row away: the one that follows it stands in its place.
    const following = at < 0 ? null : (rowsOf(next)[at] ?? rowsOf(next).at(-1));
    const start = isAsked ? next.querySelector("h2") : null;
    (start || there || following?.querySelector("a"))?.focus({ preventScroll: true });
    say(next);
  };
  const look = async () => {
    const answer = await ask(shown.dataset.pulse, shown.dataset.tag);
    // Signed out meanwhile, here or by the idle limit: what stands here is not left standing.
    if (answer?.type === "opaqueredirect") {
      await navigator.clearAppBadge?.().catch(() => {});
      location.reload();
    }
    const isCounted = () => answer.headers.get("ETag") === `"${counted}"`;
    if (answer?.status === 204 && !(isBusy() && isCounted())) await renew(false);
    offer(shown).hidden = !(unseen && isBegun() && hasMore(unseen, shown));
  };
  document.addEventListener("click", ({ target }) => {
    if (target.closest("[data-show]")) renew(true).catch(console.info);
  });
  const go = () =>
    look()
      .catch(console.info)
      .finally(() => setTimeout(go, EVERY_MS));
  count(list);
  setTimeout(go, EVERY_MS);
}

function ask(address, tag) {
  // Nobody opened the page by it: a session that nobody uses ends all the same.
  const headers = { "Kizuki-By-Itself": "1" };
  if (tag) headers["If-None-Match"] = `"${tag}"`;
  const signal = AbortSignal.timeout?.(PATIENCE_MS);
  const settings = { cache: "no-store", redirect: "manual" };
  return fetch(address, { ...settings, headers, signal }).catch(() => null);
}

// Where the focus was, as it can be found again.
function placeOf(element) {
  if (element?.hasAttribute?.("href"))
    return `a[href="${CSS.escape(element.getAttribute("href"))}"]`;
  const form = element?.closest?.("form[action]");
  return form && `${placeOfForm(form)} button`;
}

const placeOfForm = (form) => `form[action="${CSS.escape(form.getAttribute("action"))}"]`;

// What was ticked and stands there no longer has been taken by a colleague.
function fillIn(form, pairs) {
  if (form) fillFields(form, pairs);
}

const offer = (list) => list.querySelector("[data-offer]");

function hasMore(next, before) {
  const known = new Set(hrefsOf(before));
  const isNew = hrefsOf(next).some((href) => !known.has(href));
  return isNew || Number(next.dataset.waiting) > Number(before.dataset.waiting);
}

// A phone that fell silent and has no number leads nowhere.
const hrefsOf = (list) =>
  rowsOf(list).flatMap((row) => row.querySelector("a")?.getAttribute("href") ?? []);

const rowsOf = (list) => [...list.querySelectorAll(".queue > .job")];

function say(list) {
  const line = list.querySelector("[data-said]");
  setTimeout(() => {
    line.textContent = line.dataset.said;
  });
}

function count({ dataset: { waiting } }) {
  if (Number(waiting)) navigator.setAppBadge?.(Number(waiting)).catch(() => {});
  else navigator.clearAppBadge?.().catch(() => {});
}
