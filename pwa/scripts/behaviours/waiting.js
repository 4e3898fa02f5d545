// The list of what is kept on this phone and has not arrived. The parts of a picture are one line.

import { fill } from "../fill.js";
import * as outbox from "../outbox.js";
import { paced } from "../pace.js";
import { tell } from "../when.js";

const OLD_MS = 3 * 24 * 3_600_000;
const PAUSE_MS = 250;

export default async function waiting(section) {
  const list = section.querySelector("[data-waiting=list]");
  const { content } = section.querySelector("[data-waiting=item]");
  const lines = new Map();
  const show = async () => {
    const groups = outbox.grouped(await outbox.unsent());
    for (const [key, line] of lines) {
      if (groups.has(key)) continue;
      line.remove();
      lines.delete(key);
    }
    for (const [key, items] of groups) {
      if (!lines.has(key)) lines.set(key, lineOf(content, items[0], section.dataset));
      lines.get(key).items = items;
      list.append(lines.get(key));
      keepOnly(lines.get(key), "state", stateOf(items[0]));
    }
    section.hidden = groups.size === 0;
  };
  const showSoon = paced(show, PAUSE_MS);
  list.addEventListener("click", ({ target }) => act(target.closest("[data-act]"), section));
  outbox.listen(showSoon);
  addEventListener("online", showSoon);
  addEventListener("offline", showSoon);
  await show();
}

function lineOf(content, { kind, at, shown }, words) {
  const line = content.firstElementChild.cloneNode(true);
  const isKnown = line.querySelector(`[data-kind="${kind}"]`);
  keepOnly(line, "kind", isKnown ? kind : "other");
  keepOnly(line, "urgency", shown.urgency);
  line.querySelector("[data-area]").hidden = !shown.area;
  fill(line.querySelector("[data-area]"), { area: shown.area });
  tell(line.querySelector("time"), at, words);
  return line;
}

function keepOnly(line, name, value) {
  for (const one of line.querySelectorAll(`[data-${name}]`)) {
    one.hidden = one.dataset[name] !== value;
  }
}

function stateOf({ at, tries }) {
  if (Date.now() - Date.parse(at) > OLD_MS) return "old";
  if (!navigator.onLine) return "waiting";
  return tries ? "again" : "sending";
}

// Asked once more before anything goes, since nobody can bring it back. What was added to a note
// goes with it.
async function act(button, section) {
  if (!button) return;
  const line = button.closest("li");
  const ask = line.querySelector("[data-ask]");
  if (button.dataset.act !== "delete") {
    ask.hidden = button.dataset.act === "keep";
    line.querySelector("[data-act=ask]").hidden = !ask.hidden;
    line.querySelector(ask.hidden ? "[data-act=ask]" : "[data-act=keep]").focus();
    return;
  }
  const ids = new Set(line.items.map(({ id }) => id));
  for (const { id, note } of await outbox.unsent()) {
    if (ids.has(id) || ids.has(note)) await outbox.remove(id);
  }
  section.querySelector("h2").focus();
}
