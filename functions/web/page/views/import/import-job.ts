import { holdPage } from '../../hold-page.ts';
import { createPictureFinder } from './find-picture.ts';
import { checkPictures, storePictures, withKeys } from './import-pictures.ts';
import { writeRows } from './import-rows.ts';
import { change, importJob, isOver } from './import-state.ts';
import type { ReadRows } from './read-rows.ts';

let controller = new AbortController();
let checking = new AbortController();

export const stopImport = (): void => controller.abort();
export const skipChecks = (): void => checking.abort();
export const forgetImport = (): void => importJob.set(undefined);

/** Uploads the pictures, then writes the rows, then waits until the pictures have been read. One at a time. */
export async function startImport(
  name: string,
  { rows, faults }: ReadRows,
  files: readonly File[],
): Promise<void> {
  const before = importJob.get();
  if (before && !isOver(before)) return;
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
    await holdPage(async () => {
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
