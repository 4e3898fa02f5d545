// Send keeps the note on this phone, sealed, and shows in place where it is. The form itself is
// posted only where nothing can be kept.

export default function noteSend(form) {
  const load = () => import("../note.js");
  let isSending = false;
  document.addEventListener("outbox-ready", load, { once: true });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isSending) return;
    isSending = true;
    try {
      const { send } = await load();
      await send(form);
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
