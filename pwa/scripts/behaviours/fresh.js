// What was put back belongs to another call: it is let go, and the form begins anew.

import * as drafts from "../drafts.js";

export default function fresh(button) {
  button.addEventListener("click", async () => {
    const { form } = button;
    const { value } = form.elements.namedItem("id");
    await drafts.forget(form.dataset.draft, value).catch(console.info);
    location.assign(button.dataset.href);
  });
}
