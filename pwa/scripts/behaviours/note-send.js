// Send keeps the note on this phone, sealed, and shows in place where it is. The form itself is
// posted only where nothing can be kept, and for another language.

import within from "../within.js";

const PATIENCE_MS = 10_000;

export default function noteSend(form) {
  let note;
  const load = async () => {
    note ??= await import("../note.js");
    return note;
  };
  const prepare = () => load().then((loaded) => loaded.prepare(form), console.info);
  let isSending = false;
  document.addEventListener("outbox-ready", () => load().catch(console.info), { once: true });
  form.addEventListener("input", prepare);
  form.addEventListener("submit", async (event) => {
    if (event.submitter?.name === "speak") return;
    event.preventDefault();
    if (isSending) return;
    isSending = true;
    try {
      await (note ?? (await within(PATIENCE_MS, load()))).send(form, event.submitter);
    } catch (error) {
      console.info(error);
      await postPlainly(form, event.submitter);
    } finally {
      isSending = false;
    }
  });
}

// Later, for weight. Where not even that comes, neither would the answer to a form.
function postPlainly(form, button) {
  return within(PATIENCE_MS, import("../plainly.js")).then(
    ({ default: post }) => post(form, button),
    () => {
      const bar = document.querySelector('[data-bar="no-store"]');
      bar.hidden = false;
      for (const claim of document.querySelectorAll("[data-claims-kept]")) claim.hidden = true;
      bar.scrollIntoView();
    },
  );
}
