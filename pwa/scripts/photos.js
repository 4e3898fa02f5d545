// Pictures on their way to a note: drawn anew, so that nothing is left of what a camera writes
// beside them, and small; then cut into items of the outbox, each of which arrives by itself.

import { sealed } from "./item.js";

export const MOST_PHOTOS = 3;
export const MOST_FILE_BYTES = 60 * 1024 * 1024;
const MOST_BYTES = 400_000;
const PART_BYTES = 88 * 1024;
// Sides and qualities, tried until the picture is small enough.
const TRIES = [
  [1600, 0.85],
  [1600, 0.7],
  [1600, 0.55],
  [1200, 0.6],
  [900, 0.5],
];

// Gives {blob, canvas}; rejects where this browser cannot open the file.
export async function shrunk(file) {
  const bitmap = await createImageBitmap(file);
  try {
    for (const [side, quality] of TRIES) {
      const canvas = drawn(bitmap, side);
      const blob = await jpegOf(canvas, quality);
      if (blob.size <= MOST_BYTES) return { blob, canvas };
    }
  } finally {
    bitmap.close();
  }
  throw new RangeError("too much in it");
}

// The parts of each picture, sealed behind their note, which is not in the outbox yet; a picture
// that cannot be sealed is left out.
export async function sealedBehind(note, blobs) {
  const pictures = [];
  for (const blob of blobs) {
    await sealedParts(note, blob).then((parts) => pictures.push(parts), console.info);
  }
  return pictures;
}

async function sealedParts({ id: note, shown }, blob) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const photo = crypto.randomUUID();
  const parts = Math.ceil(bytes.length / PART_BYTES);
  const made = [];
  for (let part = 1; part <= parts; part += 1) {
    const data = base64(bytes.subarray((part - 1) * PART_BYTES, part * PART_BYTES));
    const fields = { photo, part: String(part), parts: String(parts), data };
    made.push(await sealed("photo", fields, note, shown));
  }
  return made;
}

function drawn(bitmap, longest) {
  const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext("2d");
  // A JPEG has nothing to see through; what is clear becomes white, not black.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas;
}

function jpegOf(canvas, quality) {
  return new Promise((resolve, reject) => {
    const take = (blob) =>
      blob?.type === "image/jpeg" ? resolve(blob) : reject(new Error("none"));
    canvas.toBlob(take, "image/jpeg", quality);
  });
}

const base64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
