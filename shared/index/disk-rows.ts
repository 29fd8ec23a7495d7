import { createHash, type Hash } from 'node:crypto';
import type { ObjectStore } from '../objects/object-store.ts';
import { type AbsentRows, createBucketRows, inTime } from './bucket-rows.ts';
import { coalesceRows, type LaterRange, type SplitRanges, vectorsOf } from './load-ranges.ts';
import type { Manifest, ShardEntry } from './manifest.ts';
import type { WantedRows } from './missing-rows.ts';
import { type ReadRetry, readRange } from './read-range.ts';
import { hashInSlices, inParallel } from './read-shards.ts';
import { createRefusal } from './refusal.ts';
import type { ResidentShard } from './resident-shard.ts';
import { type RowFile, type RowStorage, StorageError } from './row-storage.ts';
import { checkDigest, checkHeader } from './verify-version.ts';
import { isCorrupt } from './waiting.ts';

/**
 * The fp16 rows of a version that lie on the disk, one file for all. A shard's rows are used from there when
 * all of them are written and were hashed to the manifest's SHA-256 on their way; until then, and for good
 * where the disk is full, they are read from the bucket as searches need them, and a few are kept.
 */
export interface DiskRows {
  readonly shards: readonly ResidentShard[];
  /** Whether all rows are on the disk (or in memory) and checked, and nothing was found to be corrupt. */
  readonly isWhole: boolean;
  /** Whether a shard's rows lie in memory all the same, as where it has no int8 plane. */
  areInMemory(shard: ResidentShard): boolean;
  /**
   * Tells which rows, ascending in each shard, are going to be fetched: so that what has to come from the
   * bucket comes together. @throws as fetch
   */
  prepare(wanted: readonly WantedRows[], deadlineMs: number): Promise<void>;
  /** So many are fetched at once at most: of those that come from the bucket, no more are kept. */
  readonly mostAtOnce: number;
  /**
   * Resolves when these rows, ascending, can be copied. One that comes from the bucket is held against its
   * int8 codes, for no checksum covers it.
   *
   * @throws TuwenError `not_ready` at the deadline (milliseconds since 1970) or when reading fails;
   *   `corrupt_index`, also ever after.
   */
  fetch(block: ResidentShard, rows: Uint32Array, deadlineMs: number): Promise<void>;
  /**
   * Copies rows one after the other into the target. False where one can't be copied any more, because others
   * came since it was fetched, or the disk failed: fetch it again.
   */
  copy(block: ResidentShard, rows: Uint32Array, target: Uint8Array): boolean;
  /** See LoadedVersion. @throws also StorageError where the disk is full or fails. */
  complete(): Promise<void>;
  /** Begins no more reads, awaits those under way, and frees the disk. */
  close(): Promise<void>;
}

export interface DiskRowsOptions extends ReadRetry {
  readonly objects: Pick<ObjectStore, 'readInto'>;
  readonly storage: RowStorage;
  readonly manifest: Manifest;
  readonly shards: readonly ResidentShard[];
  /** As MemoryPlan has them. */
  readonly diskOffsets: readonly (number | undefined)[];
  /** Of each shard, what was not read with the first part. */
  readonly parts: readonly Pick<SplitRanges, 'later'>[];
  /** As LoadOptions has them. */
  readonly concurrency: number;
  readonly rangeBytes: number;
  readonly rowConcurrency?: number;
  readonly gapBytes?: number;
  readonly clock?: () => number;
  /** Of rows from the bucket that are kept. Default 16 MiB. */
  readonly cacheBytes?: number;
}

export function createDiskRows(options: DiskRowsOptions): DiskRows {
  const { objects, storage, manifest, concurrency, rangeBytes, clock = Date.now } = options;
  const rowBytes = manifest.dimensions * 2;
  const states = options.shards.flatMap((shard, i): ShardState[] => {
    const diskOffset = options.diskOffsets[i];
    if (diskOffset === undefined) return [];
    const { later } = options.parts[i]!;
    return [{ shard, entry: manifest.shards[i]!, diskOffset, later, ...unwritten() }];
  });
  const byShard = new Map(states.map((state) => [state.shard, state]));
  const refusal = createRefusal(manifest.version);
  const bucket = createBucketRows({
    ...options,
    entryOf: (shard) => byShard.get(shard)!.entry,
    refusal,
  });
  let file: RowFile | undefined;
  let completing: Promise<void> | undefined;
  /** Why the file can't be used any more; the next completion tells it and begins another. */
  let lost: unknown;

  function isOnDisk(state: ShardState): boolean {
    return state.isWhole && lost === undefined;
  }

  function complete(): Promise<void> {
    completing ??= writeRest().finally(() => {
      completing = undefined;
    });
    return completing;
  }

  async function writeRest(): Promise<void> {
    refusal.check();
    if (lost !== undefined) {
      const reason = lost;
      lost = undefined;
      file?.close();
      file = undefined;
      for (const state of states) Object.assign(state, unwritten());
      throw reason;
    }
    const left = states.flatMap((state) =>
      state.later.slice(state.written).map((range) => ({ state, range })),
    );
    if (left.length === 0) return;
    await checkRoom(left.reduce((sum, { range }) => sum + range.end - range.start, 0));
    const into = file ?? storage.create();
    file = into;
    for (const state of states) state.turn = Promise.resolve();
    const spare: Uint8Array[] = [];
    await inParallel(left, concurrency, ({ state, range }) => writeRange(state, range, into, spare));
    refusal.check();
    if (lost === undefined) bucket.clear();
  }

  async function checkRoom(bytes: number): Promise<void> {
    const free = await storage.free();
    if (free < bytes)
      throw new StorageError(
        `expected ${bytes} bytes free on the disk for fp16 rows, found ${free}: until there are, rows are read from the bucket; raise searchStorageMb`,
      );
  }

  /** Ranges are read side by side, but written and hashed in order, each in its shard's turn. */
  async function writeRange(
    state: ShardState,
    range: LaterRange,
    into: RowFile,
    spare: Uint8Array[],
  ): Promise<void> {
    refusal.check();
    const { entry, diskOffset, later } = state;
    const index = later.indexOf(range);
    const before = state.turn;
    let end = () => {};
    state.turn = new Promise((resolve) => {
      end = resolve;
    });
    const buffer = spare.pop() ?? new Uint8Array(Math.max(rangeBytes, range.end - range.start));
    try {
      const bytes = fitting(buffer, range.end - range.start);
      await readRange(objects, entry.key, range, bytes, options);
      await before;
      // What came before it failed, which is told already.
      if (state.written !== index) return;
      const { offset, sha256 } = vectorsOf(entry);
      const headerBytes = Math.max(0, offset - range.start);
      if (range.start === 0)
        checkHeader(entry, bytes.subarray(0, Math.min(...entry.tensors.map((tensor) => tensor.offset))));
      const rows = bytes.subarray(Math.min(headerBytes, bytes.byteLength));
      await into.write(rows, diskOffset + range.start + headerBytes - offset);
      await hashInSlices(state.hash, rows);
      state.written++;
      if (state.written < later.length) return;
      checkDigest(entry.key, 'vectors', sha256, state.hash.digest('hex'));
      state.isWhole = true;
    } catch (error) {
      throw refusal.remember(error);
    } finally {
      spare.push(buffer);
      end();
    }
  }

  /** The wanted rows that have to come from the bucket. */
  function absentOf({ block, rows }: WantedRows): AbsentRows {
    const state = byShard.get(block);
    const isThere = !state || isOnDisk(state);
    return { block, rows: isThere ? [] : Array.from(rows).filter((row) => !bucket.touch(block, row)) };
  }

  function missingBytes(): number {
    const ranges = states.filter((state) => !isOnDisk(state)).flatMap(({ later }) => later);
    return ranges.reduce((sum, { start, end }) => sum + end - start, 0);
  }

  return {
    shards: options.shards,
    get isWhole() {
      return refusal.isSound && states.every(isOnDisk);
    },
    mostAtOnce: bucket.mostAtOnce,
    areInMemory: (shard) => !byShard.has(shard),
    async prepare(wanted, deadlineMs) {
      refusal.check();
      let absent = wanted.map(absentOf);
      const bytes = () => absent.reduce((sum, of) => sum + of.rows.length, 0) * rowBytes;
      if (lost === undefined && bytes() > missingBytes() / 2) {
        // Most of all rows, as where all are alike: then writing all is no slower. Where the disk is full it fails at once.
        const completed = complete().catch((error) => {
          if (isCorrupt(error)) throw error;
        });
        await inTime(completed, deadlineMs - clock());
        refusal.check();
        absent = wanted.map(absentOf);
      }
      // More than are kept are fetched as they are scored.
      if (bytes() > 0 && bytes() <= bucket.mostAtOnce * rowBytes) await bucket.read(absent, deadlineMs);
    },
    async fetch(block, rows, deadlineMs) {
      refusal.check();
      const absent = absentOf({ block, rows });
      if (absent.rows.length > 0) await bucket.read([absent], deadlineMs);
    },
    copy(block, rows, target) {
      const state = byShard.get(block)!;
      if (!isOnDisk(state)) return bucket.copy(block, rows, target);
      try {
        let place = 0;
        for (const { first, end } of coalesceRows(rows, { rowBytes, gapBytes: 0, rangeBytes })) {
          const bytes = (end - first) * rowBytes;
          file!.read(target.subarray(place, place + bytes), state.diskOffset + first * rowBytes);
          place += bytes;
        }
        return true;
      } catch (error) {
        lost = error;
        return false;
      }
    },
    complete,
    async close() {
      refusal.giveUp();
      await Promise.allSettled([bucket.settled(), completing]);
      file?.close();
    },
  };
}

interface ShardState {
  readonly shard: ResidentShard;
  readonly entry: ShardEntry;
  readonly diskOffset: number;
  readonly later: readonly LaterRange[];
  /** How many of `later` are written and hashed. */
  written: number;
  hash: Hash;
  isWhole: boolean;
  /** Resolves when the latest range that was begun is written, or failed. */
  turn: Promise<void>;
}

function unwritten(): Pick<ShardState, 'written' | 'hash' | 'isWhole' | 'turn'> {
  return { written: 0, hash: createHash('sha256'), isWhole: false, turn: Promise.resolve() };
}

function fitting(buffer: Uint8Array, bytes: number): Uint8Array {
  return buffer.byteLength >= bytes ? buffer.subarray(0, bytes) : new Uint8Array(bytes);
}
