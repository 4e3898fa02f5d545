// One tap ticks all that may be taken together, and the next takes them; or lets them all go again.

export default function several(form) {
  const every = form.querySelector("[type=button]");
  const ticks = () => [...form.elements].filter(({ type }) => type === "checkbox");
  every.hidden = false;
  every.addEventListener("click", () => {
    const areTicked = ticks().every(({ checked }) => checked);
    for (const tick of ticks()) tick.checked = !areTicked;
  });
}
