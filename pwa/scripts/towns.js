// The towns that a place may mean, to choose one. Without signal nobody can ask, and a person at the
// core places the note.

const PATIENCE_MS = 10_000;
const DOWN_MS = 2000;
const RELEASES = ["pointerup", "pointercancel", "keyup"];
const told = new Map();
const named = new Map();

// What to say of a place, and what offers its towns in a slot, where it alone does not say which.
export async function lookUp(place, { found, none }) {
  if (!told.has(place)) told.set(place, ask(place));
  const { desks, asks } = await told.get(place).catch((error) => {
    told.delete(place);
    throw error;
  });
  await released();
  const [first, ...others] = new Set(desks.map(({ desk }) => desk.name));
  const words = first ? found.replace("{desk}", first) : none;
  return { words: others.length ? "" : words, offer: (slot) => asks && offer(slot, desks) };
}

// What is written in words may be somebody's address, and addresses of pages stand in logs.
async function ask(place) {
  const code = place.normalize("NFKC").replace(/\D/g, "");
  const isCode = code.length === 7;
  const answer = await fetch(`/api/v1/desks${isCode ? `?postal_code=${code}` : ""}`, {
    ...(isCode ? {} : post({ town: place })),
    credentials: "omit",
    signal: AbortSignal.timeout?.(PATIENCE_MS),
  });
  if (!answer.ok) throw new Error(`places: ${answer.status}`);
  const found = await answer.json();
  if (found.desks.length === 1) named.set(place, found.desks[0].area?.name);
  return found;
}

const post = (body) => ({
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(body),
});

// Nothing moves while a button is down: whoever leaves the place for another field would miss it.
// A slow hand holds it for a second; whatever holds it for longer tells of no end.
function released() {
  if (!document.querySelector(":active")) return null;
  return new Promise((next) => {
    for (const end of RELEASES) addEventListener(end, () => setTimeout(next), { once: true });
    setTimeout(next, DOWN_MS);
  });
}

// The question stands in the template behind its slot.
function offer(slot, desks) {
  const { content } = slot.nextElementSibling;
  const question = content.firstElementChild.cloneNode(true);
  const first = question.querySelector("label");
  for (const { area } of desks) {
    const label = first.cloneNode(true);
    label.querySelector("input").value = area.id;
    label.querySelector("span").textContent = area.name;
    first.before(label);
  }
  first.remove();
  slot.replaceChildren(question);
}

// The town's own name, from the list of towns, where one was chosen or only one was found; else "".
export function nameOf(form, { area, place }) {
  const label = area && form.querySelector('[name="area"]:checked')?.closest("label");
  return label ? label.querySelector("span").textContent : (named.get(place.trim()) ?? "");
}

// Whether one is still to be chosen.
export const isAsked = (form, { area }) => !area && Boolean(form.querySelector("#area"));
