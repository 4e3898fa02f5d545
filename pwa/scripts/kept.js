// The page after Send, in place: what is true now, and what becomes true while it is looked at.
// The receipt code stands here and nowhere else, so that no tap on a language may take it away.

import { saySignal } from "./bars.js";
import { newCode } from "./behaviours/receipt.js";
import "./behaviours/say.js";
import { fill } from "./fill.js";
import { bind } from "./main.js";
import * as outbox from "./outbox.js";
import { afterFrame } from "./pace.js";
import "./said.js";
import { say, tell } from "./when.js";

const ASKED_NO_MORE = ["done", "other"];
const GROUP = 4;
const AROUND = ".sendbar, nav.callstrip";

export const keptPage = () =>
  document.importNode(document.getElementById("kept").content, true).firstElementChild;

export function showKept(form, item, fields, page) {
  const part = (name) => page.querySelector(`[data-kept="${name}"]`);
  tell(part("at"), item.at, page.dataset);
  part("ios").hidden = "SyncManager" in window;
  part(navigator.onLine ? "no-signal" : "signal").remove();
  showCode(part("code"), fields.receipt);
  const other = fields.receipt ? "name" : "code";
  for (const one of page.querySelectorAll(`[data-for=${other}]`)) one.remove();
  showCalls(part, form, item, fields);
  const title = document.title;
  const putBack = swap(form, page, fields.receipt ? `${AROUND}, .langs` : AROUND);
  afterFrame(() => {
    document.title = page.dataset.title;
    saySignal();
    page.querySelector("h1").focus({ preventScroll: true });
  });
  const stop = follow(item, {
    arrived: (acceptance) => {
      showLeft(part, false);
      showArrived(page, part, item, acceptance);
    },
    left: (isLeft) => showLeft(part, isLeft),
  });
  part("again").addEventListener("click", (event) => {
    if ("returned" in form.dataset) return;
    event.preventDefault();
    stop();
    document.title = title;
    putBack();
  });
}

// Calls `arrived` once, when the item has, which it may have by now; `left` when it begins or ends to
// wait for its writer's sign-in.
function follow(item, { arrived: act, left }) {
  let isDone = false;
  const arrived = (acceptance) => {
    if (!isDone) act(acceptance);
    isDone = true;
  };
  const look = async () => {
    const now = await outbox.of(item.id);
    if (now?.state === "arrived") arrived(now.acceptance);
    else if (now?.leftAt) left(true);
  };
  afterFrame(() => look().catch(console.info));
  return outbox.listen(({ type, id, acceptance, owner, isLeft }) => {
    if (type === "arrived" && id === item.id) arrived(acceptance);
    if (type === "left" && owner === item.owner && !isDone) left(isLeft);
  });
}

function showLeft(part, isLeft) {
  for (const one of part("left").parentElement.children) one.hidden = isLeft;
  part("left").hidden = !isLeft;
  // A signal alone does not send it.
  part("by-itself").hidden = isLeft;
}

function showCode(panel, code) {
  if (!panel) return;
  panel.hidden = !code;
  for (const [index, span] of panel.querySelectorAll(".receipt span").entries()) {
    span.textContent = (code ?? "").slice(index * GROUP, (index + 1) * GROUP);
  }
  const push = panel.parentElement.querySelector('[data-kept="push"] > [data-behaviour]');
  if (push && code) push.dataset.code = code;
}

// The numbers that the ticked signs ask for stand here as they stood in the form.
function showCalls(part, form, item, fields) {
  const asked = form.querySelector("[data-call-first]");
  const isAsked = !asked.hidden && !ASKED_NO_MORE.includes(fields.called_first);
  part("urgent").hidden = isAsked || (asked.hidden && fields.urgency !== "today");
  part("calls").hidden = !isAsked;
  if (!isAsked) return;
  const calls = part("calls");
  calls.dataset.note = item.id;
  calls.dataset.urgency = item.shown.urgency;
  calls.prepend(asked.cloneNode(true));
  if (fields.receipt) calls.append(hidden("code", fields.receipt));
  bind(calls);
}

function hidden(name, value) {
  const input = document.createElement("input");
  return Object.assign(input, { type: "hidden", name, value });
}

// The form gives its place to the page, empty, and takes it back for another note.
function swap(form, page, bars) {
  const around = document.querySelectorAll(bars);
  for (const bar of around) bar.hidden = true;
  form.replaceWith(page);
  afterFrame(() => empty(form));
  scrollTo(0, 0);
  return () => {
    for (const bar of around) bar.hidden = false;
    page.replaceWith(form);
    const heading = form.querySelector("h1");
    heading.tabIndex = -1;
    heading.focus();
  };
}

function empty(form) {
  form.reset();
  const { id, receipt } = form.elements;
  id.value = crypto.randomUUID();
  if (receipt) receipt.value = newCode();
  for (const line of form.querySelectorAll("[data-draft-line]")) line.hidden = true;
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

function showArrived(page, part, item, acceptance) {
  for (const until of page.querySelectorAll("[data-until-arrived]")) until.remove();
  for (const then of page.querySelectorAll("[data-then]")) then.hidden = false;
  for (const { parentElement, content } of page.querySelectorAll("template[data-arrived]")) {
    parentElement.replaceChildren(content);
  }
  part("rung").className = "";
  part("rung").removeAttribute("aria-current");
  tell(part("arrived-at"), acceptance.received_at, page.dataset);
  const desk = acceptance.desk.name;
  part("desk").textContent = desk;
  const asked = item.shown.desk;
  part("held").hidden = !acceptance.held;
  part("elsewhere").hidden = acceptance.held || !asked || asked === desk;
  for (const name of ["held", "elsewhere"]) fill(part(name), { asked, desk });
  if (part("code")) part("code-taken").hidden = part("code").hidden || acceptance.receipt;
  if (part("code") && !acceptance.receipt) part("code").hidden = true;
  showHours(part, acceptance, page.dataset);
  for (const one of page.querySelectorAll("[data-then] > [data-behaviour]")) bind(one);
}

// Nobody is there, or not for long: said with the time, and with whom to telephone.
function showHours(part, { desk, hours = {} }, words) {
  part("hours").hidden = !hours.is_closed && !hours.is_closing;
  part(hours.is_closed ? "closing" : "closed").remove();
  part(hours.opens_at ? "call" : "opens").remove();
  if (hours.opens_at) fill(part("opens"), { when: say(new Date(hours.opens_at), words) });
  const link = part("telephone");
  link.hidden = !hours.telephone;
  link.href = `tel:${(hours.telephone ?? "").replace(/[^0-9+*]/g, "")}`;
  link.querySelector(".number").textContent = hours.telephone ?? "";
  part(hours.is_duty ? "of-desk" : "of-duty").remove();
  fill(link, { desk: desk.name });
}
