// What this phone keeps, in IndexedDB: `items` wait, sealed, to be sent; `kept` is what the patient put here to read
// without a connection; `settings` say whose phone it is, and with which key to seal.
const STORES = { items: "id", kept: "name", settings: "name" };
let opened;

export const get = (store, key) => run(store, "readonly", (entries) => entries.get(key));
export const all = (store) => run(store, "readonly", (entries) => entries.getAll());
export const put = (store, value) => run(store, "readwrite", (entries) => entries.put(value));
export const remove = (store, key) => run(store, "readwrite", (entries) => entries.delete(key));

// Adds an item behind those that wait; one that is there already stays as it is.
export function append(item) {
  return run("items", "readwrite", (entries) => {
    entries.getAll().onsuccess = ({ target }) => {
      const number = Math.max(0, ...target.result.map((each) => each.number)) + 1;
      if (!target.result.some(({ id }) => id === item.id)) entries.add({ ...item, number });
    };
  });
}

// The result of one request, once its transaction is on the disk.
async function run(store, mode, act) {
  const transaction = (await database()).transaction(store, mode, { durability: "strict" });
  return new Promise((done, failed) => {
    const request = act(transaction.objectStore(store));
    transaction.oncomplete = () => done(request?.result);
    transaction.onabort = () => failed(transaction.error);
  });
}

// A new try after a failure, as where the phone was full.
function database() {
  opened ??= new Promise((done, failed) => {
    const request = indexedDB.open("companion", 1);
    request.onupgradeneeded = () => {
      for (const [name, keyPath] of Object.entries(STORES)) request.result.createObjectStore(name, { keyPath });
    };
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  }).catch((error) => {
    opened = undefined;
    throw error;
  });
  return opened;
}
