// Says where a place leads, before anything is sent: a postal code at its seventh digit, the name
// of a town once it is written. Of towns that it may be, one is to be chosen.

const POSTAL_CODE = /^\d{7}$/;

export default function place(field) {
  const { say, offer } = field.dataset;
  const [line, slot] = [say, offer].map((id) => document.getElementById(id));
  let asked = "";
  const look = async ({ type, target }) => {
    if (target !== field && target !== field.form) return;
    const query = queryOf(field.value, type === "change" || target === field.form);
    if (query === asked) return;
    asked = query;
    // What was chosen is no town of what is written now.
    slot?.replaceChildren();
    const told = query && (await lookUp(query, field.dataset));
    if (query !== asked) return;
    line.textContent = told ? told.words : "";
    if (told && slot) told.offer(slot);
  };
  field.form.addEventListener("input", look);
  field.form.addEventListener("change", look);
}

function queryOf(value, isWritten) {
  const digits = value.normalize("NFKC").replace(/[^\d]/g, "");
  if (POSTAL_CODE.test(digits)) return `postal_code=${digits}`;
  const town = value.trim();
  return isWritten && town ? `town=${encodeURIComponent(town)}` : "";
}

// Later, for weight. Nothing is said where nobody can tell, as without signal.
const lookUp = (query, words) =>
  import("../towns.js").then((towns) => towns.lookUp(query, words)).catch(() => null);
