// The quick exit replaces the page in the history, and leaves nothing here to be read.

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-quick-exit]");
  if (!link) return;
  event.preventDefault();
  document.body.hidden = true;
  navigator.sendBeacon?.("/lock");
  const go = () => location.replace(link.href);
  import("../exit.js").then(({ leave }) => leave()).then(go, go);
  setTimeout(go, 150);
});
