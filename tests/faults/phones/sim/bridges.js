// What a phone's scripts find in their global scope: everything that reaches outside is the
// phone's own, goes through its life's gate, and runs by its own clock.

import { storageOf } from "./storage.js";

export const SPEED = 20;
// For so long a phone waits for its store, which takes this machine's time, not the phone's.
const STORE_MS = [10_000, 15_000];
const NAMES = [
  "indexedDB",
  "caches",
  "console",
  "crypto",
  "fetch",
  "navigator",
  "document",
  "location",
  "BroadcastChannel",
  "setTimeout",
  "clearTimeout",
  "Date",
  "AbortSignal",
  "addEventListener",
];

// What the scripts say would stand among the answers to whoever runs this.
const SILENT = { info() {}, error() {} };
// Nothing lies beside the store: neither drafts, since no form is shown here, nor the second copies of
// what waits, which would hide what becomes of the first ones.
const cachesOf = (life) => ({
  has: () => life.gated(Promise.resolve(false)),
  open: () => life.gated(Promise.reject(new DOMException("no place", "SecurityError"))),
});

// Put before a module's first line, so that the names in it mean this phone's.
export const PRELUDE = `const globalThis = import.meta.phone, { ${NAMES.join(", ")} } = globalThis;`;

export function bridges(life, world) {
  const { phone } = life;
  return {
    __proto__: globalThis,
    indexedDB: storageOf(life),
    caches: cachesOf(life),
    console: SILENT,
    crypto: cryptoOf(life),
    fetch: (address, how) => fetchAs(life, world, address, how),
    navigator: {
      get onLine() {
        return phone.isOnline;
      },
      locks: phone.locks?.of(life),
    },
    document: life.kind !== "worker" ? { hidden: false, addEventListener() {} } : undefined,
    location: new URL(world.origin),
    BroadcastChannel: channelOf(life),
    setTimeout: (act, ms = 0) =>
      setTimeout(() => life.gate(act), STORE_MS.includes(ms) ? ms : ms / SPEED),
    clearTimeout,
    Date: dateOf(phone),
    AbortSignal: Object.assign(Object.create(AbortSignal), {
      any: (signals) => AbortSignal.any(signals),
      timeout: (ms) => AbortSignal.timeout(ms / SPEED),
    }),
    addEventListener: (type, act) => {
      life.whenKilled(
        phone.on(type, () => setImmediate(() => life.gate(() => act(new Event(type))))),
      );
    },
  };
}

function cryptoOf(life) {
  const subtle = new Proxy(crypto.subtle, {
    get:
      (it, name) =>
      (...given) =>
        life.gated(it[name](...given)),
  });
  return {
    subtle,
    getRandomValues: (bytes) => crypto.getRandomValues(bytes),
    randomUUID: () => crypto.randomUUID(),
  };
}

// A request of a killed life breaks off wherever it is.
function fetchAs(life, world, address, how = {}) {
  const { phone } = life;
  if (!phone.isOnline) return life.gated(Promise.reject(new TypeError("Failed to fetch")));
  const headers = new Headers(how.headers);
  headers.set("Sim-Phone", String(phone.number));
  if (how.credentials !== "omit" && phone.cookie) headers.set("Cookie", phone.cookie);
  const signal = AbortSignal.any([how.signal, life.network.signal].filter(Boolean));
  const answer = fetch(new URL(address, world.origin), { ...how, headers, signal });
  return life.gated(answer.then((got) => readAs(life, got)));
}

function readAs(life, answer) {
  for (const name of ["json", "text", "arrayBuffer"]) {
    const read = answer[name].bind(answer);
    answer[name] = () => life.gated(read());
  }
  return answer;
}

function channelOf(life) {
  const { phone } = life;
  return class {
    #stop = () => {};

    constructor(name) {
      this.name = name;
      life.whenKilled(() => this.close());
    }

    postMessage(data) {
      if (!life.isOver) phone.say(this, this.name, structuredClone(data));
    }

    set onmessage(act) {
      this.#stop();
      this.#stop = phone.on(this.name, (data, from) => {
        if (from !== this) setImmediate(() => life.gate(() => act({ data })));
      });
    }

    close() {
      this.#stop();
    }
  };
}

function dateOf(phone) {
  return class extends Date {
    constructor(...given) {
      if (given.length) super(...given);
      else super(phone.now());
    }

    static now() {
      return phone.now();
    }
  };
}
