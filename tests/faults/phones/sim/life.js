// One run of a phone's scripts, from its start to its kill. Whatever comes to the scripts from
// outside comes through `gate`: at a kill the gate shuts, in the middle of any await.

export class Life {
  fuse = Number.POSITIVE_INFINITY;
  isOver = false;
  connections = new Set();
  #onKill = [];

  constructor(phone, kind) {
    this.phone = phone;
    this.kind = kind;
    this.network = new AbortController();
    this.ended = new Promise((resolve) => this.#onKill.push(resolve));
    this.ready = new Promise((resolve) => {
      this.settled = resolve;
    });
  }

  // Lets something through, or not; the last spark of the fuse kills instead.
  gate(deliver) {
    if (this.isOver) return;
    this.fuse -= 1;
    if (this.fuse <= 0) this.kill();
    else deliver();
  }

  gated(native) {
    return new Promise((resolve, reject) => {
      native.then(
        (value) => this.gate(() => resolve(value)),
        (error) => this.gate(() => reject(error)),
      );
    });
  }

  whenKilled(act) {
    this.#onKill.push(act);
  }

  // What had not been committed is undone, as when a browser's process is gone.
  kill() {
    if (this.isOver) return;
    this.isOver = true;
    this.network.abort();
    for (const database of this.connections) abandon(database);
    for (const act of this.#onKill) act();
  }
}

function abandon(database) {
  for (const transaction of [...database._rawDatabase.transactions]) {
    const isOpen = !["finished", "committing"].includes(transaction._state);
    if (transaction.db === database && isOpen) transaction.abort();
  }
  database.close();
}
