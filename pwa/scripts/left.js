// What is signed by no key that the server knows is vouched for by its writer's session alone. Without
// one it waits until they sign in again, and goes without a name once that has taken too long: what
// was written must not be lost.

import { tell } from "./news.js";
import { DAY_MS } from "./pace.js";
import * as rows from "./rows.js";
import { isWithin } from "./within.js";

const PATIENCE_MS = 3 * DAY_MS;
// Somebody may be in danger.
const URGENT_MS = 3_600_000;
const URGENT = ["today", "now"];
// Longer than anything waits: a clock that leapt says so.
const LEAP_MS = 365 * DAY_MS;

export const isOverdue = ({ leftAt, shown }) =>
  isCounted(leftAt) &&
  Date.now() - leftAt > (URGENT.includes(shown.urgency) ? URGENT_MS : PATIENCE_MS);

// Whether a count goes on that was begun.
export const isCounted = (leftAt) => leftAt <= Date.now() && isWithin(LEAP_MS, leftAt);

// Counts from now on how long all of this writer's wait, or no longer, once their session was taken.
export async function leave(owner, leftAt) {
  await rows.across(["outbox"], (outbox) => {
    outbox.index("state").openCursor("waiting").onsuccess = ({ target: { result: cursor } }) => {
      if (!cursor) return;
      const { value } = cursor;
      const isTheirs = value.owner === owner && !value.device;
      const isNew = leftAt ? !isCounted(value.leftAt) : value.leftAt;
      if (isTheirs && isNew) cursor.update({ ...value, leftAt });
      cursor.continue();
    };
  });
  tell({ type: "left", owner, isLeft: Boolean(leftAt) });
}
