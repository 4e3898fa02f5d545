// The signs of whom the note is about stand open; what somebody else opened stays as it is.

export default function openGroup(form) {
  form.addEventListener("change", ({ target }) => {
    if (target.name !== "about" || !target.checked) return;
    const group = document.getElementById(`group-${target.value}`);
    if (group) group.open = true;
  });
}
