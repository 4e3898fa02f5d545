// What a form holds, as pairs of name and value, and back again.

const MACHINERY = new Set(["csrf_token", "id", "password", "code"]);

export function readFields(form) {
  const pairs = [...new FormData(form)];
  return pairs.filter(([name, value]) => typeof value === "string" && !MACHINERY.has(name));
}

export function fillFields(form, pairs) {
  const values = grouped(pairs);
  for (const control of form.elements) {
    if (!control.name || MACHINERY.has(control.name)) continue;
    const own = values.get(control.name) ?? [];
    setValue(control, own);
    if (differs(control)) openAround(control);
  }
}

// Whether anything differs from the page as it came.
export const isTouched = (form) => [...form.elements].some(differs);

// The browser itself keeps nothing of a form: it would write what is typed into its session files.
export function keepOut(form) {
  form.autocomplete = "off";
  for (const control of form.elements) control.autocomplete = "off";
}

function grouped(pairs) {
  const groups = new Map();
  for (const [name, value] of pairs) groups.set(name, [...(groups.get(name) ?? []), value]);
  return groups;
}

function setValue(control, values) {
  if (control.type === "checkbox" || control.type === "radio") {
    control.checked = values.includes(control.value);
  } else if (control.matches("input:not([type=file]), textarea, select")) {
    control.value = values[0] ?? "";
  }
}

function differs(control) {
  if (control.type === "checkbox" || control.type === "radio") {
    return control.checked !== control.defaultChecked;
  }
  if (control.type === "select-one") {
    const own = [...control.options].find((option) => option.defaultSelected) ?? control.options[0];
    return control.value !== own?.value;
  }
  return "defaultValue" in control && control.value !== control.defaultValue;
}

export function openAround(control) {
  for (let fold = control.closest("details"); fold; fold = fold.parentElement.closest("details")) {
    fold.open = true;
  }
}
