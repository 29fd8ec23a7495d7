import pLimit from 'p-limit';
import { TuwenError } from '../error.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import { coalesceRows, type LaterRange, type RowRange, type SplitRanges, vectorsOf } from './load-ranges.ts';
import type { Manifest, ShardEntry } from './manifest.ts';
import { type ReadRetry, readRange } from './read-range.ts';
import { checkShardHeader, checkTensors, inParallel } from './read-shards.ts';
import { createRefusal } from './refusal.ts';
import { type ResidentShard, rowFitsPlane } from './resident-shard.ts';
import { isCorrupt, notReady, settles } from './waiting.ts';

/**
 * The fp16 rows that a version lacks while it already answers. Each has its place in memory and is read
 * straight to there: alone, when a search needs it, or with all others by `complete`.
 */
export interface MissingRows {
  readonly shards: readonly ResidentShard[];
  /** Whether all rows are in memory and checked, and nothing was found to be corrupt. */
  readonly isWhole: boolean;
  /** The same of one shard. */
  hasAll(shard: ResidentShard): boolean;
  /** The same of one row. */
  has(shard: ResidentShard, row: number): boolean;
  /**
   * Resolves when these rows, ascending in each shard, are in memory. A row that comes alone is held against
   * its int8 codes, for no checksum covers it.
   *
   * @throws TuwenError `not_ready` at the deadline (milliseconds since 1970) or when reading fails;
   *   `corrupt_index`, also ever after.
   */
  fetch(wanted: readonly WantedRows[], deadlineMs: number): Promise<void>;
  /** See LoadedVersion. */
  complete(): Promise<void>;
  /** Begins no more reads; resolves when those under way, which write into the memory, have ended. */
  close(): Promise<void>;
}

export interface WantedRows {
  readonly block: ResidentShard;
  readonly rows: Iterable<number>;
}

export interface MissingRowsOptions extends ReadRetry {
  readonly objects: Pick<ObjectStore, 'readInto'>;
  readonly manifest: Manifest;
  /** A view on what of a shard's file lies in memory. */
  readonly bytesOf: (shard: number) => (start: number, end: number) => Uint8Array;
  readonly shards: readonly ResidentShard[];
  /** Of each shard, what was not read with the first part. */
  readonly parts: readonly Pick<SplitRanges, 'later'>[];
  /** As LoadOptions has them. */
  readonly concurrency: number;
  readonly rangeBytes: number;
  readonly rowConcurrency?: number;
  readonly gapBytes?: number;
  readonly clock?: () => number;
}

export function createMissingRows(options: MissingRowsOptions): MissingRows {
  const { objects, concurrency, rangeBytes, clock = Date.now } = options;
  const { rowConcurrency = 32, gapBytes = 128 * 1024 } = options;
  const states = options.shards.map((shard, i) =>
    stateOf(shard, options.manifest.shards[i]!, options.bytesOf(i), options.parts[i]!.later),
  );
  const byShard = new Map(states.map((state) => [state.shard, state]));
  const limit = pLimit(rowConcurrency);
  const refusal = createRefusal(options.manifest.version);
  let completing: Promise<void> | undefined;

  function complete(): Promise<void> {
    completing ??= readLater().finally(() => {
      completing = undefined;
    });
    return completing;
  }

  async function readLater(): Promise<void> {
    refusal.check();
    const left = states.flatMap((state) =>
      state.later.filter((range) => !state.done.has(range)).map((range) => ({ state, range })),
    );
    await inParallel(left, concurrency, ({ state, range }) => readRanges(state, range));
    refusal.check();
  }

  async function readRanges(state: ShardState, range: LaterRange): Promise<void> {
    refusal.check();
    const { entry, bytesAt, later, done, rows } = state;
    await readRange(objects, entry.key, range, bytesAt(range.start, range.end), options);
    done.add(range);
    for (let row = range.firstRow; row < range.endRow; row++) rows[row] ||= ARRIVED;
    if (done.size < later.length) return;
    try {
      checkShardHeader(entry, bytesAt);
      await checkTensors(entry, [vectorsOf(entry)], bytesAt);
    } catch (error) {
      throw refusal.remember(error);
    }
    state.isWhole = true;
  }

  async function readRows(state: ShardState, { first, end }: RowRange): Promise<void> {
    refusal.check();
    const { entry, bytesAt, shard } = state;
    const { offset } = vectorsOf(entry);
    const range = { start: offset + first * shard.rowBytes, end: offset + end * shard.rowBytes };
    await readRange(objects, entry.key, range, bytesAt(range.start, range.end), options);
    for (let row = first; row < end; row++) checkRow(state, row);
  }

  function checkRow(state: ShardState, row: number): void {
    const { shard } = state;
    if (!rowFitsPlane(shard, row, shard.bytesOfRow(row)))
      throw refusal.remember(
        new TuwenError(
          'corrupt_index',
          `${state.entry.key}: expected row ${row} of vectors to be the one that int8 was made of, found another`,
        ),
      );
    state.rows[row] = CHECKED;
  }

  /** Which of the rows are not there, and the reads under way that bring some. */
  function lookFor({ block, rows }: WantedRows): Lookup {
    const state = byShard.get(block)!;
    const waits = new Set<Promise<void>>();
    const absent: number[] = [];
    if (!state.isWhole)
      for (const row of rows) {
        if (state.rows[row] === ARRIVED) checkRow(state, row);
        if (state.rows[row] === CHECKED) continue;
        const read = [...state.reading].find(({ range }) => row >= range.first && row < range.end);
        if (read) waits.add(read.promise);
        else absent.push(row);
      }
    return { state, absent, waits };
  }

  /** While all of them are under way at once, reading what lies between rows would save nothing. */
  function planReads(lookups: readonly Lookup[]): RowRead[] {
    const plan = (gap: number) =>
      lookups.flatMap(({ state, absent }) => {
        const { rowBytes } = state.shard;
        const ranges = coalesceRows(absent, { rowBytes, gapBytes: gap, rangeBytes });
        return ranges.map((range) => ({ state, range }));
      });
    const reads = plan(0);
    return reads.length <= rowConcurrency ? reads : plan(gapBytes);
  }

  function begin({ state, range }: RowRead): Promise<void> {
    const read = {
      range,
      promise: limit(() => readRows(state, range)).finally(() => state.reading.delete(read)),
    };
    state.reading.add(read);
    return read.promise;
  }

  function missingBytes(): number {
    const ranges = states.flatMap(({ later, done }) => later.filter((range) => !done.has(range)));
    return ranges.reduce((sum, { start, end }) => sum + end - start, 0);
  }

  return {
    shards: options.shards,
    get isWhole() {
      return refusal.isSound && states.every(({ isWhole }) => isWhole);
    },
    hasAll: (shard) => byShard.get(shard)!.isWhole,
    has(shard, row) {
      const { isWhole, rows } = byShard.get(shard)!;
      return isWhole || rows[row] === CHECKED;
    },
    async fetch(wanted, deadlineMs) {
      refusal.check();
      const lookups = wanted.map(lookFor);
      const reads = planReads(lookups);
      const bytes = reads.reduce((sum, { state, range }) => sum + rowBytesOf(state, range), 0);
      // Most of all rows, as where all are alike: then reading all is no slower.
      const waits =
        bytes > missingBytes() / 2
          ? [complete()]
          : [...lookups.flatMap((of) => [...of.waits]), ...reads.map(begin)];
      if (waits.length === 0) return;
      try {
        if (await settles(Promise.all(waits), deadlineMs - clock())) return;
      } catch (error) {
        throw isCorrupt(error) ? error : notReady(error);
      }
      throw notReady(undefined);
    },
    complete,
    async close() {
      refusal.giveUp();
      const reads = states.flatMap(({ reading }) => [...reading].map(({ promise }) => promise));
      await Promise.allSettled([...reads, completing]);
    },
  };
}

/** What is known of a row. */
const ARRIVED = 1;
const CHECKED = 2;

interface ShardState {
  readonly shard: ResidentShard;
  readonly entry: ShardEntry;
  readonly bytesAt: (start: number, end: number) => Uint8Array;
  readonly later: readonly LaterRange[];
  readonly done: Set<LaterRange>;
  /** 0, ARRIVED or CHECKED. */
  readonly rows: Uint8Array;
  /** Reads of single rows under way. */
  readonly reading: Set<{ readonly range: RowRange; readonly promise: Promise<void> }>;
  isWhole: boolean;
}

interface Lookup {
  readonly state: ShardState;
  /** Ascending. */
  readonly absent: readonly number[];
  readonly waits: ReadonlySet<Promise<void>>;
}

interface RowRead {
  readonly state: ShardState;
  readonly range: RowRange;
}

function stateOf(
  shard: ResidentShard,
  entry: ShardEntry,
  bytesAt: (start: number, end: number) => Uint8Array,
  later: readonly LaterRange[],
): ShardState {
  const isWhole = later.length === 0;
  const rows = new Uint8Array(isWhole ? 0 : entry.rows);
  return { shard, entry, bytesAt, later, done: new Set(), rows, reading: new Set(), isWhole };
}

function rowBytesOf({ shard }: ShardState, { first, end }: RowRange): number {
  return (end - first) * shard.rowBytes;
}
