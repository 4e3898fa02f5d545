// A button that leads back to the page before, as it was left, or before that where this one was said
// in another language. Without scripts the browser's own does.

export default function leadBack(button) {
  button.hidden = false;
  button.addEventListener("click", () => history.go(-button.dataset.steps));
}
