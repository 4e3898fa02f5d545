// What is said after a note: checked, kept, and shown in the place of its form.

import openAnew from "./anew.js";
import { sayNotKept } from "./bars.js";
import { isBlank, problemsOfWords } from "./checks.js";
import * as drafts from "./drafts.js";
import * as outbox from "./outbox.js";
import { afterFrame } from "./pace.js";
import * as problems from "./problems.js";
import startOutbox from "./start-outbox.js";
import { tell } from "./when.js";

// The names of the form's fields where they are not those of what is sent.
const NAMES = { added: "words" };

// Keeps it, or shows what is missing; rejects where nothing can be kept. The form then still holds
// everything.
export async function send(form, button) {
  const { kind, note, urgency } = form.dataset;
  if (button?.name === "numbers") (await import("./mask.js")).default(form);
  const fields = {
    ...fieldsOf(kind, new FormData(form), button),
    noted_at: new Date().toISOString(),
  };
  const found = problemsOf(form, kind, fields, button);
  problems.show(form, found);
  if (found.length) return;
  await startOutbox(document.body.dataset);
  const item = await outbox.put({ kind, note, fields, shown: { urgency } });
  sayNotKept("outbox", false);
  showSaid(form, item);
  const { draft } = form.dataset;
  if (draft) afterFrame(() => drafts.forget(draft, fields.id).catch(() => {}));
}

function fieldsOf(kind, typed, button) {
  const fields = {};
  for (const [name, value] of typed) {
    if (["csrf_token", "how"].includes(name) || !value) continue;
    fields[NAMES[name] ?? name] = value;
  }
  if (kind === "answer" && button?.name === "unknown") delete fields.words;
  if (kind === "withdrawal" && button?.value === "ask") fields.how = "ask";
  return fields;
}

function problemsOf(form, kind, fields, button) {
  if (kind === "called") return fields.called_first ? [] : [["called_first", "need_called"]];
  const own = form.querySelector("textarea");
  if (!own) return [];
  const isMissing = [fields.words, fields.right_place, fields.not_nearby].every(isBlank);
  if (isMissing && button?.name !== "unknown") return [[own.id, "need_words"]];
  const limits = JSON.parse(form.dataset.limits);
  const found = problemsOfWords(fields, limits, ["words", "right_place"]);
  return found.map(([name, ...rest]) => [name === "words" ? own.id : name, ...rest]);
}

function showSaid(form, item) {
  const panel = document.getElementById("said").content.firstElementChild.cloneNode(true);
  tell(panel.querySelector("[data-said=at]"), item.at, panel.dataset);
  form.replaceWith(panel);
  panel.focus();
  const stop = outbox.listen(({ type, id }) => {
    if (type !== "arrived" || id !== item.id) return;
    stop();
    showArrived(panel, form);
  });
}

// The thread is shown anew, unless somebody is writing in it.
function showArrived(panel, form) {
  for (const { parentElement, content } of panel.querySelectorAll("template[data-arrived]")) {
    parentElement.replaceChildren(content);
  }
  const isThread = "thread" in form.dataset;
  panel.querySelector("[data-said=again]").hidden = !isThread;
  if (!isThread) return;
  panel.querySelector("[data-said=again]").addEventListener("click", () => openAnew(form));
  const typed = [...document.querySelectorAll("main textarea, main input[type=text]")];
  if (typed.every(({ value, defaultValue }) => value === defaultValue)) openAnew(form);
}
