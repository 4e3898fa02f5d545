// The quick exit takes the page's place in the history, locks reading, and leaves nothing to be read.

document.addEventListener("click", async (event) => {
  const link = event.target.closest("[data-quick-exit]");
  if (!link) return;
  event.preventDefault();
  document.body.hidden = true;
  if (document.body.dataset.phone !== undefined) navigator.sendBeacon?.("/lock");
  const gone = import("../exit.js").then(({ leave }) => leave());
  const late = new Promise((next) => setTimeout(next, 150));
  await Promise.race([gone, late]).catch(console.info);
  location.replace(link.href);
});
