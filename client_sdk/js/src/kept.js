/** What this browser keeps for the page over a reload and a restart: one IndexedDB store, because only that holds keys. */
const NAME = 'goldentime';
const STORE = 'kept';

/** @param {string} name @returns {Promise<any>} undefined where nothing is kept */
export const kept = (name) => using('readonly', (store) => store.get(name));

/** @param {string} name @param {any} value @returns {Promise<any>} */
export const keep = (name, value) => using('readwrite', (store) => store.put(value, name));

/** @param {string} name @returns {Promise<any>} */
export const drop = (name) => using('readwrite', (store) => store.delete(name));

async function using(mode, act) {
  const database = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const change = database.transaction(STORE, mode, { durability: 'strict' });
      const request = act(change.objectStore(STORE));
      change.oncomplete = () => resolve(request.result);
      change.onabort = change.onerror = () => reject(change.error ?? request.error);
    });
  } finally {
    database.close();
  }
}

function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
