// The push switch: shows the words of the state it is in, and acts only on a tap.

import { registration, state, subscribe, unsubscribe } from "../push.js";

export default async function push(panel) {
  const { pushKey, csrf, code } = panel.dataset;
  const show = (name) => {
    const parts = [...panel.querySelectorAll("[data-state]")];
    for (const part of parts) part.hidden = part.dataset.state !== name;
    panel.hidden = parts.every(({ hidden }) => hidden);
  };
  const now = await state();
  const worker = now === "on" || now === "off" ? await registration() : null;
  const act = {
    on: () => subscribe(worker, pushKey, csrf, code),
    off: () => unsubscribe(csrf, code).then(() => "off"),
  };
  panel.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-push]");
    if (!button) return;
    const outcome = act[button.dataset.push]();
    show("working");
    show(await outcome.catch(() => "failed"));
  });
  show(now);
}
