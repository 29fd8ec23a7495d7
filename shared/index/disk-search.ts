import type { Kernel } from '../scan/kernel.ts';
import { createRowBounds } from '../scan/row-bounds.ts';
import { CHUNK_ROWS } from '../scan/scratch.ts';
import { type ColdScan, FIRST_ROWS, type RowsOfShards, unionOf } from './cold-search.ts';
import type { DiskRows } from './disk-rows.ts';
import type { MemoryPlan } from './memory-plan.ts';
import type { ResidentShard } from './resident-shard.ts';
import { type Scan, scanShards } from './scan-shards.ts';

export interface DiskSearch {
  /** Of each block of memory. */
  readonly kernels: readonly Kernel[];
  /** The first of them, in which the staging lies. */
  readonly memory: WebAssembly.Memory;
  readonly staging: NonNullable<MemoryPlan['staging']>;
  readonly rows: DiskRows;
}

/**
 * Shows each search every row that may decide its results, of shards whose fp16 rows are on the disk. As
 * in cold-search.ts, int8 alone tells which; the likeliest of them are read and scored, which rules others
 * out, and then the rest. From the disk no row is read twice, and no more are in memory at once than the staging holds.
 */
export async function searchOnDisk(
  disk: DiskSearch,
  shards: readonly ResidentShard[],
  scans: readonly ColdScan[],
  deadlineMs: number,
): Promise<void> {
  const { kernels, rows } = disk;
  const candidates = scans.map((scan) => scan.candidates());
  scanShards(
    kernels,
    shards,
    scans.map((scan, i) => ({ ...scan, topK: candidates[i]!, boundsIn: boundsOnDisk(scan.query, rows) })),
  );
  const most = Math.ceil(FIRST_ROWS / scans.length);
  const likeliest = candidates.map((of) => of.rows(most));
  await rows.prepare(unionOf(likeliest), deadlineMs);
  const pursuits = scans.map((scan, i) => createPursuit(disk, scan, candidates[i]!.rows(), deadlineMs));
  for (const [i, pursuit] of pursuits.entries()) await pursuit.narrow(likeliest[i]!);
  await rows.prepare(unionOf(pursuits.map((pursuit) => pursuit.unknown())), deadlineMs);
  for (const pursuit of pursuits) await pursuit.finish();
}

/** Where a shard's rows lie in memory, scores are as good as bounds, and exact. */
function boundsOnDisk(query: Float32Array, rows: DiskRows): NonNullable<Scan['boundsIn']> {
  const boundsIn = createRowBounds(query);
  return (shard) => (shard.int8 && !rows.areInMemory(shard) ? boundsIn(shard.int8) : undefined);
}

/** One search on its way from the rows that may be among the best to those that are. */
function createPursuit(disk: DiskSearch, scan: ColdScan, kept: RowsOfShards, deadlineMs: number) {
  const { kernels, memory, staging, rows: source } = disk;
  const known = new Map<ResidentShard, Map<number, number>>();
  let wanted = kept;

  function knownIn(block: ResidentShard): Map<number, number> {
    const scores = known.get(block) ?? new Map<number, number>();
    known.set(block, scores);
    return scores;
  }

  /** Those whose scores are not known yet. */
  function unknown(of = wanted): RowsOfShards {
    return of.map(({ block, rows }) => {
      const scores = knownIn(block);
      return { block, rows: rows.filter((row) => !scores.has(row)) };
    });
  }

  async function learn(of: RowsOfShards): Promise<void> {
    for (const { block, rows } of unknown(of)) {
      const scores = knownIn(block);
      const inMemory = source.areInMemory(block);
      const kernel = kernels[inMemory ? block.memory : 0]!;
      const most = inMemory ? CHUNK_ROWS : Math.min(staging.rows, source.mostAtOnce);
      for (let first = 0; first < rows.length; first += most) {
        const chunk = rows.subarray(first, first + most);
        if (!inMemory) {
          do await source.fetch(block, chunk, deadlineMs);
          while (!stage(kernel, block, chunk));
        } else kernel.list.set(chunk);
        // Nothing is awaited from the staging on: other searches use it, and the kernel, as well.
        kernel.setQueries([scan.query]);
        kernel.scoreListed(inMemory ? block.vectorsOffset : staging.offset, chunk.length);
        chunk.forEach((row, i) => {
          scores.set(row, kernel.scores[i]!);
        });
      }
    }
  }

  /** Puts rows into the staging, and their places there into the list. */
  function stage(kernel: Kernel, block: ResidentShard, chunk: Uint32Array): boolean {
    const target = new Uint8Array(memory.buffer, staging.offset, chunk.length * block.rowBytes);
    for (let i = 0; i < chunk.length; i++) kernel.list[i] = i;
    return source.copy(block, chunk, target);
  }

  function forEachChunk(use: (block: ResidentShard, chunk: Uint32Array) => void): void {
    for (const { block, rows } of wanted)
      for (let first = 0; first < rows.length; first += CHUNK_ROWS)
        use(block, rows.subarray(first, first + CHUNK_ROWS));
  }

  return {
    unknown,
    /** Scores the likeliest rows, and leaves out those that these rule out. */
    async narrow(likeliest: RowsOfShards): Promise<void> {
      await learn(likeliest);
      await learn(kept.filter(({ block }) => source.areInMemory(block)));
      const candidates = scan.candidates();
      const boundsIn = boundsOnDisk(scan.query, source);
      forEachChunk((block, chunk) => {
        const scores = knownIn(block);
        const { lower, upper, write } = boundsIn(block) ?? exactly(chunk.length);
        write(chunk, chunk.length);
        chunk.forEach((row, i) => {
          const score = scores.get(row);
          if (score === undefined) return;
          lower[i] = score;
          upper[i] = score;
        });
        candidates.addListedRows(lower, chunk, chunk.length, block, upper);
      });
      wanted = candidates.rows();
    },
    /** Scores what is left, and shows it to the search. */
    async finish(): Promise<void> {
      await learn(wanted);
      forEachChunk((block, chunk) => {
        const scores = knownIn(block);
        const found = Float32Array.from(chunk, (row) => scores.get(row)!);
        scan.topK.addListedRows(found, chunk, chunk.length, block);
      });
    },
  };
}

/** For rows whose scores are all known. */
function exactly(count: number) {
  return { lower: new Float32Array(count), upper: new Float32Array(count), write: () => {} };
}
