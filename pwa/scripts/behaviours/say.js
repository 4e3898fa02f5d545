// Answers, additions, taking back and the like go through the outbox, too: kept first, then sent.
// The form posts as ever where nothing can be kept, and for another language.

import { keepOut } from "../fields.js";
import postPlainly from "../plainly.js";
import within from "../within.js";

const PATIENCE_MS = 10_000;

export default function say(form) {
  keepOut(form);
  const load = () => import("../said.js");
  let isSending = false;
  document.addEventListener("outbox-ready", () => load().catch(console.info), { once: true });
  form.addEventListener("submit", async (event) => {
    if (event.submitter?.name === "speak") return;
    event.preventDefault();
    if (isSending) return;
    isSending = true;
    try {
      const { send } = await within(PATIENCE_MS, load());
      await send(form, event.submitter);
    } catch (error) {
      console.info(error);
      await postPlainly(form, event.submitter);
    } finally {
      isSending = false;
    }
  });
}
