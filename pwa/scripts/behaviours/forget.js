// Signing out leaves nothing readable on a phone that others may pick up.

import { leave } from "../device.js";
import { unsubscribe } from "../push.js";
import { forgetReadable } from "../readable.js";

const PATIENCE_MS = 2000;

export default function forget(form) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const done = Promise.allSettled([forgetReadable(), leave(), unsubscribe()]);
    await Promise.race([done, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
    form.submit();
  });
}
