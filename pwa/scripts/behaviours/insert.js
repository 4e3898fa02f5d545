// One tap puts a variable where somebody writes. Without a script they are typed as the page names
// them.

export default function insert(group) {
  const field = group.querySelector("textarea");
  const row = group.querySelector("[data-inserts]");
  row.hidden = false;
  row.addEventListener("click", ({ target }) => {
    const words = target.closest("[data-insert]")?.dataset.insert;
    if (!words) return;
    field.focus();
    field.setRangeText(words, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
