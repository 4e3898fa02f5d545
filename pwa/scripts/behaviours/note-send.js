// Send keeps the note on this phone, sealed, and shows in place where it is. The form itself is
// posted only where nothing can be kept.

// Later, for weight.
const sayNotKept = (...told) =>
  import("../bars.js").then((bars) => bars.sayNotKept(...told)).catch(console.info);

export default function noteSend(form) {
  let note;
  const load = async () => {
    note ??= await import("../note.js");
    return note;
  };
  let isSending = false;
  document.addEventListener("outbox-ready", load, { once: true });
  form.addEventListener("input", () => {
    load()
      .then(({ prepare }) => prepare(form))
      .catch(() => {});
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isSending) return;
    isSending = true;
    try {
      if (await (note ?? (await load())).send(form)) await sayNotKept("outbox", false);
    } catch (error) {
      console.info(error);
      await sayNotKept("outbox");
      // Whoever has something that cannot go this way says so first, and the next tap sends.
      if (form.dispatchEvent(new Event("unkept", { cancelable: true }))) postPlainly(form);
    } finally {
      isSending = false;
    }
  });
}

// Without signal there is nothing to post to: the words stand on this page and nowhere else.
function postPlainly(form) {
  if (navigator.onLine) form.submit();
  else document.querySelector('[data-bar="no-store"]')?.scrollIntoView();
}
