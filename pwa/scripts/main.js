// The one module a page loads. What must work at the first tap comes with it; the rest follows
// after the first paint, bound to whatever names it in data-behaviour.

import "./behaviours/ime-safe.js";
import "./behaviours/quick-exit.js";
import "./behaviours/send-once.js";

// A browser offers to install when it likes; behaviours/install.js asks when a person does.
export const offered = {};
addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  offered.install = event;
});

export async function bind(element) {
  for (const name of element.dataset.behaviour.split(" ")) {
    const behaviour = await import(`./behaviours/${name}.js`);
    await behaviour.default(element);
  }
}

async function start() {
  const bound = [...document.querySelectorAll("[data-behaviour]")].map(bind);
  const outcomes = await Promise.allSettled(bound);
  for (const { reason } of outcomes) if (reason) console.error(reason);
  document.documentElement.dataset.ready = "";
  await follow();
}

// Where the signal went right after the page came, the rest comes once it is back.
async function follow() {
  const phone = await import("./phone.js").catch(() => null);
  if (phone) await phone.default(document.body.dataset);
  else addEventListener("online", follow, { once: true });
}

if (document.hidden) start();
else requestAnimationFrame(() => setTimeout(start));
