// The one module a page loads. What must work at the first tap comes with it; the rest follows
// after the first paint, bound to whatever names it in data-behaviour.

import "./behaviours/ime-safe.js";
import "./behaviours/quick-exit.js";
import "./behaviours/send-once.js";

const PATIENCE_MS = 5000;
const AGAIN_MS = 30_000;

// A browser offers to install when it likes; behaviours/install.js asks when a person does.
export const offered = {};
addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  offered.install = event;
});

// In the order of their names; one that does not come takes no other with it.
export async function bind(element) {
  for (const name of element.dataset.behaviour.split(" ")) {
    await import(`./behaviours/${name}.js`)
      .then((behaviour) => behaviour.default(element))
      .catch(console.error);
  }
}

// A behaviour that waits for what never comes does not hold up the rest.
async function start() {
  const bound = [...document.querySelectorAll("[data-behaviour]")].map(bind);
  await Promise.race([Promise.all(bound), pause(PATIENCE_MS)]);
  document.documentElement.dataset.ready = "";
  await follow();
}

// Where the signal went right after the page came, the rest comes once it is back. Some browsers
// remember by its address that a module did not come.
async function follow() {
  let phone = await import("./phone.js").catch(() => null);
  while (!phone) {
    await Promise.race([backOnline(), pause(AGAIN_MS)]);
    phone = await import(`./phone.js?${Date.now()}`).catch(() => null);
  }
  await phone.default(document.body.dataset);
}

const pause = (ms) => new Promise((next) => setTimeout(next, ms));
const backOnline = () => new Promise((next) => addEventListener("online", next, { once: true }));

const begin = () => start().catch(console.info);
if (document.hidden) begin();
else requestAnimationFrame(() => setTimeout(begin));
