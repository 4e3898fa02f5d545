// Send keeps the note on this phone, sealed, and shows in place where it is. The form itself is
// posted only where nothing can be kept.

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
      await (note ?? (await load())).send(form);
    } catch (error) {
      console.info(error);
      // Whoever has something that cannot go this way says so first, and the next tap sends.
      if (form.dispatchEvent(new Event("unkept", { cancelable: true }))) postPlainly(form);
    } finally {
      isSending = false;
    }
  });
}

// Without signal there is nothing to post to: the words stay where they are, and a bar says so.
function postPlainly(form) {
  const bar = document.querySelector(`[data-bar="${navigator.onLine ? "no-store" : "offline"}"]`);
  if (bar) bar.hidden = false;
  if (navigator.onLine) form.submit();
  else bar?.scrollIntoView();
}
