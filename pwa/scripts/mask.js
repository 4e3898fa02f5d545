// What may be a My Number, as ● in the fields themselves: whoever sends sees what is sent.

import { numbersIn } from "./checks.js";

export default function maskIn(form) {
  for (const field of form.querySelectorAll("textarea, input[type=text]")) {
    field.value = masked(field.value);
  }
  // As typed: what is kept of it meanwhile is masked, too.
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

function masked(text) {
  const letters = Array.from(text);
  // One letter may be several digits.
  const plain = letters.flatMap((letter, at) =>
    letter
      .normalize("NFKC")
      .split("")
      .map((one) => ({ one, at })),
  );
  for (const place of numbersIn(plain.map(({ one }) => one).join(""))) {
    for (const { one, at } of plain.slice(...place)) if (/\d/.test(one)) letters[at] = "\u25cf";
  }
  return letters.join("");
}
