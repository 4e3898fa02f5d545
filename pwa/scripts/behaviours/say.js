// Answers, additions, taking back and the like go through the outbox, too: kept first, then sent.
// The form posts as ever where nothing can be kept.

import { sayNotKept } from "../bars.js";
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
      if (await send(form, event.submitter)) sayNotKept("outbox", false);
    } catch (error) {
      console.info(error);
      sayNotKept("outbox");
      postPlainly(form, event.submitter);
    } finally {
      isSending = false;
    }
  });
}

function postPlainly(form, button) {
  if (!navigator.onLine) document.querySelector('[data-bar="no-store"]')?.scrollIntoView();
  if (!navigator.onLine || !form.action) return;
  const pressed = document.createElement("input");
  Object.assign(pressed, { type: "hidden", name: button?.name ?? "", value: button?.value ?? "" });
  form.append(pressed);
  form.submit();
}
