// Signing out leaves nothing readable on a phone that others may pick up. The rest waits for the
// server, which alone can end a sign-in: until then what is written here goes under its person's
// name.

import { saySignal } from "../bars.js";
import { leave } from "../device.js";
import { unsubscribe } from "../push.js";
import { forgetReadable } from "../readable.js";
import isServerThere from "../server.js";
import within from "../within.js";

const PATIENCE_MS = 2000;
const soon = (...acts) => within(PATIENCE_MS, Promise.allSettled(acts)).catch(console.info);

export default function forget(form) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const [isThere] = await Promise.all([isServerThere(), soon(forgetReadable())]);
    if (!isThere) return sayNotEnded(form);
    await soon(leave(), unsubscribe(), navigator.clearAppBadge?.());
    return form.submit();
  });
}

function sayNotEnded(form) {
  document.querySelector('[data-bar="offline"]').hidden = false;
  saySignal();
  const words = form.querySelector("[data-not-ended]");
  words.hidden = false;
  words.focus();
}
