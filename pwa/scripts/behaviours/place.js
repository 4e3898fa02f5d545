// Says where a postal code leads, before anything is sent. The code itself goes nowhere else.

const POSTAL_CODE = /^\d{7}$/;

export default function place(field) {
  const line = document.getElementById(field.dataset.say);
  let asked = "";
  field.addEventListener("input", async () => {
    const code = field.value.normalize("NFKC").replace(/[^\d]/g, "");
    if (code === asked) return;
    asked = code;
    const desk = POSTAL_CODE.test(code) ? await deskOf(code) : undefined;
    if (asked === code) line.textContent = wordsFor(desk, field.dataset);
  });
}

function wordsFor(desk, { found, none }) {
  if (desk === undefined) return "";
  return desk === null ? none : found.replace("{desk}", desk);
}

// The desk's name, null where there is none, undefined where nobody can tell just now.
async function deskOf(code) {
  try {
    const answer = await fetch(`/api/v1/desks?postal_code=${code}`);
    if (answer.status === 404) return null;
    const { desks } = await answer.json();
    return desks[0]?.name ?? null;
  } catch {
    return undefined;
  }
}
