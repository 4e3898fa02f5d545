// The quick exit takes the place of the page in the history: "back" does not return to it. Reading is
// locked at once: whoever comes may look into the phone next.

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-quick-exit]");
  if (!link) return;
  event.preventDefault();
  if (document.body.dataset.phone !== undefined) navigator.sendBeacon?.("/lock");
  location.replace(link.href);
});
