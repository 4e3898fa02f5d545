// Many rows of this phone's store at once: counted, looked through, changed together.

import { open, run } from "./store.js";

export const count = (name, index, value) =>
  run(name, "readonly", (store) => store.index(index).count(value));

// What `pick` makes of each value, or of those under one value of an index: read one after the other,
// so that photos are never in memory all at once.
export async function picked(name, pick, index, value) {
  let found;
  await run(name, "readonly", (store) => {
    found = [];
    const from = index ? store.index(index) : store;
    from.openCursor(value).onsuccess = ({ target: { result: cursor } }) => {
      if (!cursor) return;
      found.push(pick(cursor.value));
      cursor.continue();
    };
  });
  return found;
}

// Several stores in one transaction, which `act` gets in their order.
export const across = (names, act, durability) => run(names, "readwrite", act, durability);

// Every store of this phone in one transaction, also those of a later version; `act` gets them by
// their names.
export async function everywhere(act) {
  const { objectStoreNames } = await open();
  const named = (...stores) => act(Object.fromEntries(stores.map((one) => [one.name, one])));
  await run([...objectStoreNames], "readwrite", named);
}
