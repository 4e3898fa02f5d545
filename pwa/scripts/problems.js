// Says what is missing as the server's page does: a summary that takes the focus, and a sentence
// at each field. The words stand in the page's <template id="problems">.

import { openAround } from "./fields.js";
import { fill } from "./fill.js";

export function show(form, problems) {
  clear(form);
  if (!problems.length) return;
  const { content } = document.getElementById("problems");
  const summary = content.firstElementChild.cloneNode(true);
  fill(summary.firstElementChild, { n: problems.length });
  for (const [name, code, n] of problems) {
    const words = content.querySelector(`[data-problem="${code}"]`).cloneNode(true);
    fill(words, { n });
    const link = document.createElement("a");
    link.href = `#${name}`;
    link.append(...words.cloneNode(true).childNodes);
    summary.appendChild(document.createElement("p")).append(link);
    const field = document.getElementById(name);
    if (field) say(field, words);
  }
  const asksNumber = problems.some(([, code]) => code === "my_number");
  if (asksNumber) summary.append(content.querySelector("[data-numbers]").cloneNode(true));
  const heading = form.querySelector("h1");
  if (heading) heading.after(summary);
  else form.prepend(summary);
  summary.focus();
}

export function clear(form) {
  for (const old of form.querySelectorAll(".panel[role=alert], .ask__error")) old.remove();
  for (const ask of form.querySelectorAll(".ask--wrong")) ask.classList.remove("ask--wrong");
  for (const field of form.querySelectorAll("[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
    describe(field, "");
  }
}

function say(field, words) {
  const ask = field.closest(".ask");
  words.id = `${field.id}-error`;
  words.className = "ask__error";
  words.removeAttribute("data-problem");
  ask.classList.add("ask--wrong");
  const before = ask.querySelector(":scope > .ask__hint") ?? ask.querySelector(".ask__q");
  before.after(words);
  field.setAttribute("aria-invalid", "true");
  describe(field, words.id);
  openAround(field);
}

// The hint goes on describing the field beside what is wrong with it.
function describe(field, error) {
  const hint = document.getElementById(`${field.id}-hint`)?.id;
  const ids = [hint, error].filter(Boolean).join(" ");
  if (ids) field.setAttribute("aria-describedby", ids);
  else field.removeAttribute("aria-describedby");
}
