// How this browser puts Kizuki on the home screen. It asks nobody by itself, and once sent away it
// does not come back but on the page of the settings.

import { offered } from "../main.js";
import { appleTab, isInApp } from "../push.js";

const LATER = "kizuki-install-later";
let wasAnswered = false;

export default function install(panel) {
  const isOnce = "once" in panel.dataset;
  const state = stateOf();
  if (isInstalled() || (isOnce && isSentAway())) return;
  if (state) show(panel, state);
  panel.addEventListener("click", async ({ target }) => {
    const isLater = target.closest("[data-later]");
    if (!isLater && !target.closest("[data-install]")) return;
    const asked = isLater ? undefined : ask();
    leave(panel);
    if (isOnce) sendAway();
    await asked;
  });
  addEventListener("beforeinstallprompt", () => {
    if (!isOnce || !isSentAway()) show(panel, "prompt");
  });
  addEventListener("appinstalled", () => {
    panel.hidden = true;
  });
}

// What has just been tapped goes; reading goes on with what comes after it.
function leave(panel) {
  const next = panel.nextElementSibling ?? panel.parentElement;
  next.tabIndex = -1;
  next.focus({ preventScroll: true });
  panel.hidden = true;
}

function show(panel, state) {
  for (const part of panel.querySelectorAll("[data-state]")) {
    part.hidden = part.dataset.state !== state;
  }
  panel.hidden = false;
}

// An offer of the browser's can be taken up once.
function ask() {
  const { install: offer } = offered;
  offered.install = undefined;
  return offer?.prompt();
}

const isInstalled = () => navigator.standalone || matchMedia("(display-mode: standalone)").matches;

// "prompt", "ios" (Safari), "elsewhere" (another browser on iOS), "chrome" (another app's on Android),
// "menu" (Android), or nothing.
function stateOf() {
  if (offered.install) return "prompt";
  const onAndroid = isInApp() ? "chrome" : "menu";
  return appleTab() ?? (navigator.userAgent.includes("Android") ? onAndroid : "");
}

function isSentAway() {
  try {
    return wasAnswered || Boolean(localStorage.getItem(LATER));
  } catch {
    return wasAnswered;
  }
}

function sendAway() {
  wasAnswered = true;
  try {
    localStorage.setItem(LATER, "1");
  } catch (error) {
    console.info(error);
  }
}
