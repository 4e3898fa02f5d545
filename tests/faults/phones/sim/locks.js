// Web Locks of one phone: exclusive ones, in the order of asking; a killed life gives its own back.

export class Locks {
  #waiting = new Map();
  #held = new Map();

  of(life) {
    life.whenKilled(() => this.#free(life));
    return {
      request: (name, ...rest) => {
        const act = rest.at(-1);
        const isPolite = rest.length > 1 && rest[0].ifAvailable;
        if (isPolite && this.#held.has(name)) return life.gated(Promise.resolve(act(null)));
        return new Promise((resolve, reject) => {
          const queue = this.#waiting.get(name) ?? [];
          this.#waiting.set(name, [...queue, { life, act, name, resolve, reject }]);
          this.#grant(name);
        });
      },
    };
  }

  #grant(name) {
    if (this.#held.has(name)) return;
    const [next, ...rest] = this.#waiting.get(name) ?? [];
    this.#waiting.set(name, rest);
    if (!next) return;
    this.#held.set(name, next.life);
    setImmediate(() => next.life.gate(() => this.#run(next)));
  }

  async #run({ life, act, name, resolve, reject }) {
    try {
      resolve(await act({ name, mode: "exclusive" }));
    } catch (error) {
      reject(error);
    }
    if (life.isOver) return;
    this.#held.delete(name);
    this.#grant(name);
  }

  #free(life) {
    for (const [name, queue] of this.#waiting) {
      this.#waiting.set(
        name,
        queue.filter((asked) => asked.life !== life),
      );
    }
    for (const [name, holder] of [...this.#held]) {
      if (holder !== life) continue;
      this.#held.delete(name);
      this.#grant(name);
    }
  }
}
