// While somebody writes to a resident: says what looks like a name, a place or a number that is
// better left out. The server asks the same.

const PAUSE_MS = 400;

export default function ownWords(form) {
  const field = form.querySelector("[data-checks]");
  const line = form.querySelector("[data-found]");
  const checks = JSON.parse(field.dataset.checks).map(([expression, words]) => [
    new RegExp(expression, "u"),
    words,
  ]);
  const dashes = /(?<=[0-9])[ー‐‑‒–—―−~〜](?=[0-9])/gu;
  let pause;
  field.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(() => {
      const plain = field.value.normalize("NFKC").replace(dashes, "-");
      line.textContent = checks.find(([expression]) => expression.test(plain))?.[1] ?? "";
      line.hidden = !line.textContent;
    }, PAUSE_MS);
  });
}
