// Says where a place leads, before anything is sent: a postal code at its seventh digit, the name
// of a town once it is written.

const POSTAL_CODE = /^\d{7}$/;

export default function place(field) {
  const line = document.getElementById(field.dataset.say);
  let asked = "";
  const look = async ({ type }) => {
    const query = queryOf(field.value, type === "change");
    if (query === asked) return;
    asked = query;
    const words = query ? await wordsFor(query, field.dataset) : "";
    if (query === asked) line.textContent = words;
  };
  field.addEventListener("input", look);
  field.addEventListener("change", look);
}

function queryOf(value, isWritten) {
  const digits = value.normalize("NFKC").replace(/[^\d]/g, "");
  if (POSTAL_CODE.test(digits)) return `postal_code=${digits}`;
  const town = value.trim();
  return isWritten && town ? `town=${encodeURIComponent(town)}` : "";
}

// Nothing is said where nobody can tell: without signal, or of a name that several towns have.
async function wordsFor(query, { found, none }) {
  try {
    const answer = await fetch(`/api/v1/desks?${query}`);
    const { desks } = await answer.json();
    const names = new Set(desks.map(({ desk }) => desk.name));
    if (names.size > 1) return "";
    return names.size === 0 ? none : found.replace("{desk}", [...names][0]);
  } catch {
    return "";
  }
}
