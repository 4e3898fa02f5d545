// The row of photos: chosen, made small at once, shown, taken out again. While the note speaks of
// somebody, the row says why there are none, and none are sent.

import { say, showPictures, tellKept, whyNot } from "./photo-words.js";
import { MOST_FILE_BYTES, MOST_PHOTOS, sealedBehind, shrunk } from "./photos.js";
import { ready } from "./probe.js";
import within from "./within.js";

const THUMB = 320;
// How long a note waits for its pictures: for those that are being made, and in all.
const DRAWING_MS = 6000;
const PATIENCE_MS = 8000;

export default async function startRow(row) {
  // Where nothing can be kept there is nothing to offer.
  await ready();
  if (!globalThis.createImageBitmap) return;
  const { form } = row;
  const [input, add] = [row.querySelector("input"), row.querySelector("[data-add]")];
  let pictures = [];
  let working = Promise.resolve();
  // How many are being made, and for which of the notes that this form wrote one after the other.
  let pending = 0;
  let turn = 0;

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
    const own = turn;
    const taken = files.slice(0, MOST_PHOTOS - pictures.length);
    pending = taken.length;
    say(row, "working");
    add.setAttribute("aria-disabled", "true");
    isTold = false;
    let problem = files.length > MOST_PHOTOS - pictures.length ? "tooMany" : "";
    for (const file of taken) {
      const made = await pictureOf(file).catch((error) => {
        console.info(error);
        problem = error instanceof RangeError ? "tooLarge" : "unreadable";
      });
      // Its note went without it, and the next is none of it.
      if (own !== turn) return;
      pending -= 1;
      if (made) pictures = [...pictures, made];
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
      if (pending) {
        say(row, "working");
        row.scrollIntoView({ block: "center" });
      }
      await within(DRAWING_MS, working).catch(console.info);
      return sealedBehind(item, whyNot(form, row) ? [] : pictures.map(({ blob }) => blob));
    };
    detail.behind = (item) => within(PATIENCE_MS, sealed(item)).catch(() => []);
  });
  form.addEventListener("kept", ({ detail: { page, kept } }) => {
    const chosen = whyNot(form, row) ? 0 : pictures.length + pending;
    tellKept(row, page, { kept, lost: chosen - kept });
    pictures = [];
    pending = 0;
    turn += 1;
    working = Promise.resolve();
    add.removeAttribute("aria-disabled");
    show();
    say(row, "");
  });
  // Nothing could be kept, and only the words can go with the form itself: told before they do.
  const tellFirst = (event, what) => {
    if (isTold || !navigator.onLine || !pictures.length || whyNot(form, row)) return;
    event.preventDefault();
    isTold = true;
    say(row, what);
    row.scrollIntoView({ block: "center" });
  };
  form.addEventListener("unkept", (event) => tellFirst(event, "unkept"));
  // Another language is another page, and no form holds them.
  document.addEventListener(
    "submit",
    (event) => event.submitter?.closest(".langs") && tellFirst(event, "language"),
    { capture: true },
  );
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
