import { api, type CatalogItem } from '../../api.ts';
import { uploadPicture } from '../../pictures/upload-picture.ts';
import { reasonOf, reasonOfCode, told } from '../../reason.ts';
import type { Strings } from '../../strings/en.ts';
import { abortable, forEachAtOnce, sleep } from '../../wait.ts';
import type { PictureFinder } from './find-picture.ts';
import { addFaults, change, count, idOf } from './import-state.ts';
import { isFatal, persistently } from './persist.ts';
import type { ImportRow } from './read-rows.ts';

const uploadsAtOnce = 4;
const checksAtOnce = 4;
const checkEveryMs = 1000;
const checkForMs = 120_000;

/** For each row the keys of its pictures by the names that it gives them; undefined of one that was not stored. */
export type Stored = ReadonlyMap<ImportRow, ReadonlyMap<string, string | undefined>>;

/** Uploads the pictures that rows name and that are among the files. */
export async function storePictures(
  rows: readonly ImportRow[],
  finder: PictureFinder,
  signal: AbortSignal,
): Promise<Stored> {
  const stored = new Map<ImportRow, Map<string, string | undefined>>();
  const wanted = rows.flatMap((row) => {
    // A row without an id is refused anyway.
    if (idOf(row) === undefined || !Array.isArray(row.row.images)) return [];
    const names = new Set(row.row.images.filter((name) => typeof name === 'string'));
    return [...names]
      .filter((name) => !isKey(name) || finder.find(name) instanceof File)
      .map((name) => ({ row, name }));
  });
  change({ phase: 'pictures', done: 0, total: wanted.length });
  await forEachAtOnce(wanted, uploadsAtOnce, async ({ row, name }) => {
    const keys = stored.get(row) ?? new Map<string, string | undefined>();
    stored.set(row, keys);
    const file = finder.take(name);
    if (file instanceof File) keys.set(name, await store(row, name, file, signal));
    else {
      keys.set(name, undefined);
      addFaults('badPictures', [
        { line: row.line, id: idOf(row), reason: ({ import: words }) => told(words[file](name)) },
      ]);
    }
    count('done');
  });
  return stored;
}

async function store(
  row: ImportRow,
  name: string,
  file: File,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    return await persistently(() => uploadPicture(file, { itemId: idOf(row)!, signal }), signal);
  } catch (error) {
    if (signal.aborted || isFatal(error)) throw error;
    addFaults('badPictures', [
      { line: row.line, id: idOf(row), reason: (words) => ofPicture(name, reasonOf(error, words), words) },
    ]);
    return undefined;
  }
}

/** Keys instead of names; what could not be stored is left out, so that the row itself goes in. */
export function withKeys(row: ImportRow, stored: Stored): ImportRow {
  const keys = stored.get(row);
  if (!keys || !Array.isArray(row.row.images)) return row;
  const images = row.row.images
    .map((name) => (keys.has(name) ? keys.get(name) : name))
    .filter((key) => key !== undefined);
  // Two names may be those of one picture.
  return { ...row, row: { ...row.row, images: [...new Set(images)] } };
}

/** The server has the last word on a picture, and it comes later. */
export async function checkPictures(
  stored: Stored,
  written: ReadonlySet<string>,
  { signal, skip }: { signal: AbortSignal; skip: AbortSignal },
): Promise<void> {
  const pictured = [...stored].filter(
    ([row, keys]) => written.has(idOf(row)!) && [...keys.values()].some((key) => key !== undefined),
  );
  const total = pictured.length;
  change({ phase: 'checks', done: 0, total });
  const untilMs = Date.now() + checkForMs;
  const either = AbortSignal.any([signal, skip]);
  let unread = total;
  await forEachAtOnce(pictured, checksAtOnce, async ([row, keys]) => {
    try {
      while (Date.now() < untilMs) {
        const item = await abortable(api.item(idOf(row)!), either);
        if (tellRead(row, keys, item)) {
          unread--;
          return count('done');
        }
        await sleep(checkEveryMs, either);
      }
    } catch (error) {
      // What was not looked at is told as such.
      if (signal.aborted || isFatal(error)) throw error;
    }
  });
  change({ unread });
}

/** @returns whether all of them have been read */
function tellRead(row: ImportRow, keys: ReadonlyMap<string, string | undefined>, item: CatalogItem): boolean {
  const uploaded = [...keys].filter((entry): entry is [string, string] => entry[1] !== undefined);
  const found = uploaded.map(([name, key]) => ({
    name,
    picture: item.pictures.find((picture) => picture.key === key),
  }));
  if (found.some(({ picture }) => !picture || picture.status === 'pending')) return false;
  const failed = found.filter(({ picture }) => picture?.status === 'failed');
  addFaults(
    'badPictures',
    failed.map(({ name, picture }) => ({
      line: row.line,
      id: item.id,
      reason: (words) =>
        ofPicture(name, reasonOfCode(picture?.error ?? { code: 'unreadable_picture' }, words), words),
    })),
  );
  return true;
}

const ofPicture = (name: string, { text, ...rest }: ReturnType<typeof reasonOf>, words: Strings) => ({
  text: words.import.pictureFailed(name, text),
  ...rest,
});

/** An entry of `images` that the server understands by itself. */
const isKey = (name: string): boolean => /^(catalog\/|https?:\/\/)/.test(name);
