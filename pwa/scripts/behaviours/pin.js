// The six digits that open reading: this phone's key signs the try, and the sixth digit sends it.
// Where others are chosen, those of before are tried. The first ones are sent as any form is.

import within from "../within.js";

const PATIENCE_MS = 10_000;

export default function pin(form) {
  const { digits, challenge } = form.dataset;
  const { present, pin: field, signature } = form.elements;
  if (!challenge) return;
  let isGoing = false;
  form.addEventListener("submit", async (event) => {
    // Another language sends the form as it is.
    if (event.submitter?.name) return;
    event.preventDefault();
    if (isGoing) return;
    isGoing = true;
    // Without it the server asks once more, and counts nothing.
    signature.value = await within(PATIENCE_MS, signed(challenge)).catch(nothing);
    form.submit();
  });
  field.addEventListener("input", () => {
    if (digits && field.value.replace(/\D/g, "").length >= digits) form.requestSubmit();
  });
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) isGoing = false;
  });
  (present ?? field).focus();
}

// By the key that the server has of this phone; one that a browser cleared away is made anew first.
async function signed(challenge) {
  const { default: startOutbox } = await import("../start-outbox.js");
  await startOutbox(document.body.dataset);
  const [{ registered }, device, { base64url }] = await Promise.all([
    import("../sender.js"),
    import("../device.js"),
    import("../seal.js"),
  ]);
  await registered();
  return base64url(await device.sign(new TextEncoder().encode(`kizuki unlock\n${challenge}`)));
}

function nothing(error) {
  console.info(error);
  return "";
}
