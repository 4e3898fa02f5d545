// The only one to open this phone's database. Migrations are append-only: a phone may come from
// any earlier version, and an open tab may still run an older one.

const NAME = "kizuki";
const MIGRATIONS = [
  (database) => {
    database.createObjectStore("keys");
    database.createObjectStore("drafts");
  },
  (database) => {
    for (const name of ["outbox", "device", "titles", "settings"]) database.createObjectStore(name);
  },
  // What waits is found and counted without reading the photos beside it.
  (_database, transaction) => {
    transaction.objectStore("outbox").createIndex("state", "state");
  },
];
// A storage process that hangs says nothing at all; one that writes photos to a slow disk takes time.
const PATIENCE_MS = { open: 10_000, transact: 15_000 };
// How a browser says that its storage process is gone; a new connection finds everything there.
const LOST = new Set(["InvalidStateError", "UnknownError"]);

let opening;

export function open() {
  opening ??= opened(MIGRATIONS.length).catch((error) => {
    // A later version has been here. What it added is not in the way.
    if (error.name === "VersionError") return opened();
    throw error;
  });
  opening.catch(forgetDatabase);
  return opening;
}

function opened(version) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, version);
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      reject(new DOMException("the store does not open", "TimeoutError"));
    }, PATIENCE_MS.open);
    request.onupgradeneeded = ({ oldVersion }) => {
      const { result, transaction } = request;
      for (const migrate of MIGRATIONS.slice(oldVersion)) migrate(result, transaction);
    };
    request.onsuccess = () => {
      clearTimeout(timer);
      const database = request.result;
      if (isLate) return database.close();
      database.onclose = forgetDatabase;
      database.onversionchange = () => {
        database.close();
        forgetDatabase();
      };
      return resolve(database);
    };
    request.onerror = () => {
      clearTimeout(timer);
      reject(request.error);
    };
  });
}

function forgetDatabase() {
  opening = undefined;
}

// One transaction; `act` gets each object store and may return a request, whose result is given.
export async function run(name, mode, act, durability = "strict") {
  try {
    return await transact(await open(), name, mode, act, durability);
  } catch (error) {
    if (!LOST.has(error?.name)) throw error;
    forgetDatabase();
    return transact(await open(), name, mode, act, durability);
  }
}

// All of what `act` asks for is done, or nothing is.
function transact(database, name, mode, act, durability) {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(name, mode, { durability });
    let request;
    const stop = (error) => {
      reject(error);
      try {
        transaction.abort();
      } catch {
        // It has ended already.
      }
    };
    const timer = setTimeout(() => {
      forgetDatabase();
      database.close();
      stop(new DOMException("the store does not answer", "TimeoutError"));
    }, PATIENCE_MS.transact);
    const end = (act) => {
      clearTimeout(timer);
      act();
    };
    transaction.oncomplete = () => end(() => resolve(request?.result));
    transaction.onabort = () => end(() => reject(transaction.error ?? new Error("aborted")));
    try {
      request = act(...[name].flat().map((one) => transaction.objectStore(one)));
    } catch (error) {
      stop(error);
    }
  });
}

export const get = (name, key) => run(name, "readonly", (store) => store.get(key));
export const put = (name, key, value) => run(name, "readwrite", (store) => store.put(value, key));
export const remove = (name, key) => run(name, "readwrite", (store) => store.delete(key));
export const clear = (name) => run(name, "readwrite", (store) => store.clear());
// Every pair of key and value, in the order of the keys.
export async function all(name) {
  const found = {};
  await run(name, "readonly", (store) => {
    store.getAllKeys().onsuccess = ({ target }) => {
      found.keys = target.result;
    };
    store.getAll().onsuccess = ({ target }) => {
      found.values = target.result;
    };
  });
  return found.keys.map((key, index) => [key, found.values[index]]);
}

// Puts what `act` makes of the value that is there, in one transaction, and gives what is there
// then. Where `act` gives undefined, nothing changes. Relaxed durability outlives the browser, not
// the battery.
export async function change(name, key, act, durability = "strict") {
  let now;
  const decide = (store) => {
    store.get(key).onsuccess = ({ target }) => {
      const made = act(target.result);
      now = made === undefined ? target.result : made;
      if (made !== undefined) store.put(made, key);
    };
  };
  await run(name, "readwrite", decide, durability);
  return now;
}

// Keeps the value unless there is one already, and gives the one that is kept: two tabs agree.
export async function keepFirst(name, key, value) {
  await change(name, key, (kept) => (kept === undefined ? value : undefined));
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
