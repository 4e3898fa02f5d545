// A ticked sign that needs a telephone shows its number and asks about the call.

export default function callFirst(form) {
  const panel = form.querySelector("[data-call-first]");
  const update = () => {
    const ticked = [...form.querySelectorAll("[data-call]:checked")];
    const numbers = new Set(ticked.flatMap((sign) => sign.dataset.call.split(" ")));
    panel.hidden = numbers.size === 0;
    for (const call of panel.querySelectorAll("[data-number]")) {
      call.hidden = !numbers.has(call.dataset.number);
    }
  };
  form.addEventListener("input", update);
  update();
}
