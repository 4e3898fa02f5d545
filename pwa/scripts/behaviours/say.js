// Answers, additions, taking back and the like go through the outbox, too: kept first, then sent.
// The form posts as ever where nothing can be kept.

import { keepOut } from "../fields.js";

export default function say(form) {
  keepOut(form);
  const load = () => import("../said.js");
  let isSending = false;
  document.addEventListener("outbox-ready", load, { once: true });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isSending) return;
    isSending = true;
    try {
      const { send } = await load();
      await send(form, event.submitter);
    } catch (error) {
      console.info(error);
      postPlainly(form, event.submitter);
    } finally {
      isSending = false;
    }
  });
}

function postPlainly(form, button) {
  const bar = document.querySelector(`[data-bar="${navigator.onLine ? "no-store" : "offline"}"]`);
  if (bar) bar.hidden = false;
  if (!navigator.onLine || !form.action) return;
  const pressed = document.createElement("input");
  Object.assign(pressed, { type: "hidden", name: button?.name ?? "", value: button?.value ?? "" });
  form.append(pressed);
  form.submit();
}
