// What waited for a proof is sent by itself, once: who comes back to this page by "back" is asked.

export default function goOn(form) {
  if (history.state?.hasGone || form.closest("main").querySelector("[role=alert]")) return;
  history.replaceState({ ...history.state, hasGone: true }, "");
  form.requestSubmit();
}
