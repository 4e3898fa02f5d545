// Where a thread's form posted itself, no page says "arrived": what was begun there and stands in the
// thread by now is not begun any more.

import * as drafts from "../drafts.js";
import within from "../within.js";

const PATIENCE_MS = 3000;

export default async function posted(form) {
  const { draft: name } = form.dataset;
  const draft = await within(PATIENCE_MS, drafts.load(name));
  if (draft?.fields.every(isSaid)) await drafts.forget(name, draft.id);
}

// A place stands within a sentence.
function isSaid([name, value]) {
  const lines = value.split("\n").map((line) => line.trim());
  const said = [...document.querySelectorAll("[data-words] p")].map((one) =>
    one.textContent.trim(),
  );
  const isThere = (line) =>
    said.some((one) => (name === "right_place" ? one.includes(line) : one === line));
  return lines.filter(Boolean).every(isThere);
}
