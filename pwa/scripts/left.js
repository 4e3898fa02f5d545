// What is signed by no key that the server knows is vouched for by its writer's session alone. Without
// one it waits until they sign in again, and goes without a name once that has taken too long: what
// was written must not be lost.

import { tell } from "./news.js";
import { DAY_MS } from "./pace.js";
import * as rows from "./rows.js";

const PATIENCE_MS = 3 * DAY_MS;
// Somebody may be in danger.
const URGENT_MS = 3_600_000;
const URGENT = ["today", "now"];

export const isOverdue = ({ leftAt, shown }) =>
  Boolean(leftAt) &&
  Date.now() - leftAt > (URGENT.includes(shown.urgency) ? URGENT_MS : PATIENCE_MS);

// Counts from now on how long all of this writer's wait, or no longer, once their session was taken.
export async function leave(owner, leftAt) {
  await rows.across(["outbox"], (outbox) => {
    outbox.index("state").openCursor("waiting").onsuccess = ({ target: { result: cursor } }) => {
      if (!cursor) return;
      const { value } = cursor;
      const isTheirs = value.owner === owner && !value.device;
      // A clock that was set back begins anew.
      const isNew = !value.leftAt !== !leftAt || value.leftAt > leftAt;
      if (isTheirs && isNew) cursor.update({ ...value, leftAt });
      cursor.continue();
    };
  });
  tell({ type: "left", owner, isLeft: Boolean(leftAt) });
}
