// The only one to open this phone's database. Migrations are append-only: a phone may come from
// any earlier version, and an open tab may still run an older one.

const NAME = "kizuki";
const MIGRATIONS = [
  (database) => {
    database.createObjectStore("keys");
    database.createObjectStore("drafts");
  },
];

let opening;

function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, MIGRATIONS.length);
    request.onupgradeneeded = ({ oldVersion }) => {
      for (const migrate of MIGRATIONS.slice(oldVersion)) migrate(request.result);
    };
    request.onsuccess = () => {
      const database = request.result;
      database.onclose = forgetDatabase;
      database.onversionchange = () => {
        database.close();
        forgetDatabase();
      };
      resolve(database);
    };
    request.onerror = () => {
      forgetDatabase();
      reject(request.error);
    };
  });
  return opening;
}

function forgetDatabase() {
  opening = undefined;
}

// One transaction; `act` gets the object store and may return a request, whose result is given.
async function run(name, mode, act) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(name, mode, { durability: "strict" });
    const request = act(transaction.objectStore(name));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

export const get = (name, key) => run(name, "readonly", (store) => store.get(key));
export const put = (name, key, value) => run(name, "readwrite", (store) => store.put(value, key));
export const remove = (name, key) => run(name, "readwrite", (store) => store.delete(key));
export const clear = (name) => run(name, "readwrite", (store) => store.clear());

// Keeps the value unless there is one already, and gives the one that is kept: two tabs agree.
export async function keepFirst(name, key, value) {
  await run(name, "readwrite", (store) => {
    store.get(key).onsuccess = ({ target }) => {
      if (target.result === undefined) store.put(value, key);
    };
  });
  return get(name, key);
}

// Deletes what `isOld` says of each value.
export const sweep = (name, isOld) =>
  run(name, "readwrite", (store) => {
    store.openCursor().onsuccess = ({ target: { result: cursor } }) => {
      if (!cursor) return;
      if (isOld(cursor.value)) cursor.delete();
      cursor.continue();
    };
  });
