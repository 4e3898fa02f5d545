// The list of what is kept on this phone and has not arrived. The parts of a picture are one line.
// What stands there stays where it is while others come and go; where the focus goes with its line,
// a sentence says why and takes it.

import { fill } from "../fill.js";
import * as outbox from "../outbox.js";
import { paced } from "../pace.js";
import { tell } from "../when.js";

const OLD_MS = 3 * 24 * 3_600_000;
const PAUSE_MS = 250;

export default async function waiting(section) {
  const list = section.querySelector("[data-waiting=list]");
  const { content } = section.querySelector("[data-waiting=item]");
  const said = section.querySelector("[data-waiting=said]");
  const lines = new Map();
  const show = async () => {
    const groups = outbox.grouped(await outbox.unsent());
    for (const [key, line] of lines) {
      if (groups.has(key)) continue;
      const { leaves } = line.dataset;
      if (leaves || line.contains(document.activeElement)) say(said, leaves ?? "arrived");
      line.remove();
      lines.delete(key);
    }
    let before = null;
    for (const [key, items] of groups) {
      if (!lines.has(key)) {
        lines.set(key, lineOf(content, items[0], section.dataset));
        if (before) before.after(lines.get(key));
        else list.prepend(lines.get(key));
      }
      before = lines.get(key);
      before.items = items;
      keepOnly(before, "state", stateOf(items[0]));
    }
    section.hidden = groups.size === 0 && said.hidden;
    section.querySelector("[data-waiting=head]").hidden = groups.size === 0;
  };
  const showSoon = paced(show, PAUSE_MS);
  list.addEventListener("click", ({ target }) => act(target.closest("[data-act]")));
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

// What was tried once, or may be on its way just now, may have arrived without this phone's knowing.
const mayHaveArrived = ({ tries, acceptance }) => tries > 0 || acceptance || navigator.onLine;

function say(said, what) {
  said.textContent = said.dataset[what];
  said.hidden = false;
  said.focus();
}

// Asked once more before anything goes, since nobody can bring it back. What was added to a note
// goes with it.
async function act(button) {
  if (!button) return;
  const line = button.closest("li");
  const ask = line.querySelector("[data-ask]");
  if (button.dataset.act !== "delete") {
    keepOnly(line, "sure", line.items.some(mayHaveArrived) ? "tried" : "never");
    ask.hidden = button.dataset.act === "keep";
    line.querySelector("[data-act=ask]").hidden = !ask.hidden;
    line.querySelector(ask.hidden ? "[data-act=ask]" : "[data-act=keep]").focus();
    return;
  }
  line.dataset.leaves = "deleted";
  const ids = new Set(line.items.map(({ id }) => id));
  for (const { id, note } of await outbox.unsent()) {
    if (ids.has(id) || ids.has(note)) await outbox.remove(id);
  }
}
