// Puts values into the words of a part of the page: {n} becomes the value of n.

export function fill(element, values) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode;
    text.data = text.data.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  }
}
