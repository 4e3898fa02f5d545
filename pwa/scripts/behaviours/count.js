// Says how many characters are left, near the end only, and never cuts anything off. A character
// is what a reader takes for one: an emoji family or a kanji variant counts once.

const PAUSE_MS = 250;
const NEAR = 0.2;
const SHORT = 200;
const POINTS_OF_ONE = 16;

export default function count(field) {
  const { limit, left, over } = field.dataset;
  const line = document.getElementById(`${field.id}-count`);
  const update = () => {
    const rest = Number(limit) - lengthOf(field.value);
    const isNear = rest < limit * NEAR || (limit <= SHORT && field.value);
    const words = rest < 0 ? over : left;
    line.textContent = isNear ? words.replace("{n}", Math.abs(rest)) : "";
    line.classList.toggle("count--over", rest < 0);
  };
  let pause;
  field.form.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(update, PAUSE_MS);
  });
  update();
}

// A pile of marks on one letter counts as more, as it does on the server.
export function lengthOf(text) {
  if (!Intl.Segmenter) return [...text].length;
  let length = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    length += Math.ceil([...segment].length / POINTS_OF_ONE);
  }
  return length;
}
