import { api, type CatalogItem } from '../../api.ts';
import { reasonOf } from '../../components/error-note.tsx';
import { UnreadablePicture } from '../../pictures/fit-picture.ts';
import { uploadPicture } from '../../pictures/upload-picture.ts';
import { ApiProblem, Unreachable } from '../../request.ts';
import { createStore } from '../../store.ts';
import { abortable, forEachAtOnce, sleep } from '../../wait.ts';
import { createPictureFinder } from './find-picture.ts';
import type { Fault, ImportRow, ReadRows } from './read-rows.ts';

/** An import under way or done. It outlives the view, so that one may look at other things meanwhile. */
export interface ImportJob {
  readonly name: string;
  readonly phase: 'pictures' | 'rows' | 'checks' | 'done' | 'stopped';
  readonly done: number;
  readonly total: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly badRows: number;
  readonly badPictures: number;
  readonly unread: number;
  readonly unused: number;
  readonly faults: readonly Fault[];
  /** Of what stopped it altogether, such as a key that may not. */
  readonly error?: unknown;
}

export const importJob = createStore<ImportJob | undefined>(undefined);

const uploadsAtOnce = 4;
const rowsPerBatch = 100;
/** Well under what a request may have. */
const batchCharacters = 1_500_000;
const checksAtOnce = 4;
const checkEveryMs = 1000;
const checkForMs = 120_000;
const attempts = 3;

let controller = new AbortController();
let checking = new AbortController();

export const stopImport = (): void => controller.abort();
export const skipChecks = (): void => checking.abort();
export const forgetImport = (): void => importJob.set(undefined);

/** Uploads the pictures, then writes the rows, then waits until the pictures have been read. */
export async function startImport(
  name: string,
  { rows, faults }: ReadRows,
  files: readonly File[],
): Promise<void> {
  controller = new AbortController();
  checking = new AbortController();
  const { signal } = controller;
  const finder = createPictureFinder(files);
  importJob.set({
    name,
    phase: 'pictures',
    done: 0,
    total: 0,
    created: 0,
    updated: 0,
    unchanged: 0,
    badRows: faults.length,
    badPictures: 0,
    unread: 0,
    unused: files.length,
    faults,
  });
  try {
    const stored = await storePictures(rows, finder, signal);
    change({ unused: finder.unused() });
    const written = await writeRows(
      rows.map((row) => ({ ...row, row: withKeys(row, stored) })),
      signal,
    );
    await checkPictures(
      [...stored].filter(([{ row }]) => written.has(String(row.id))),
      signal,
    );
    change({ phase: 'done' });
  } catch (error) {
    change({ phase: 'stopped', ...(!signal.aborted && { error }) });
  }
}

/** For each row the keys of its pictures by the names that it gives them. */
type Stored = ReadonlyMap<ImportRow, ReadonlyMap<string, string | undefined>>;

async function storePictures(
  rows: readonly ImportRow[],
  finder: ReturnType<typeof createPictureFinder>,
  signal: AbortSignal,
): Promise<Stored> {
  const stored = new Map<ImportRow, Map<string, string | undefined>>();
  const wanted = rows.flatMap((row) => {
    // A row without an id is refused anyway.
    if (typeof row.row.id !== 'string' || !Array.isArray(row.row.images)) return [];
    const names = row.row.images.filter((name) => typeof name === 'string');
    return names.filter((name) => !isKey(name) || finder.find(name)).map((name) => ({ row, name }));
  });
  change({ phase: 'pictures', done: 0, total: wanted.length });
  await forEachAtOnce(wanted, uploadsAtOnce, async ({ row, name }) => {
    const keys = stored.get(row) ?? new Map<string, string | undefined>();
    stored.set(row, keys);
    keys.set(name, undefined);
    const file = finder.take(name);
    if (file) keys.set(name, await store(row, name, file, signal));
    else {
      addFault({ line: row.line, id: idOf(row), reason: (words) => words.import.missing(name) });
      change({ badPictures: now().badPictures + 1 });
    }
    change({ done: now().done + 1 });
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
    addFault({
      line: row.line,
      id: idOf(row),
      reason: (words) =>
        error instanceof UnreadablePicture
          ? words.picture.unreadable(name)
          : words.import.pictureFailed(name, reasonOf(error, words)),
    });
    change({ badPictures: now().badPictures + 1 });
    return undefined;
  }
}

/** Keys instead of names; what could not be stored is left out, so that the row itself goes in. */
function withKeys(row: ImportRow, stored: Stored): Readonly<Record<string, unknown>> {
  const keys = stored.get(row);
  if (!keys || !Array.isArray(row.row.images)) return row.row;
  const images = row.row.images
    .map((name) => (keys.has(name) ? keys.get(name) : name))
    .filter((key) => key !== undefined);
  return { ...row.row, images };
}

/** @returns ids that are in the catalog now */
async function writeRows(rows: readonly ImportRow[], signal: AbortSignal): Promise<ReadonlySet<string>> {
  const written = new Set<string>();
  change({ phase: 'rows', done: 0, total: rows.length });
  for (const batch of batchesOf(rows)) {
    const items = batch.map(({ row }) => row);
    const { outcomes } = await persistently(() => api.putItems(items, signal), signal);
    for (const [i, { status, id, code, detail }] of outcomes.entries()) {
      if (status === 'failed') {
        change({ badRows: now().badRows + 1 });
        addFault({ line: batch[i]!.line, id: id || idOf(batch[i]!), reason: () => detail ?? code ?? '' });
      } else {
        written.add(id);
        change({ [status]: now()[status] + 1 });
      }
    }
    change({ done: now().done + batch.length });
  }
  return written;
}

function* batchesOf(rows: readonly ImportRow[]): Generator<readonly ImportRow[]> {
  let batch: ImportRow[] = [];
  let characters = 0;
  for (const row of rows) {
    const length = JSON.stringify(row.row).length;
    if (batch.length === rowsPerBatch || (batch.length > 0 && characters + length > batchCharacters)) {
      yield batch;
      batch = [];
      characters = 0;
    }
    batch.push(row);
    characters += length;
  }
  if (batch.length > 0) yield batch;
}

/** The server has the last word on a picture, and it comes later. */
async function checkPictures(
  stored: readonly (readonly [ImportRow, ReadonlyMap<string, string | undefined>])[],
  signal: AbortSignal,
): Promise<void> {
  const pictured = stored.filter(([, keys]) => [...keys.values()].some((key) => key !== undefined));
  const total = pictured.length;
  change({ phase: 'checks', done: 0, total });
  const untilMs = Date.now() + checkForMs;
  const both = AbortSignal.any([signal, checking.signal]);
  let unread = total;
  await forEachAtOnce(pictured, checksAtOnce, async ([row, keys]) => {
    try {
      while (Date.now() < untilMs) {
        const item = await abortable(api.item(idOf(row)!), both);
        if (tellRead(row, keys, item)) {
          unread--;
          change({ done: now().done + 1 });
          return;
        }
        await sleep(checkEveryMs, both);
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
  for (const { name, picture } of found) {
    if (picture?.status !== 'failed') continue;
    const detail = picture.error?.detail ?? '';
    addFault({ line: row.line, id: item.id, reason: (words) => words.import.pictureFailed(name, detail) });
    change({ badPictures: now().badPictures + 1 });
  }
  return true;
}

/** Tries again what a moment may mend. */
async function persistently<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const mayPass =
        error instanceof Unreachable ||
        (error instanceof ApiProblem && (error.status >= 500 || error.status === 429));
      if (!mayPass || attempt === attempts || signal.aborted) throw error;
      await sleep(1000 * 2 ** attempt, signal);
    }
  }
}

/** Nothing that comes after would go better. */
const isFatal = (error: unknown): boolean =>
  error instanceof Unreachable ||
  (error instanceof ApiProblem && error.status === 403) ||
  (error instanceof Error && error.name === 'KeyRefused');

/** An entry of `images` that the server understands by itself. */
const isKey = (name: string): boolean => /^(catalog\/|https?:\/\/)/.test(name);
const idOf = ({ row }: ImportRow): string | undefined => (typeof row.id === 'string' ? row.id : undefined);

const now = (): ImportJob => importJob.get()!;
const change = (part: Partial<ImportJob>): void => importJob.update((job) => job && { ...job, ...part });
const addFault = (fault: Fault): void => change({ faults: [...now().faults, fault] });
