// From a filled note form to a kept note: checked with the text still on the screen, sealed, read
// back, and only then cleared.

import { sayNotKept } from "./bars.js";
import { newCode } from "./behaviours/receipt.js";
import { problemsOf } from "./checks.js";
import * as device from "./device.js";
import * as drafts from "./drafts.js";
import { prepare as prepareItem } from "./item.js";
import { keptPage, showKept } from "./kept.js";
import * as outbox from "./outbox.js";
import { afterFrame, whenIdle } from "./pace.js";
import * as problems from "./problems.js";
import startOutbox from "./start-outbox.js";
import { isAsked, nameOf } from "./towns.js";

const BY_URGENCY = ["now", "today", "soon", "memo"];
const SINGLE = [
  ...["id", "area", "place", "place_detail", "called", "relation", "about", "urgency", "words"],
  ...["person_knows", "wish", "contact", "telephone", "show_name", "not_nearby", "not_to"],
  ...["called_first", "receipt", "language"],
];

let isPrepared = false;
let page;

// The signing key is made before the first tap, which then need not wait for it.
startOutbox(document.body.dataset)
  .then(device.own)
  .catch(() => {});

// What else a note may take along needs the outbox, and the form waits for neither.
const row = document.getElementById("photos");
if (row) {
  import("./photo-row.js").then(({ default: startRow }) => startRow(row)).catch(console.info);
}

// While somebody writes: the envelope, and each step of Send once, since a browser is slow at what
// it does for the first time.
export function prepare(form) {
  if (isPrepared || !form.isConnected) return;
  isPrepared = true;
  whenIdle(() => {
    checked(form, readNote(form, true), true);
    page ??= keptPage();
    startOutbox(document.body.dataset)
      .then(prepareItem)
      .catch(() => {});
  });
}

// Keeps it, or shows what is missing; rejects where nothing can be kept. The form then still holds
// everything.
export async function send(form, button) {
  const notedAt = new Date().toISOString();
  if (button?.name === "numbers") (await import("./mask.js")).default(form);
  await startOutbox(document.body.dataset);
  const isNobodys = (await device.owner()) === device.NOBODY;
  const fields = { ...readNote(form, isNobodys), noted_at: notedAt };
  const found = checked(form, fields, isNobodys);
  isPrepared = false;
  problems.show(form, found);
  if (found.length) return;
  const given = { fields, shown: shownOf(form, fields) };
  const { item, kept } = await outbox.putWith(given, behindOf(form));
  sayNotKept("outbox", false);
  const shown = page ?? keptPage();
  page = undefined;
  form.dispatchEvent(new CustomEvent("kept", { detail: { page: shown, kept } }));
  showKept(form, item, fields, shown);
  afterFrame(() => drafts.forget(form.dataset.draft, fields.id).catch(() => {}));
}

function checked(form, fields, needsTelephone) {
  const limits = JSON.parse(form.dataset.limits);
  return problemsOf(fields, { limits, needsTelephone, asksTown: isAsked(form, fields) });
}

// What makes what belongs to the note, where the form has any.
function behindOf(form) {
  const detail = {};
  form.dispatchEvent(new CustomEvent("sending", { detail }));
  return detail.behind;
}

function readNote(form, isNobodys) {
  const typed = new FormData(form);
  const fields = {};
  for (const name of SINGLE) if (typed.get(name)) fields[name] = typed.get(name);
  if (!fields.area && !fields.place) fields.area = typed.get("own_area");
  if (!fields.area) delete fields.area;
  if (fields.contact !== "telephone") delete fields.telephone;
  // The kept form of a person who signed out meanwhile has none.
  if (isNobodys) fields.receipt ??= newCode();
  else delete fields.receipt;
  const signs = typed.getAll("signs");
  return signs.length ? { ...fields, signs } : fields;
}

// What may stand readable beside the envelope. A place that was typed may be an address; of its town
// the name may.
function shownOf(form, fields) {
  const { area = "", desk = "" } = form.dataset;
  const urgency = highest(form, fields.urgency);
  return fields.place ? { area: nameOf(form, fields), desk: "", urgency } : { area, desk, urgency };
}

// Of what was chosen and what the ticked signs carry, as at the desk.
function highest(form, chosen) {
  const ticked = [...form.querySelectorAll('[name="signs"]:checked')];
  const found = [chosen, ...ticked.map(({ dataset }) => dataset.urgency)];
  return BY_URGENCY.find((one) => found.includes(one));
}
