// What every page does about the outbox, once: whose it is, and that what waits is sent.

let starting;

// Resolves as soon as something can be put; rejects where this browser keeps nothing.
export default function startOutbox(dataset) {
  // What failed once may do at the next call: a Send must not stay dead for the page's life.
  starting ??= begin(dataset).catch((error) => {
    starting = undefined;
    throw error;
  });
  return starting;
}

async function begin(dataset) {
  const { firstSync, start } = await import("./sync.js");
  await start(dataset);
  globalThis.document?.dispatchEvent(new Event("outbox-ready"));
  firstSync().catch(console.info);
  follow(dataset).catch(console.info);
}

// What is to be seen of it on every page.
async function follow(dataset) {
  const { listen } = await import("./news.js");
  const { leave } = await import("./erase.js");
  listen(({ type, owner }) => {
    if (type === "erased") leave(dataset, owner);
  });
  const { default: showSending } = await import("./sending.js");
  showSending();
  const { default: showLost } = await import("./lost.js");
  await showLost(dataset);
}
