// The titles that the list of one's own notes left here.

import { titles } from "../readable.js";

export default async function showTitles(section) {
  const kept = await titles();
  const line = section.querySelector("template").content;
  for (const { title } of kept) {
    const copy = line.cloneNode(true);
    copy.querySelector("[data-title]").textContent = title;
    section.querySelector("ul").append(copy);
  }
  section.hidden = kept.length === 0;
}
