// A button that prints the page. Without scripts the browser's own menu does.

export default function printPage(button) {
  button.addEventListener("click", () => print());
}
