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
  const { default: startPhone } = await import("./phone.js");
  await startPhone(document.body.dataset);
}

if (document.hidden) start();
else requestAnimationFrame(() => setTimeout(start));
