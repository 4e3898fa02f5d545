// Keeps what is written, sealed, with every keystroke, together with its id: a resend of a restored
// draft is the same note. Only what was kept in the outbox, or a page that says "arrived" (sent.js),
// clears it.

import * as drafts from "../drafts.js";
import { fillFields, isTouched, keepOut, readFields } from "../fields.js";
import within from "../within.js";

const PATIENCE_MS = 3000;
let fails = false;

export default async function autosave(form) {
  const name = form.dataset.draft;
  const id = form.querySelector('input[name="id"]');
  id.value ||= crypto.randomUUID?.() ?? "";
  keepOut(form);
  const draft = await said(drafts.load(name));
  // Somebody was quicker than the page, or the server gave back what it got: that stays.
  if (draft && draft.id !== id.value && !isHeld(form)) restore(form, id, draft);
  keepSaving(form, saving(form, name, id));
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented || navigator.onLine) return;
    event.preventDefault();
    const bar = document.querySelector('[data-bar="offline"]');
    bar.hidden = false;
    bar.scrollIntoView();
  });
}

// What a promise gives in time; else it is said that nothing is kept.
function said(promise) {
  return within(PATIENCE_MS, promise).then(
    (value) => {
      if (fails) tell(false);
      return value;
    },
    () => tell(true),
  );
}

// Nobody waits for the words, which come later, for weight: on a line that stalls they do not come.
function tell(isSo) {
  fails = isSo;
  import("../bars.js").then((bars) => bars.sayNotKept("draft", isSo)).catch(console.info);
}

const isHeld = (form) => "returned" in form.dataset || isTouched(form);

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
    const fields = isHeld(form) ? readFields(form) : null;
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
      await said(save());
    }
    isSaving = false;
  };
  form.addEventListener("input", onChange);
  form.addEventListener("change", onChange);
  if (isHeld(form)) onChange();
}
