import pLimit from 'p-limit';
import { TuwenError } from '../error.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import { coalesceRows, vectorsOf } from './load-ranges.ts';
import type { Manifest, ShardEntry } from './manifest.ts';
import { type ReadRetry, readRange } from './read-range.ts';
import type { Refusal } from './refusal.ts';
import { type ResidentShard, rowFitsPlane } from './resident-shard.ts';
import { createRowCache } from './row-cache.ts';
import { isCorrupt, notReady, settles } from './waiting.ts';

/** fp16 rows that are read from the bucket one by one, and those of them that are kept. */
export interface BucketRows {
  /** So many are read at once at most; twice as many are kept. */
  readonly mostAtOnce: number;
  /** Whether the row is kept; then it counts as used now. */
  touch(block: ResidentShard, row: number): boolean;
  /** Reads rows and holds each against its int8 codes, for no checksum covers it. @throws as DiskRows.fetch */
  read(wanted: readonly AbsentRows[], deadlineMs: number): Promise<void>;
  /** Copies rows one after the other into the target. False where one is not kept any more. */
  copy(block: ResidentShard, rows: Uint32Array, target: Uint8Array): boolean;
  clear(): void;
  /** Resolves when no read is under way. */
  settled(): Promise<void>;
}

export interface AbsentRows {
  readonly block: ResidentShard;
  /** Ascending. */
  readonly rows: readonly number[];
}

export interface BucketRowsOptions extends ReadRetry {
  readonly objects: Pick<ObjectStore, 'readInto'>;
  readonly manifest: Manifest;
  readonly entryOf: (shard: ResidentShard) => ShardEntry;
  /** Of the version: asked before each read, and told what was found to be corrupt. */
  readonly refusal: Pick<Refusal, 'check' | 'remember'>;
  /** As LoadOptions has them. */
  readonly rangeBytes: number;
  readonly rowConcurrency?: number;
  readonly gapBytes?: number;
  readonly cacheBytes?: number;
  readonly clock?: () => number;
}

export function createBucketRows(options: BucketRowsOptions): BucketRows {
  const { objects, manifest, entryOf, refusal, rangeBytes, clock = Date.now } = options;
  const { rowConcurrency = 32, gapBytes = 128 * 1024, cacheBytes = 16 * 1024 * 1024 } = options;
  const rowBytes = manifest.dimensions * 2;
  const mostAtOnce = Math.max(1, Math.floor(cacheBytes / rowBytes / 2));
  const cache = createRowCache(mostAtOnce * 2);
  const limit = pLimit(rowConcurrency);
  const reading = new Set<Promise<void>>();

  function keyOf({ firstRow }: ResidentShard, row: number): number {
    return firstRow + row;
  }

  async function readRows({ block, first, rows, end }: RowRead): Promise<void> {
    refusal.check();
    const entry = entryOf(block);
    const { offset } = vectorsOf(entry);
    const bytes = new Uint8Array((end - first) * rowBytes);
    const range = { start: offset + first * rowBytes, end: offset + end * rowBytes };
    await readRange(objects, entry.key, range, bytes, options);
    for (const row of rows) {
      const own = bytes.slice((row - first) * rowBytes, (row - first + 1) * rowBytes);
      if (!rowFitsPlane(block, row, own))
        throw refusal.remember(
          new TuwenError(
            'corrupt_index',
            `${entry.key}: expected row ${row} of vectors to be the one that int8 was made of, found another`,
          ),
        );
      cache.add(keyOf(block, row), own);
    }
  }

  /** While all of them are under way at once, reading what lies between rows would save nothing. */
  function planReads(wanted: readonly AbsentRows[]): RowRead[] {
    const plan = (gap: number) =>
      wanted.flatMap(({ block, rows }) =>
        coalesceRows(rows, { rowBytes, gapBytes: gap, rangeBytes: Math.min(rangeBytes, cacheBytes) }).map(
          ({ first, end }) => ({ block, first, end, rows: rows.filter((row) => row >= first && row < end) }),
        ),
      );
    const reads = plan(0);
    return reads.length <= rowConcurrency ? reads : plan(gapBytes);
  }

  return {
    mostAtOnce,
    touch: (block, row) => cache.touch(keyOf(block, row)),
    async read(wanted, deadlineMs) {
      const begun = planReads(wanted).map((read) => {
        const promise = limit(() => readRows(read)).finally(() => reading.delete(promise));
        reading.add(promise);
        return promise;
      });
      await inTime(Promise.all(begun), deadlineMs - clock());
    },
    copy: (block, rows, target) =>
      rows.every((row, i) => {
        const bytes = cache.get(keyOf(block, row));
        if (bytes) target.set(bytes, i * rowBytes);
        return bytes !== undefined;
      }),
    clear: () => cache.clear(),
    async settled() {
      await Promise.allSettled(reading);
    },
  };
}

/** @throws TuwenError `not_ready` when it takes longer or fails, `corrupt_index` */
export async function inTime(promise: Promise<unknown>, withinMs: number): Promise<void> {
  try {
    if (await settles(promise, withinMs)) return;
  } catch (error) {
    throw isCorrupt(error) ? error : notReady(error);
  }
  throw notReady(undefined);
}

interface RowRead {
  readonly block: ResidentShard;
  readonly first: number;
  readonly end: number;
  readonly rows: readonly number[];
}
