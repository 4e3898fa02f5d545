// Says where a place leads, before anything is sent: a postal code at its seventh digit, the name
// of a town once it is written. Of towns that different desks receive, one is to be chosen.

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
    const found = query ? await desksOf(query) : null;
    if (query !== asked) return;
    const names = new Set(found?.map(({ desk }) => desk.name));
    line.textContent = found ? wordsFor(names, field.dataset) : "";
    if (names.size > 1 && slot) (await import("../towns.js")).offer(slot, found);
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

// Nothing is said where nobody can tell, as without signal, or where a choice says it.
function wordsFor(names, { found, none }) {
  if (names.size > 1) return "";
  return names.size === 0 ? none : found.replace("{desk}", [...names][0]);
}

async function desksOf(query) {
  try {
    const answer = await fetch(`/api/v1/desks?${query}`);
    return (await answer.json()).desks;
  } catch {
    return null;
  }
}
