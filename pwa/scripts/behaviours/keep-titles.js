// The list of one's own notes leaves the titles of the newest on the phone, without names, to be seen
// without signal; the page of one note (data-one) leaves its own beside them.

import { keepTitles } from "../readable.js";

const MOST = 20;

export default function keepOwnTitles(list) {
  const lines = [...list.querySelectorAll("[data-title]")];
  const told = lines.map(({ dataset: { id, title, at, rung } }) => ({ id, title, at, rung }));
  const ids = told.map(({ id }) => id);
  return keepTitles(document.body.dataset.me, (kept) => {
    const others = "one" in list.dataset ? kept.filter(({ id }) => !ids.includes(id)) : [];
    return [...told, ...others].sort((one, other) => (one.at < other.at ? 1 : -1)).slice(0, MOST);
  });
}
