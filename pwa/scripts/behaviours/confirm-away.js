// Asks before a page with something unsent on it is left.

import { readFields } from "../fields.js";

export default function confirmAway(form) {
  const atStart = JSON.stringify(readFields(form));
  let isSent = false;
  form.addEventListener("submit", () => {
    isSent = true;
  });
  addEventListener("beforeunload", (event) => {
    if (!isSent && JSON.stringify(readFields(form)) !== atStart) event.preventDefault();
  });
}
