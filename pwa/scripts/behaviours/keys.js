// The desk's list and a note's page by keyboard. What is chosen in a list is where the focus is: seen
// as any focus is, and kept when the list renews itself. A key that is being typed, or converted, is
// left alone.

const CONVERTING = 229;
const OFF = "keys-off";
const SENDS = "button:not([name])";
const TYPED_INTO = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

export default function keys(line) {
  const list = document.getElementById("keys");
  const isOn = list.querySelector("[name=keys_on]");
  const does = {
    j: () => step(1),
    k: () => step(-1),
    a: () => send("a"),
    u: undo,
    r: open,
    o: () => document.querySelector(".folds summary")?.focus(),
    l: () => document.querySelector("[data-key=l]")?.click(),
    "/": find,
  };
  does.c = () => send("c");
  does["?"] = () => list.showModal();
  line.hidden = false;
  line.querySelector("button").addEventListener("click", does["?"]);
  isOn.checked = !localStorage.getItem(OFF);
  isOn.addEventListener("change", () => {
    if (isOn.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
  });
  addEventListener("keydown", (event) => {
    const act = isOn.checked && !list.open && isMeant(event) && does[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}

function isMeant(event) {
  if (event.isComposing || event.keyCode === CONVERTING || event.defaultPrevented) return false;
  if (event.ctrlKey || event.altKey || event.metaKey) return false;
  // A key held down walks the list, and does nothing else over and over.
  if (event.repeat && !"jk".includes(event.key)) return false;
  return !event.target.closest?.(TYPED_INTO);
}

const rows = () => [...document.querySelectorAll(".queue > .job")];
const chosen = () => document.activeElement?.closest(".job");

function step(by) {
  const all = rows();
  const at = all.indexOf(chosen());
  const to = at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1);
  const row = all[to];
  row?.querySelector("a, button")?.focus({ preventScroll: true });
  row?.scrollIntoView({ block: "nearest" });
}

// Of the chosen row; on a note's page of the note.
function send(key) {
  const of = document.querySelector(".queue") ? chosen() : document;
  const form = of?.querySelector(`form[data-key=${key}]`);
  // While rows move, the one chosen may be another than the one that was meant.
  if (form && !form.closest("[data-moving]")) form.requestSubmit(form.querySelector(SENDS));
}

// The newest, where several can be undone.
function undo() {
  const form = document.querySelector("form.undo");
  form?.requestSubmit(form.querySelector("button"));
}

const open = () => chosen()?.querySelector("a")?.click();

function find() {
  const field = document.getElementById("q");
  field?.focus();
  field?.select();
}
