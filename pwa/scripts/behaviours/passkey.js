// A passkey is asked for in the browser's own window, and its answer goes with the form. Why there is
// none is said beside the button, in words that the page holds.

const STALE = 403;
let isAsking = false;

export default function passkey(button) {
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
    say(button, "missing");
    return;
  }
  button.disabled = false;
  button.addEventListener("click", async (event) => {
    event.preventDefault();
    if (isAsking) return;
    isAsking = true;
    say(button, "");
    await go(button).catch((error) => say(button, why(error)));
    isAsking = false;
  });
}

async function go(button) {
  const { form } = button;
  const { ask, how } = button.dataset;
  const headers = { "X-CSRFToken": form.elements.csrf_token.value };
  const answer = await fetch(ask, { method: "POST", headers, cache: "no-store" });
  // The page stood open for too long: asked for anew, it begins with another proof.
  if (answer.status === STALE) return location.reload();
  const options = await answer.json();
  const found = await (how === "create" ? create(options) : get(options));
  form.elements.answer.value = JSON.stringify(found);
  form.action = button.formAction;
  form.submit();
}

const create = (options) =>
  navigator.credentials.create({
    publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options),
  });

const get = (options) =>
  navigator.credentials.get({
    publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
  });

const why = ({ name }) =>
  ({ NotAllowedError: "none", InvalidStateError: "known", SecurityError: "missing" })[name] ??
  "failed";

function say(button, which) {
  for (const line of button.form.querySelectorAll("[data-passkey]"))
    line.hidden = line.dataset.passkey !== which;
}
