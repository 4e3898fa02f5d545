// What has arrived stays on the phone as a sealed copy until the server's backups hold it, too.

import * as gone from "./gone.js";
import { tell } from "./news.js";
import { bare, of } from "./outbox.js";
import { DAY_MS } from "./pace.js";
import * as rows from "./rows.js";
import * as spare from "./spare.js";
import * as store from "./store.js";

const KEPT_MS = 30 * DAY_MS;
let settled;

// The server has it. A repeat may bring the acceptance of an earlier epoch, so the present one
// counts, which stands in the header.
export async function arrive(item, acceptance, epoch) {
  const { id } = item;
  const change = { state: "arrived", acceptance, epoch: epoch ?? acceptance.epoch };
  const mark = (kept) => {
    if (kept?.state !== "waiting") return undefined;
    return { ...kept, ...change, arrivedAt: new Date().toISOString() };
  };
  // A battery that ends now makes it go once more, which changes nothing at the server.
  const write = () => store.change("outbox", id, mark, "relaxed");
  await write().catch((error) => {
    // More room helps no store that hangs.
    if (error.name === "TimeoutError") throw error;
    return makeRoom(id, write);
  });
  await spare.drop(item).catch(console.info);
  tell({ type: "arrived", id, acceptance });
  tell({ type: "changed" });
}

// On a full phone the oldest copies of what has arrived make room, and if need be this very one.
async function makeRoom(id, write) {
  const copies = await arrived();
  copies.sort((one, other) => (one.arrivedAt < other.arrivedAt ? -1 : 1));
  for (const copy of copies) {
    await drop(copy);
    const isWritten = await write().then(
      () => true,
      () => false,
    );
    if (isWritten) return;
  }
  const item = await of(id);
  if (item) await drop(item);
}

const arrived = () => rows.picked("outbox", bare, "state", "arrived");

// A copy goes once a backup of the server's holds it, or after thirty days where there are none.
// Another epoch means that the server was set back: everything is offered once more, and the answer
// is true. Where the server says what it said before, nothing has changed. `at`: its clock, since a
// phone's may be years off.
export async function settle({ epoch, watermark, at }) {
  const marks = `${epoch} ${watermark} ${Math.floor(at / DAY_MS)}`;
  if (marks === settled) return false;
  let isOffered = false;
  for (const item of await arrived()) {
    if (epoch && item.epoch !== epoch) {
      await offerAgain(item.id);
      isOffered = true;
    } else if (isSafe(item, watermark, at)) await drop(item);
  }
  settled = marks;
  return isOffered;
}

export async function offerAgain(id) {
  const item = await store.change("outbox", id, (kept) => {
    if (kept?.state !== "arrived") return undefined;
    return { ...kept, state: "waiting", notBefore: 0, tries: 0 };
  });
  if (item?.state === "waiting") await spare.keep([item]).catch(console.info);
}

// A phone too full to write that down is emptied all the same.
async function drop({ id, kind }) {
  if (kind === "note") await gone.note(id).catch(() => {});
  await store.remove("outbox", id);
}

function isSafe({ acceptance }, watermark, at) {
  const received = Date.parse(acceptance.received_at);
  if (!watermark || watermark === "never") return at - received > KEPT_MS;
  return Date.parse(watermark) > received;
}
