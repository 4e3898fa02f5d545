// A button that leads back to the page before, as it was left. Without scripts the browser's own does.

export default function leadBack(button) {
  button.hidden = false;
  button.addEventListener("click", () => history.back());
}
