// fake-indexeddb for many phones at once: events reach a life through its gate only, and a phone's
// storage can lie (the write succeeds, nothing is there) or be full.

import {
  IDBDatabase,
  IDBFactory,
  IDBObjectStore,
  IDBRequest,
  IDBTransaction,
} from "fake-indexeddb";

const lives = new WeakMap();
const target = Object.getPrototypeOf(IDBDatabase.prototype);
const { dispatchEvent } = target;
const { add } = IDBObjectStore.prototype;

target.dispatchEvent = function (event) {
  const life = lifeOf(this);
  if (!life) return dispatchEvent.call(this, event);
  let outcome = true;
  // An open that waits for another connection to close has no result yet, and is told so.
  const isDone = this instanceof IDBRequest && this.readyState === "done";
  if (isDone && this.result instanceof IDBDatabase) adopt(life, this.result);
  life.gate(() => {
    outcome = dispatchEvent.call(this, event);
  });
  if (life.isOver) tellOnlyTheStore(this, event);
  return outcome;
};

IDBObjectStore.prototype.add = function (value, key) {
  const { storage } = lifeOf(this.transaction).phone;
  // A browser that is full says so of the transaction; what was kept before is kept.
  if (this.name === "outbox") {
    if (storage === "full") throw new DOMException("full", "QuotaExceededError");
    if (storage === "lying") return this.get(key);
  }
  return add.call(this, value, key);
};

function lifeOf(it) {
  if (it instanceof IDBDatabase) return lives.get(it);
  if (it instanceof IDBTransaction) return lives.get(it.db);
  return lives.get(it) ?? lives.get(it.transaction?.db);
}

function adopt(life, database) {
  lives.set(database, life);
  life.connections.add(database);
}

// The next transaction waits for the end of this one, whoever began it.
function tellOnlyTheStore(it, event) {
  if (event.dispatched) return;
  it[`on${event.type}`] = null;
  if (event.type === "complete" || event.type === "abort") dispatchEvent.call(it, event);
}

export function storageOf(life) {
  return {
    open(name, version) {
      // What is left of a killed life waits for ever.
      if (life.isOver) return {};
      const request = life.phone.factory.open(name, version);
      lives.set(request, life);
      return request;
    },
    cmp: (one, other) => life.phone.factory.cmp(one, other),
  };
}

export { IDBFactory };
