// The row of photos: chosen, made small at once, shown, taken out again. While the note speaks of
// somebody, the row says why there are none, and none are sent.

import { MOST_FILE_BYTES, MOST_PHOTOS, sealedBehind, shrunk } from "./photos.js";
import { ready } from "./probe.js";
import within from "./within.js";

const THUMB = 320;
const PATIENCE_MS = 30_000;

export default async function startRow(row) {
  // Where nothing can be kept there is nothing to offer.
  await ready();
  if (!globalThis.createImageBitmap) return;
  const { form } = row;
  const [input, add] = [row.querySelector("input"), row.querySelector("[data-add]")];
  let pictures = [];
  let working = Promise.resolve();

  let wasOff = "";
  let isTold = false;

  const show = () => {
    const why = whyNot(form, row);
    add.hidden = Boolean(why) || pictures.length === MOST_PHOTOS;
    showPictures(row, why ? [] : pictures, remove);
    if (why !== wasOff) say(row, !why && pictures.length ? "chosen" : "", pictures.length);
    wasOff = why;
  };
  const remove = (picture) => {
    pictures = pictures.filter((one) => one !== picture);
    show();
    say(row, pictures.length ? "chosen" : "", pictures.length);
    add.focus();
  };
  const take = async (files) => {
    say(row, "working");
    add.setAttribute("aria-disabled", "true");
    isTold = false;
    let problem = files.length > MOST_PHOTOS - pictures.length ? "tooMany" : "";
    for (const file of files.slice(0, MOST_PHOTOS - pictures.length)) {
      try {
        pictures.push(await pictureOf(file));
      } catch (error) {
        console.info(error);
        problem = error instanceof RangeError ? "tooLarge" : "unreadable";
      }
    }
    add.removeAttribute("aria-disabled");
    const hadFocus = add === document.activeElement;
    show();
    if (hadFocus && add.hidden) row.querySelector("[data-pictures] li:last-child button")?.focus();
    say(row, problem || "chosen", pictures.length);
  };

  add.addEventListener("click", () => {
    if (!add.hasAttribute("aria-disabled")) input.click();
  });
  input.addEventListener("change", (event) => {
    event.stopPropagation();
    const files = [...input.files];
    input.value = "";
    if (files.length) working = working.then(() => take(files));
  });
  form.addEventListener("input", show);
  form.addEventListener("change", show);
  // The pictures go into the outbox together with their note, which waits for them only so long.
  form.addEventListener("sending", ({ detail }) => {
    const sealed = async (item) => {
      await working;
      return sealedBehind(item, whyNot(form, row) ? [] : pictures.map(({ blob }) => blob));
    };
    detail.behind = (item) => within(PATIENCE_MS, sealed(item)).catch(() => []);
  });
  form.addEventListener("kept", ({ detail: { page, kept } }) => {
    const chosen = whyNot(form, row) ? 0 : pictures.length;
    tellKept(row, page, { kept, lost: chosen - kept });
    pictures = [];
    show();
    say(row, "");
  });
  // Nothing could be kept, and only the words can go with the form itself: told before they do.
  form.addEventListener("unkept", (event) => {
    if (isTold || !navigator.onLine || !pictures.length || whyNot(form, row)) return;
    event.preventDefault();
    isTold = true;
    say(row, "unkept");
    row.scrollIntoView({ block: "center" });
  });
  row.hidden = false;
  show();
}

async function pictureOf(file) {
  if (file.size > MOST_FILE_BYTES) throw new RangeError("larger than any camera makes");
  const { blob, canvas } = await shrunk(file);
  return { blob, thumb: thumbOf(canvas) };
}

// The middle of the picture, square.
function thumbOf(canvas) {
  const side = Math.min(canvas.width, canvas.height);
  const left = (canvas.width - side) / 2;
  const top = (canvas.height - side) / 2;
  const thumb = document.createElement("canvas");
  thumb.width = THUMB;
  thumb.height = THUMB;
  thumb.getContext("2d").drawImage(canvas, left, top, side, side, 0, 0, THUMB, THUMB);
  return thumb;
}

// The gravest reason of what is ticked, which is also shown; the reasons stand in that order.
function whyNot(form, row) {
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

function showPictures(row, pictures, remove) {
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
function tellKept(row, page, { kept, lost }) {
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
function say(row, what, n = 0) {
  row.querySelector("[data-say]").textContent = (row.dataset[what] ?? "").replace("{n}", n);
}
