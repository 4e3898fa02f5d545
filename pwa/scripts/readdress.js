// What was posted stands in the browser's session files for as long as its page answers a post. It
// comes before anything is drawn: they are written every few seconds.

history.replaceState(history.state, "", document.currentScript.dataset.address);
