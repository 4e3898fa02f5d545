// Enter that ends a Japanese conversion chooses a word and never sends the form. Safari ends the
// composition before the key arrives, and then only the key code 229 tells.

const CONVERTING = 229;

document.addEventListener(
  "keydown",
  (event) => {
    const converting = event.isComposing || event.keyCode === CONVERTING;
    if (converting && event.key === "Enter" && event.target.tagName === "INPUT")
      event.preventDefault();
  },
  { capture: true },
);
