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
    const faults: Fault[] = [];
    for (const [i, { status, id, code = 'invalid_row', detail }] of outcomes.entries()) {
      if (status === 'failed') {
        const { line } = batch[i]!;
        faults.push({
          line,
          id: id || idOf(batch[i]!),
          reason: (words) => reasonOfCode({ code, detail }, words),
        });
      } else {
        written.add(id);
        count(status);
      }
    }
    addFaults('badRows', faults);
    count('done', batch.length);
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
