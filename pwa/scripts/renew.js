// Of a list or a thread that stands open, what was true before a push is shown anew: once it is seen,
// nobody is writing or touching it, and the server is there, since a page that does not come would
// take this one away. A thread that is shown counts as read, so it waits for a sign that somebody is
// there. One that a code opened is opened by it once more; nothing else that was posted goes again.

import openAnew from "./anew.js";
import isServerThere from "./server.js";
import { isWriting } from "./version.js";

const STILL_MS = 1500;
const AGAIN_MS = 60_000;
const TOUCHES = ["pointerdown", "pointermove", "keydown", "wheel", "touchmove"];

let isOld = false;
let isAttended = false;
let touchedAt = 0;
let restsUntil = 0;
let looking;

// `of`: "list", "thread", or "code" for a thread that a code opened. Gives when it has looked.
export default function renew(of) {
  if (!isOld) watch(of);
  isOld = true;
  isAttended = of === "list";
  return look(of);
}

function watch(of) {
  const lookSoon = () => look(of).catch(console.info);
  const touched = () => {
    isAttended = true;
    touchedAt = performance.now();
    lookSoon();
  };
  for (const name of TOUCHES) addEventListener(name, touched, { passive: true });
  addEventListener("online", lookSoon);
  document.addEventListener("visibilitychange", () => {
    isAttended ||= !document.hidden;
    lookSoon();
  });
}

function look(of) {
  looking ??= whenStill(() => show(of)).finally(() => {
    looking = undefined;
  });
  return looking;
}

async function whenStill(act) {
  while (mayGo()) {
    const wait = Math.max(touchedAt + STILL_MS, restsUntil) - performance.now();
    if (wait > 0) await new Promise((next) => setTimeout(next, wait));
    else if (!(await isServerThere())) restsUntil = performance.now() + AGAIN_MS;
    else return mayGo() && act();
  }
  return false;
}

// What was said and kept a moment ago shows its thread anew by itself, once it has arrived.
const mayGo = () =>
  isAttended &&
  !document.hidden &&
  navigator.onLine &&
  !isWriting() &&
  !document.querySelector("[data-said=at]");

function show(of) {
  if (of !== "code") return location.reload();
  const form = document.querySelector("form[data-thread]");
  return form?.elements.code && openAnew(form);
}
