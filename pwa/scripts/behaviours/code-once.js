// A code that is shown once: a reload and the way back ask first, what leads on from here does not.

const ON = "a[href]:not([href^='tel:']), [data-behaviour~=print]";

export default function codeOnce() {
  let isNoted = false;
  const note = () => {
    isNoted = true;
  };
  document.addEventListener("click", ({ target }) => target.closest(ON) && note(), true);
  document.addEventListener("submit", note, true);
  addEventListener("beforeunload", (event) => {
    if (!isNoted) event.preventDefault();
  });
}
