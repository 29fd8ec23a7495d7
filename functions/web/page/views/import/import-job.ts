import { holdPageFor } from '../../hold-page.ts';
import { createPictureFinder } from './find-picture.ts';
import { checkPictures, storePictures, withKeys } from './import-pictures.ts';
import { writeRows } from './import-rows.ts';
import { change, importJob, isOver } from './import-state.ts';
import type { ReadRows } from './read-rows.ts';

let controller = new AbortController();
let checking = new AbortController();

/** What was begun last, so that it can go on after it has been stopped. */
let begun: Parameters<typeof startImport> | undefined;

export const stopImport = (): void => controller.abort();
export const skipChecks = (): void => checking.abort();

export function forgetImport(): void {
  begun = undefined;
  importJob.set(undefined);
}

/** Nothing is stored twice: what was done before is found unchanged. */
export async function goOnWithImport(): Promise<void> {
  if (begun) await startImport(...begun);
}

/** Uploads the pictures, then writes the rows, then waits until the pictures have been read. One at a time. */
export async function startImport(
  name: string,
  { rows, faults }: ReadRows,
  files: readonly File[],
): Promise<void> {
  const before = importJob.get();
  if (before && !isOver(before)) return;
  begun = [name, { rows, faults }, files];
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
    await holdPageFor(async () => {
      const stored = await storePictures(rows, finder, signal);
      change({ unused: finder.unused() });
      const written = await writeRows(
        rows.map((row) => withKeys(row, stored)),
        signal,
      );
      await checkPictures(stored, written, { signal, skip: checking.signal });
    });
    change({ phase: 'done' });
  } catch (error) {
    change({ phase: 'stopped', ...(!signal.aborted && { error }) });
    // Uploads that were under way beside the one that failed.
    controller.abort();
  }
}
