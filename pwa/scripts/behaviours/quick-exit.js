// The quick exit takes the place of the page in the history: "back" does not return to it. Reading is
// locked and what is kept to be read goes: whoever comes may look into the phone next.

const PATIENCE_MS = 150;
const pause = () => new Promise((next) => setTimeout(next, PATIENCE_MS));

document.addEventListener("click", async (event) => {
  const link = event.target.closest("[data-quick-exit]");
  if (!link) return;
  event.preventDefault();
  const { href } = link;
  if (document.body.dataset.phone !== undefined) navigator.sendBeacon?.("/lock");
  document.body.replaceChildren();
  await Promise.race([forget().catch(console.info), pause()]);
  location.replace(href);
});

const forget = async () => (await import("../exit.js")).leave();
