import type { Candidates } from '../scan/candidates.ts';
import type { Kernel } from '../scan/kernel.ts';
import { createRowBounds } from '../scan/row-bounds.ts';
import { CHUNK_ROWS } from '../scan/scratch.ts';
import type { MissingRows, WantedRows } from './missing-rows.ts';
import type { ResidentShard } from './resident-shard.ts';
import { type Scan, scanShards } from './scan-shards.ts';

/** A search over shards whose fp16 rows are not all there. */
export interface ColdScan extends Scan {
  /** Of the same options as `topK`. */
  readonly candidates: Candidates<ResidentShard>;
}

/**
 * Shows each search every row that may decide its results. By int8 alone a row's score is known within
 * bounds: one pass over all keeps the rows that may be among the best, only these are fetched, and then
 * scored as ever.
 */
export async function searchCold(
  kernel: Kernel,
  shards: readonly ResidentShard[],
  scans: readonly ColdScan[],
  { missing, deadlineMs }: { missing: MissingRows; deadlineMs: number },
): Promise<void> {
  scanShards(
    kernel,
    shards,
    scans.map(({ candidates, ...scan }) => ({
      ...scan,
      topK: candidates,
      boundsIn: boundsWhereMissing(scan.query, missing),
    })),
  );
  const wanted = scans.map(({ candidates }) => candidates.rows());
  await missing.fetch(unionOf(wanted), deadlineMs);
  for (const [i, scan] of scans.entries()) scoreRows(kernel, scan, wanted[i]!);
}

/** Where all of a shard's rows are there, scores are as good as bounds, and exact. */
function boundsWhereMissing(query: Float32Array, missing: MissingRows): NonNullable<Scan['boundsIn']> {
  const boundsIn = createRowBounds(query);
  return (shard) => (shard.int8 && !missing.hasAll(shard) ? boundsIn(shard.int8) : undefined);
}

function scoreRows(
  kernel: Kernel,
  { query, topK }: Scan,
  wanted: readonly { block: ResidentShard; rows: Uint32Array }[],
): void {
  kernel.setQueries([query]);
  for (const { block, rows } of wanted)
    for (let first = 0; first < rows.length; first += CHUNK_ROWS) {
      const chunk = rows.subarray(first, first + CHUNK_ROWS);
      kernel.list.set(chunk);
      kernel.scoreListed(block.vectorsOffset, chunk.length);
      topK.addListedRows(kernel.scores, kernel.list, chunk.length, block);
    }
}

/** What any search wants, each row once, ascending. */
function unionOf(wanted: readonly (readonly { block: ResidentShard; rows: Uint32Array }[])[]): WantedRows[] {
  const rowsOf = new Map<ResidentShard, Set<number>>();
  for (const { block, rows } of wanted.flat()) {
    const all = rowsOf.get(block) ?? new Set();
    for (const row of rows) all.add(row);
    rowsOf.set(block, all);
  }
  return [...rowsOf].map(([block, rows]) => ({ block, rows: Uint32Array.from(rows).sort() }));
}
