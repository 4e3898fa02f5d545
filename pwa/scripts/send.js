// Takes one item to the server. Only an acceptance of this very content moves it on; whatever else is
// answered, it stays, and is put off.

import { arrive } from "./copies.js";
import { isCounted, leave } from "./left.js";
import { DAY_MS } from "./pace.js";
import { post } from "./post.js";
import { knowsReader, outlive, sender } from "./sender.js";
import * as store from "./store.js";

const ADDRESS = "/api/v1/observations";
const FIRST_WAIT_MS = 1000;
// For want of an answer, and where our server gave one.
export const LONGEST_WAIT_MS = 60_000;
const LONGEST_ANSWERED_MS = 3_600_000;
const SESSION_OVER = 401;

// Gives {hasArrived, isParked, marks}; null where no answer came. `waitingBehind`: how many
// that the same key signed come after it.
export async function send(id, waitingBehind) {
  const item = await store.get("outbox", id);
  if (item?.state !== "waiting") return {};
  const as = await sender(item);
  if (!as) return leftAlone(item);
  if (item.leftAt && !as.isNobodys) await leave(item.owner);
  const headers = {
    ...as.headers,
    "Content-Type": "application/octet-stream",
    "Kizuki-Waiting": String(waitingBehind),
  };
  const answer = await post(ADDRESS, { ...as, headers, body: item.envelope });
  if (isAcceptance(answer, item)) {
    await arrive(item, answer.body, answer.marks.epoch);
    return { hasArrived: true, marks: answer.marks };
  }
  if (as.credentials !== "omit" && answer?.status === SESSION_OVER && answer.marks.epoch) {
    outlive();
    return leftAlone({ owner: item.owner });
  }
  await putOff(id, answer);
  return answer && {};
}

async function leftAlone({ owner, leftAt }) {
  if (!isCounted(leftAt) && knowsReader()) await leave(owner, Date.now());
  return { isParked: true };
}

// A clock that was set back must not hold anything for years.
export const isPutOff = (until) => until > Date.now() && until - Date.now() < DAY_MS;

function isAcceptance(answer, { id, hash }) {
  const told = answer?.body;
  return (
    (answer?.status === 200 || answer?.status === 201) &&
    told?.state === "arrived" &&
    told.id === id &&
    told.hash === hash &&
    isText(told.epoch) &&
    isText(told.received_at)
  );
}

const isText = (value) => typeof value === "string" && value !== "";

// Only our server's whole answer is a reason to wait for long, or in spite of a new chance: a
// portal's, or one that was cut off, says no more than no answer, whatever it asks for.
function putOff(id, answer) {
  const isOurs = answer?.marks.epoch && answer.body;
  const longest = isOurs ? LONGEST_ANSWERED_MS : LONGEST_WAIT_MS;
  return store.change("outbox", id, (kept) => {
    if (!kept) return undefined;
    const most = Math.min(longest, FIRST_WAIT_MS * 2 ** kept.tries);
    const asked = isOurs ? answer.retryAfterMs : 0;
    const notBefore = Date.now() + Math.max(Math.random() * most, asked);
    return { ...kept, tries: kept.tries + 1, notBefore, retryAt: asked && Date.now() + asked };
  });
}
