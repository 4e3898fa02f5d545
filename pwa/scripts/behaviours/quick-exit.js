// The quick exit takes the place of the page in the history: "back" does not return to it.

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-quick-exit]");
  if (!link) return;
  event.preventDefault();
  location.replace(link.href);
});
