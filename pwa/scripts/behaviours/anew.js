// Somebody else joins on this phone. From then on nothing is written under the name of whoever was
// in, though the answer is lost on its way; the next page that comes says who is in. Another language
// lets nobody in.

import { leave } from "../device.js";
import isServerThere from "../server.js";
import within from "../within.js";
import { LOCKED_MS } from "./send-once.js";

const PATIENCE_MS = 2000;

export default function anew(form) {
  let isSending = false;
  form.addEventListener("submit", async (event) => {
    if (event.submitter?.name === "speak") return;
    event.preventDefault();
    if (isSending) return;
    isSending = true;
    if (await isServerThere()) await within(PATIENCE_MS, leave()).catch(console.info);
    form.submit();
    // What is on its way may have let somebody in already: a second one would let in one more.
    setTimeout(() => {
      isSending = false;
    }, LOCKED_MS);
  });
}
