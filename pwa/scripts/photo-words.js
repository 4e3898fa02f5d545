// What the row of photos shows and says: the pictures, why there are none, and what became of them.

// The gravest reason of what is ticked, which is also shown; the reasons stand in that order.
export function whyNot(form, row) {
  const ticked = [...form.querySelectorAll("[data-no-photos]:checked")];
  const whys = new Set(ticked.map((sign) => sign.dataset.noPhotos));
  let gravest = "";
  for (const reason of row.querySelectorAll("[data-off]")) {
    const { off } = reason.dataset;
    if (!gravest && whys.has(off)) gravest = off;
    reason.hidden = gravest !== off;
  }
  return gravest;
}

export function showPictures(row, pictures, remove) {
  const list = row.querySelector("[data-pictures]");
  const { content } = row.querySelector("template");
  list.replaceChildren(
    ...pictures.map((picture, index) => {
      const item = content.firstElementChild.cloneNode(true);
      const [canvas, button] = item.children;
      for (const part of [canvas, button]) {
        part.setAttribute("aria-label", part.dataset.label.replace("{n}", index + 1));
      }
      canvas.getContext("2d").drawImage(picture.thumb, 0, 0);
      button.addEventListener("click", () => remove(picture));
      return item;
    }),
  );
  list.hidden = pictures.length === 0;
}

// Stands in the page that will take the form's place.
export function tellKept(row, page, { kept, lost }) {
  const line = page.querySelector("[data-photos]");
  if (!line) return;
  const words = [
    [row.dataset.also, kept],
    [row.dataset.lost, lost],
  ].filter(([, n]) => n);
  line.textContent = words.map(([sentence, n]) => sentence.replace("{n}", n)).join(" ");
  line.hidden = words.length === 0;
}

// The words of data-<what>; "" says nothing.
export function say(row, what, n = 0) {
  row.querySelector("[data-say]").textContent = (row.dataset[what] ?? "").replace("{n}", n);
}
