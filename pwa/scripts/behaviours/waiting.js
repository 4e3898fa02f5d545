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
      const { leaves } = line.dataset;
      if (groups.has(key) || leaves === "deleting") continue;
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
  list.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-act]");
    if (button?.dataset.act === "delete") remove(button.closest("li"), said).then(showSoon);
    else if (button) ask(button);
  });
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

function stateOf({ at, tries, leftAt }) {
  if (leftAt) return "left";
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

// Asked once more before anything goes, since nobody can bring it back.
function ask({ dataset: { act }, parentElement }) {
  const line = parentElement.closest("li");
  const sure = line.querySelector("[data-ask]");
  keepOnly(line, "sure", line.items.some(mayHaveArrived) ? "tried" : "never");
  sure.hidden = act === "keep";
  line.querySelector("[data-act=ask]").hidden = !sure.hidden;
  line.querySelector(sure.hidden ? "[data-act=ask]" : "[data-act=keep]").focus();
}

// What is on its way is waited for, and the line says afterwards what became of it. What was added to
// a note goes with it, which comes before in the list, and stays where the note has arrived.
async function remove(line, said) {
  line.dataset.leaves = "deleting";
  line.querySelector("[data-ask]").hidden = true;
  say(said, "deleting");
  const ids = new Set(line.items.map(({ id }) => id));
  let isDeleted = false;
  try {
    for (const { id, note } of await outbox.unsent()) {
      if (!ids.has(id) && !(isDeleted && ids.has(note))) continue;
      const wasHere = await outbox.remove(id);
      isDeleted ||= wasHere && ids.has(id);
    }
    line.dataset.leaves = isDeleted ? "deleted" : "arrived";
  } catch (error) {
    console.info(error);
    delete line.dataset.leaves;
    said.hidden = true;
    line.querySelector("[data-act=ask]").hidden = false;
  }
}
