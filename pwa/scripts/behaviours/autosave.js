// Keeps what is written, sealed, with every keystroke, together with the note's id: a resend of a
// restored draft is the same note. Only what was kept in the outbox, or a page that says "arrived"
// (sent.js), clears it.

import * as drafts from "../drafts.js";
import { fillFields, isTouched, keepOut, readFields } from "../fields.js";
import within from "../within.js";

const PATIENCE_MS = 3000;

// Later, for weight.
const sayNotKept = (...told) =>
  import("../bars.js").then((bars) => bars.sayNotKept(...told)).catch(console.info);

export default async function autosave(form) {
  const name = form.dataset.draft;
  const id = form.querySelector('input[name="id"]');
  id.value ||= crypto.randomUUID?.() ?? "";
  keepOut(form);
  try {
    const draft = await within(PATIENCE_MS, begun(name));
    if (draft && draft.id !== id.value) restore(form, id, draft);
  } catch {
    await sayNotKept("draft");
  }
  keepSaving(form, saving(form, name, id));
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented || navigator.onLine) return;
    event.preventDefault();
    document.querySelector('[data-bar="offline"]')?.scrollIntoView();
  });
}

async function begun(name) {
  await drafts.ready();
  return drafts.load(name);
}

function restore(form, id, draft) {
  id.value = draft.id;
  fillFields(form, draft.fields);
  const line = form.querySelector("[data-draft-line]");
  if (line) line.hidden = false;
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

// Leaving a field changes nothing that was not saved with its last letter.
function saving(form, name, id) {
  let last;
  return async () => {
    const fields = isTouched(form) ? readFields(form) : null;
    const now = JSON.stringify([id.value, fields]);
    if (now === last) return;
    await (fields ? drafts.save(name, { id: id.value, fields }) : drafts.forget(name, id.value));
    last = now;
  };
}

// One save at a time; what changes meanwhile is saved right after, so the last keystroke never
// waits. A store that fails or hangs is asked again with the next one.
function keepSaving(form, save) {
  let changed = false;
  let isSaving = false;
  const onChange = async () => {
    changed = true;
    if (isSaving) return;
    isSaving = true;
    while (changed) {
      changed = false;
      await within(PATIENCE_MS, save()).then(
        () => sayNotKept("draft", false),
        () => sayNotKept("draft"),
      );
    }
    isSaving = false;
  };
  form.addEventListener("input", onChange);
  form.addEventListener("change", onChange);
  if (isTouched(form)) onChange();
}
