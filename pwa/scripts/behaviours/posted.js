// Where a thread's form posted itself, no page says "arrived": what was begun there and is the
// writer's last word in the thread by now is not begun any more. What somebody said before may be
// the answer to the next question, too.

import * as drafts from "../drafts.js";
import within from "../within.js";

const PATIENCE_MS = 3000;

export default async function posted(form) {
  const { draft: name } = form.dataset;
  const draft = await within(PATIENCE_MS, drafts.load(name));
  const said = lastWords();
  if (draft?.fields.every((field) => isAmong(said, field))) await drafts.forget(name, draft.id);
}

// The writer's own lines after whatever the desk said last. No clock tells: the thread's is not the
// phone's. The note itself stands first.
function lastWords() {
  let last = [];
  for (const said of [...document.querySelectorAll("[data-words] article")].slice(1)) {
    last = "own" in said.dataset ? [...last, ...said.querySelectorAll("p")] : [];
  }
  return last.map((line) => line.textContent.trim());
}

// A place stands within a sentence.
function isAmong(said, [name, value]) {
  const isThere = (line) =>
    said.some((one) => (name === "right_place" ? one.includes(line) : one === line));
  const lines = value.split("\n").map((line) => line.trim());
  return lines.filter(Boolean).every(isThere);
}
