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
  candidates(): Candidates<ResidentShard>;
}

export interface ColdOptions {
  readonly missing: MissingRows;
  /** Milliseconds since 1970. */
  readonly deadlineMs: number;
}

/** Some rows of each shard, ascending. */
export type RowsOfShards = readonly { readonly block: ResidentShard; readonly rows: Uint32Array }[];

/** Rows that are fetched first, of all searches: as many as can be under way at once. */
export const FIRST_ROWS = 32;

/**
 * Shows each search every row that may decide its results. By int8 alone a row's score is known within
 * bounds: one pass over all keeps the rows that may be among the best. The likeliest of them are fetched, whose
 * scores rule others out; what is left is fetched as well, and scored as ever.
 */
export async function searchCold(
  kernels: readonly Kernel[],
  shards: readonly ResidentShard[],
  scans: readonly ColdScan[],
  { missing, deadlineMs }: ColdOptions,
): Promise<void> {
  const candidates = scans.map((scan) => scan.candidates());
  scanShards(
    kernels,
    shards,
    scans.map((scan, i) => ({
      ...scan,
      topK: candidates[i]!,
      boundsIn: boundsWhereMissing(scan.query, missing),
    })),
  );
  const most = Math.ceil(FIRST_ROWS / scans.length);
  await missing.fetch(unionOf(candidates.map((of) => of.rows(most))), deadlineMs);
  const wanted = scans.map((scan, i) => narrow(kernels, scan, candidates[i]!.rows(), missing));
  await missing.fetch(unionOf(wanted), deadlineMs);
  for (const [i, { query, topK }] of scans.entries())
    scoreRows(kernels, query, wanted[i]!, ({ scores, list }, count, block) => {
      topK.addListedRows(scores, list, count, block);
    });
}

/** Where all of a shard's rows are there, scores are as good as bounds, and exact. */
function boundsWhereMissing(query: Float32Array, missing: MissingRows): NonNullable<Scan['boundsIn']> {
  const boundsIn = createRowBounds(query);
  return (shard) => (shard.int8 && !missing.hasAll(shard) ? boundsIn(shard.int8) : undefined);
}

/** Those of the rows that may still be among the best, now that some have scores. */
function narrow(
  kernels: readonly Kernel[],
  scan: ColdScan,
  kept: RowsOfShards,
  missing: MissingRows,
): RowsOfShards {
  const candidates = scan.candidates();
  const boundsIn = boundsWhereMissing(scan.query, missing);
  scoreRows(kernels, scan.query, kept, ({ list, scores }, count, block) => {
    const bounds = boundsIn(block);
    if (!bounds) {
      candidates.addListedRows(scores, list, count, block);
      return;
    }
    const { lower, upper } = bounds;
    bounds.write(list, count);
    for (let i = 0; i < count; i++) {
      if (!missing.has(block, list[i]!)) continue;
      lower[i] = scores[i]!;
      upper[i] = scores[i]!;
    }
    candidates.addListedRows(lower, list, count, block, upper);
  });
  return candidates.rows();
}

/** Scores rows chunk by chunk; those that are not there get any score. */
function scoreRows(
  kernels: readonly Kernel[],
  query: Float32Array,
  wanted: RowsOfShards,
  show: (kernel: Kernel, count: number, block: ResidentShard) => void,
): void {
  for (const kernel of kernels) kernel.setQueries([query]);
  for (const { block, rows } of wanted) {
    const kernel = kernels[block.memory]!;
    for (let first = 0; first < rows.length; first += CHUNK_ROWS) {
      const chunk = rows.subarray(first, first + CHUNK_ROWS);
      kernel.list.set(chunk);
      kernel.scoreListed(block.vectorsOffset, chunk.length);
      show(kernel, chunk.length, block);
    }
  }
}

/** What any search wants, each row once, ascending. */
export function unionOf(wanted: readonly RowsOfShards[]): WantedRows[] {
  const rowsOf = new Map<ResidentShard, Set<number>>();
  for (const { block, rows } of wanted.flat()) {
    const all = rowsOf.get(block) ?? new Set();
    for (const row of rows) all.add(row);
    rowsOf.set(block, all);
  }
  return [...rowsOf].map(([block, rows]) => ({ block, rows: Uint32Array.from(rows).sort() }));
}
