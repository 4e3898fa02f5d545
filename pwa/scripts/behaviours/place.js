// Says where a place leads, before anything is sent: a postal code at its seventh digit, the name
// of a town once it is written. Of towns that it may be, one is to be chosen.

const POSTAL_CODE = /^\D*(\d\D*){7}$/;

export default function place(field) {
  const { say, offer } = field.dataset;
  const [line, slot] = [say, offer].map((id) => document.getElementById(id));
  let asked = "";
  let written;
  const look = async ({ type, target }) => {
    if (target !== field && target !== field.form) return;
    const town = field.value.trim();
    if (type === "change" || target !== field) written = town;
    const isWhole = town === written || POSTAL_CODE.test(town.normalize("NFKC"));
    const place = isWhole ? town : "";
    if (place === asked) return;
    asked = place;
    // What was chosen is no town of what is written now.
    slot?.replaceChildren();
    const told = place && (await lookUp(place, field.dataset));
    if (place !== asked) return;
    line.textContent = told ? told.words : "";
    if (told && slot) told.offer(slot);
  };
  field.form.addEventListener("input", look);
  field.form.addEventListener("change", look);
}

// Later, for weight. Nothing is said where nobody can tell, as without signal.
const lookUp = (place, words) =>
  import("../towns.js").then((towns) => towns.lookUp(place, words)).catch(() => null);
