import { api } from '../../api.ts';
import { reasonOfCode } from '../../reason.ts';
import { addFaults, change, count, idOf } from './import-state.ts';
import { persistently } from './persist.ts';
import type { Fault, ImportRow } from './read-rows.ts';

const rowsPerBatch = 100;
/** Well under what a request may have. */
const batchCharacters = 1_500_000;

/** @returns ids that are in the catalog now */
export async function writeRows(
  rows: readonly ImportRow[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const written = new Set<string>();
  change({ phase: 'rows', done: 0, total: rows.length });
  for (const batch of batchesOf(rows)) {
    const items = batch.map(({ row }) => row);
    const { outcomes } = await persistently(() => api.putItems(items, signal), signal);
    const badRows: Fault[] = [];
    const badPictures: Fault[] = [];
    for (const [i, { status, id, code = 'invalid_row', detail, pictures = [] }] of outcomes.entries()) {
      const row = batch[i]!;
      if (status === 'failed') badRows.push(faultOf(row, { code, detail }));
      else {
        written.add(id);
        count(status);
      }
      // Those that it names by URL; the detail says which.
      for (const picture of pictures) badPictures.push(faultOf(row, picture));
    }
    addFaults('badRows', badRows);
    addFaults('badPictures', badPictures);
    count('done', batch.length);
  }
  return written;
}

const faultOf = (row: ImportRow, problem: { code: string; detail?: string | undefined }): Fault => ({
  line: row.line,
  id: idOf(row),
  reason: (words) => reasonOfCode(problem, words),
});

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
