// A page of one's own that stands open is left once nobody has touched it for as long as the server
// keeps reading open (models/reading_lock.py), whatever the browser did meanwhile: what stands there
// goes at once, and the way back leads through the lock. Words that were begun are kept as a draft.

const MINUTE_MS = 60_000;
const LOOK_MS = 15_000;
const MOVES = ["pointerdown", "keydown", "wheel", "touchmove"];

export default function lock({ locks }) {
  const idleMs = Number(locks) * MINUTE_MS;
  let usedAt = Date.now();
  const look = () => {
    if (Math.abs(Date.now() - usedAt) >= idleMs) leave();
  };
  const use = () => {
    look();
    usedAt = Date.now();
  };
  for (const name of MOVES) addEventListener(name, use, { passive: true });
  document.addEventListener("visibilitychange", look);
  addEventListener("pageshow", look);
  setInterval(look, LOOK_MS);
}

function leave() {
  const here = location.pathname + location.search;
  document.body.replaceChildren();
  location.replace(`/lock?${new URLSearchParams({ next: here })}`);
}
