// The service worker of this page, and what a newer one must ask before it takes over.

import { isTouched } from "./fields.js";

export const register = () =>
  navigator.serviceWorker.register(document.body.dataset.worker, { type: "module" });

export const isWriting = () => [...document.forms].some(isTouched);

// Answers newer versions, lets one that waits take over if it may, and says where it may not yet.
export async function watch(registration) {
  navigator.serviceWorker.addEventListener("message", ({ data, ports: [port] }) => {
    if (data === "writing?") port.postMessage(isWriting());
  });
  registration.addEventListener("updatefound", () => {
    const { installing } = registration;
    installing.addEventListener("statechange", () => {
      if (installing === registration.waiting && registration.active) showNew();
    });
  });
  if (registration.waiting && !(await takesOver(registration.waiting))) showNew();
}

function takesOver(worker) {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    worker.postMessage("take over", [port2]);
  });
}

function showNew() {
  const bar = document.querySelector('[data-bar="updated"]');
  if (bar) bar.hidden = false;
}
