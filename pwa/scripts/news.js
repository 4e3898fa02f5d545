// What the pages and the worker of this phone tell each other about the outbox.

const listeners = new Set();
let told;

// Hears of {type: "changed"}, {type: "arrived", id, acceptance}, {type: "left", owner, isLeft} and
// {type: "erased", owner}, whoever of this phone tells it; gives the way to stop.
export function listen(act) {
  listeners.add(act);
  channel();
  return () => listeners.delete(act);
}

export function tell(message) {
  channel()?.postMessage(message);
  hear(message);
}

function hear(message) {
  for (const act of listeners) act(message);
}

function channel() {
  if (!globalThis.BroadcastChannel) return undefined;
  if (!told) {
    told = new BroadcastChannel("kizuki-outbox");
    told.unref?.();
    told.onmessage = ({ data }) => hear(data);
  }
  return told;
}
