// The towns that a place may mean, to choose one. Without signal nobody can ask, and a person at the
// core places the note.

const PATIENCE_MS = 10_000;

// What to say of a place, and what offers its towns in a slot, where it alone does not say which.
export async function lookUp(query, { found, none }) {
  const answer = await fetch(`/api/v1/desks?${query}`, {
    signal: AbortSignal.timeout?.(PATIENCE_MS),
  });
  const { desks, asks } = await answer.json();
  await released();
  const [first, ...others] = new Set(desks.map(({ desk }) => desk.name));
  const words = first ? found.replace("{desk}", first) : none;
  return { words: others.length ? "" : words, offer: (slot) => asks && offer(slot, desks) };
}

// Nothing moves while a button is down: whoever leaves the place for another field would miss it.
function released() {
  if (!document.querySelector(":active")) return null;
  return new Promise((next) => {
    for (const end of ["pointerup", "pointercancel"]) {
      addEventListener(end, () => setTimeout(next), { once: true });
    }
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

// Whether one is still to be chosen.
export const isAsked = (form, { area }) => !area && Boolean(form.querySelector("#area"));
