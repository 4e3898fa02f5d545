// Signing out leaves nothing readable on a phone that others may pick up.

import { leave } from "../device.js";
import * as drafts from "../drafts.js";
import { unsubscribe } from "../push.js";

const PATIENCE_MS = 2000;

export default function forget(form) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const done = Promise.allSettled([drafts.forgetAll(), leave(), unsubscribe()]);
    await Promise.race([done, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
    form.submit();
  });
}
