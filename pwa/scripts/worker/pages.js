// Answers a navigation: the server's page, or what is kept for a lost signal. No page of a person
// is ever kept.

import { isSettled } from "../exit.js";
import { shellFor } from "./shell.js";
import { NO_SIGNAL } from "./tree.js";

const PATIENCE_MS = 4000;
const FAULT = 500;
// Where a kept page does as well as one that does not come: a desk waits for its own.
// To ask for a thread is to read it: the server has marked its replies, so its page is waited for.
const IS_READ = /^\/notes\/(?!new$)[^/]+$/;
const STANDS_IN = /^\/($|(calls|desks|notes|receipts|settings)(\/|$))/;

// A place that is looked for is posted, so that no address holds it; it changes nothing.
export const isAsking = (method, pathname) =>
  method === "GET" || (method === "POST" && pathname === "/desks");

export async function page(request, kizuki) {
  const { pathname } = new URL(request.url);
  // The way out must not wait for anything.
  const way = pathname === "/closed" && (await shellFor(pathname, kizuki));
  if (way) return way;
  if (!(await isSettled().catch(() => true))) return kept(pathname, kizuki);
  const asked = fetch(request).catch(() => null);
  if (!STANDS_IN.test(pathname)) return (await asked) ?? kept(pathname, kizuki);
  const answer = await (IS_READ.test(pathname) ? asked : Promise.race([asked, patience()]));
  if (answer && !isBroken(answer)) return answer;
  const shell = await shellFor(pathname, kizuki);
  if (shell && answer) answer.body?.cancel();
  return shell ?? (await asked) ?? kept(pathname, kizuki);
}

const patience = () => new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));

// A server in trouble, or a gateway or captive portal in its place, whose pages name no tree.
function isBroken(answer) {
  if (answer.status >= FAULT) return true;
  const isPage = answer.headers.get("Content-Type")?.startsWith("text/html");
  return Boolean(isPage && !answer.headers.has("Kizuki-Tree"));
}

async function kept(pathname, kizuki) {
  const shell = await shellFor(pathname, kizuki);
  return shell ?? (await caches.match(NO_SIGNAL)) ?? Response.error();
}
