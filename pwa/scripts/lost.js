// The bar that says that this browser cleared away what was kept, until its writer has read it.

import * as store from "./store.js";

export default async function showLost({ me }) {
  const bar = document.querySelector('[data-bar="lost"]');
  if (!bar || (await store.get("settings", "lost")) !== me) return;
  bar.hidden = false;
  bar.querySelector("button").addEventListener("click", () => {
    bar.hidden = true;
    store.remove("settings", "lost").catch(console.info);
  });
}
