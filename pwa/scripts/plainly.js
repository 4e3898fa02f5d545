// Where nothing can be kept, a form is posted as it would be without scripts: but only to a server
// that is there, since a page that does not come would take the words with it.

import isServerThere from "./server.js";

export default async function postPlainly(form, button) {
  import("./bars.js").then((bars) => bars.sayNotKept("outbox")).catch(console.info);
  // Whoever has something that cannot go this way says so first, and the next tap sends.
  if (!form.dispatchEvent(new Event("unkept", { cancelable: true }))) return;
  // A form without an address has only this page to go from, and may hold what no address may.
  if (form.hasAttribute("action") && (await isServerThere())) post(form, button);
  else stay();
}

function post(form, button) {
  const pressed = document.createElement("input");
  Object.assign(pressed, { type: "hidden", name: button?.name ?? "", value: button?.value ?? "" });
  form.append(pressed);
  form.submit();
  pressed.remove();
}

// The words are on this page and nowhere else; said here, since bars.js may not come any more.
function stay() {
  const bar = document.querySelector('[data-bar="no-store"]');
  bar.hidden = false;
  for (const words of bar.querySelectorAll("[data-signal]")) words.hidden = false;
  for (const claim of document.querySelectorAll("[data-claims-kept]")) claim.hidden = true;
  bar.scrollIntoView();
}
