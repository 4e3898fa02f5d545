// Shows the thread of a form anew. Whoever reads by a code has no address to go back to: the code is
// posted once more.

export default function openAnew(form) {
  if (!form.elements.code) return location.replace(form.dataset.thread);
  form.action = form.dataset.thread;
  form.hidden = true;
  for (const control of form.elements) {
    control.disabled = !["code", "csrf_token"].includes(control.name);
  }
  document.body.append(form);
  return HTMLFormElement.prototype.submit.call(form);
}
