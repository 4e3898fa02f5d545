// The list of one's own notes leaves its titles on the phone, without names, to be seen without
// signal.

import { keepTitles } from "../readable.js";

export default function keepOwnTitles(list) {
  const lines = [...list.querySelectorAll("[data-title]")];
  const titles = lines.map(({ dataset: { id, title, at, rung } }) => ({ id, title, at, rung }));
  return keepTitles(
    document.body.dataset.me,
    titles.sort((one, other) => (one.at < other.at ? 1 : -1)),
  );
}
