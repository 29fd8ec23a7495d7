import { hexadecimal } from './picture-name.ts';

/**
 * Query pictures by a hash of their bytes, in this browser only: so the address can name one, and the back button
 * and a reload bring it back without it ever being stored on a server.
 */

const kept = 30;
const store = 'pictures';
const here = new Map<string, Blob>();

interface Remembered {
  readonly id: string;
  readonly picture: Blob;
  readonly usedMs: number;
}

/** @returns the id under which it can be had again */
export async function rememberPicture(picture: Blob): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await picture.arrayBuffer());
  const id = hexadecimal(new Uint8Array(digest, 0, 8));
  here.set(id, picture);
  // A private window may have no database; the picture then lasts as long as the tab.
  await keep({ id, picture, usedMs: Date.now() }).catch(() => {});
  return id;
}

export async function recallPicture(id: string): Promise<Blob | undefined> {
  const known = here.get(id) ?? (await read(id).catch(() => undefined));
  if (known) here.set(id, known);
  return known;
}

async function keep(remembered: Remembered): Promise<void> {
  const database = await open();
  try {
    const pictures = database.transaction(store, 'readwrite').objectStore(store);
    await done(pictures.put(remembered));
    const keys = await done(pictures.index('usedMs').getAllKeys());
    await Promise.all(keys.slice(0, -kept).map((key) => done(pictures.delete(key))));
  } finally {
    database.close();
  }
}

async function read(id: string): Promise<Blob | undefined> {
  const database = await open();
  try {
    const found: Remembered | undefined = await done(database.transaction(store).objectStore(store).get(id));
    return found?.picture;
  } finally {
    database.close();
  }
}

function open(): Promise<IDBDatabase> {
  const opening = indexedDB.open('tuwen', 1);
  opening.onupgradeneeded = () =>
    opening.result.createObjectStore(store, { keyPath: 'id' }).createIndex('usedMs', 'usedMs');
  return done(opening);
}

function done<T>(asked: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}
