// What has just happened is where reading begins.

export default function focus(element) {
  element.focus();
}
