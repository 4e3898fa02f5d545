// When things are done that nobody waits for.

export const DAY_MS = 24 * 3_600_000;
const LONGEST_FRAME_MS = 250;

// After what was just shown is on the screen, or soon where nothing is shown.
export function afterFrame(act) {
  let isDone = false;
  const once = () => {
    if (!isDone) act();
    isDone = true;
  };
  globalThis.requestAnimationFrame?.(() => setTimeout(once));
  setTimeout(once, LONGEST_FRAME_MS);
}

// While the person pauses.
export function whenIdle(act) {
  if (globalThis.requestIdleCallback) requestIdleCallback(act, { timeout: 500 });
  else setTimeout(act, 100);
}

// The first of many calls acts at once; one more, after a pause, stands for all that came meanwhile.
export function paced(act, pauseMs) {
  let isPausing = false;
  let isWanted = false;
  const call = async () => {
    isWanted = true;
    if (isPausing) return;
    isPausing = true;
    while (isWanted) {
      isWanted = false;
      await Promise.resolve(act()).catch((error) => console.info(error));
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    isPausing = false;
  };
  return call;
}
