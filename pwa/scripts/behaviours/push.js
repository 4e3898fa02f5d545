// The push switch: shows the words of the state it is in, and acts only on a tap. The tapped button
// goes with its words; the focus stays in the panel, and a live line says what became of it.

import { state, subscribe, unsubscribe } from "../push.js";

export default async function push(panel) {
  const { pushKey, csrf, code } = panel.dataset;
  const said = panel.querySelector("[data-said]");
  const show = (name) => {
    const parts = [...panel.querySelectorAll("[data-state]")];
    for (const part of parts) part.hidden = part.dataset.state !== name;
    panel.hidden = parts.every(({ hidden }) => hidden);
  };
  const tell = (name) => {
    const part = panel.querySelector(`[data-state="${name}"]`);
    said.textContent = (part?.querySelector("p") ?? part)?.textContent ?? "";
  };
  const now = await state(code);
  const act = {
    on: () => subscribe(pushKey, csrf, code),
    off: () => unsubscribe(csrf, code),
  };
  panel.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-push]");
    if (!button) return;
    const outcome = act[button.dataset.push]();
    panel.tabIndex = -1;
    panel.focus({ preventScroll: true });
    show("working");
    tell("working");
    const then = await outcome.catch(() => "failed");
    show(then);
    tell(then);
  });
  show(now);
}
