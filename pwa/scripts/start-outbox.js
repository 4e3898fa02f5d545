// What every page does about the outbox, once: whose it is, and that what waits is sent.

let starting;

// Resolves as soon as something can be put; rejects where this browser keeps nothing.
export default function startOutbox(dataset) {
  starting ??= begin(dataset);
  return starting;
}

async function begin(dataset) {
  const { firstSync, start } = await import("./sync.js");
  await start(dataset);
  globalThis.document?.dispatchEvent(new Event("outbox-ready"));
  firstSync().catch((error) => console.info(error));
  const { default: showSending } = await import("./sending.js");
  await showSending();
}
