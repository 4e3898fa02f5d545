// The list of one's own notes leaves its titles on the phone, without names, to be seen without
// signal.

import { keepTitles } from "../readable.js";

export default function keepOwnTitles(list) {
  const lines = [...list.querySelectorAll("[data-title]")];
  return keepTitles(lines.map(({ dataset: { id, title, at, rung } }) => ({ id, title, at, rung })));
}
