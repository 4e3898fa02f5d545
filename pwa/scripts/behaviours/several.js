// One tap ticks all that may be taken together, and the next takes them; or lets them all go again.

export default function several(form) {
  const every = form.querySelector("[type=button]");
  const ticks = () => [...form.elements].filter(({ type }) => type === "checkbox");
  const areTicked = () => ticks().every(({ checked }) => checked);
  const say = () => {
    const [all, none] = every.children;
    [all.hidden, none.hidden] = [areTicked(), !areTicked()];
  };
  every.hidden = false;
  every.addEventListener("click", () => {
    const isTicked = !areTicked();
    for (const tick of ticks()) tick.checked = isTicked;
    say();
  });
  for (const tick of ticks()) tick.addEventListener("change", say);
  // The browser may bring ticks back.
  say();
}
