// The towns that a place may mean, to choose one. Without signal nobody can ask, and a person at the
// core places the note.

// `found` as the door for desks gives it; the question stands in the template behind its slot.
export function offer(slot, found) {
  const { content } = slot.nextElementSibling;
  const question = content.firstElementChild.cloneNode(true);
  const first = question.querySelector("label");
  for (const { area } of found) {
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
