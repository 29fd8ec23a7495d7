import { TuwenError } from '../error.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import type { KernelChoice } from '../scan/kernel.ts';
import { SHARED_MAX_PAGES } from '../scan/wasm-module.ts';
import { createDiskRows } from './disk-rows.ts';
import { planRanges, type SplitRanges, splitRanges, vectorsOf } from './load-ranges.ts';
import { createLoadedVersion, type LoadedVersion } from './loaded-version.ts';
import type { Manifest } from './manifest.ts';
import { type MemoryPlan, PAGE_BYTES, planMemory } from './memory-plan.ts';
import { createMissingRows } from './missing-rows.ts';
import { readsOfLists } from './read-lists.ts';
import { type ReadRetry, readRange } from './read-range.ts';
import { checkShardHeader, checkTensors, countReads, inParallel } from './read-shards.ts';
import { residentShards } from './resident-shard.ts';
import { type RowStorage, StorageError } from './row-storage.ts';
import type { ThreadSettings } from './scan-threads.ts';

export interface LoadOptions extends ReadRetry {
  /** Reads under way at once. Default 6: four to eight fill a function's line. */
  readonly concurrency?: number;
  /** Read at once. Default 8 MiB. */
  readonly rangeBytes?: number;
  readonly kernel?: KernelChoice;
  /** Those that search; default the calling one alone. They need memory that they can share, and so a block of that kind. */
  readonly threads?: ThreadSettings;
  /** A block to use again (grown where it is too small) instead of a new one; nobody else may use it. */
  readonly memory?: WebAssembly.Memory;
  /** Where fp16 rows are kept; default in memory with all else. */
  readonly storage?: RowStorage;
  /**
   * With `storage`: where rows can't be written, as on a full disk, resolve all the same; they are read from the
   * bucket meanwhile. Else that is an error, unless `answerFirst` is given.
   */
  readonly rowsMayWait?: boolean;
  /**
   * Resolve as soon as the version can answer, before its fp16 rows are in: they are read as searches need
   * them, and all of them by `complete`, which the caller is to call.
   */
  readonly answerFirst?: boolean;
  /** Where vectors take no more bytes than this there is no waiting for them to save. Default 4 MiB. */
  readonly worthBytes?: number;
  /** Reads of single rows under way at once. Default 32. */
  readonly rowConcurrency?: number;
  /** Rows this near to each other are read together, when there are more than those. Default 128 KiB. */
  readonly gapBytes?: number;
  /** Of rows from the bucket that are kept in memory while `storage` lacks them. Default 16 MiB. */
  readonly cacheBytes?: number;
  /** Milliseconds since 1970; what deadlines are held against. */
  readonly clock?: () => number;
}

/**
 * Reads a version's shards side by side into one block of memory, each file as it is, or with `storage` without
 * its fp16 rows, which go there; and checks the SHA-256 of every tensor that it reads. When it fails, nothing is under way any more and nothing is kept.
 *
 * @throws TuwenError `corrupt_index`, `index_too_large` (beyond 4 GiB), or what the store throws.
 */
export async function loadVersion(
  objects: Pick<ObjectStore, 'readInto'>,
  manifest: Manifest,
  options: LoadOptions = {},
): Promise<LoadedVersion> {
  const { concurrency = 6, rangeBytes = 8 * 1024 * 1024, kernel = 'auto' } = options;
  const rowsPlace = options.storage ? 'disk' : 'memory';
  const threads = options.threads?.count ?? 1;
  const scratches = options.storage ? 1 : threads;
  const plan = planMemory(manifest.dimensions, manifest.shards, rowsPlace, manifest.lists, scratches);
  // Of one kind, whether or not this version is searched by threads: the next one takes it over.
  const memory = provideMemory(plan.pages, options.memory, threads > 1);
  const bytesOf = (shard: number) => (start: number, end: number) =>
    new Uint8Array(memory.buffer, plan.shardOffsets[shard]! + start, end - start);
  const counted = countReads(objects);
  const parts = partsOf(manifest, plan, rangeBytes, options);
  const left = parts.map(({ first }) => first.length);

  async function check(shard: number): Promise<void> {
    const entry = manifest.shards[shard]!;
    const isWhole = parts[shard]!.later.length === 0;
    if (isWhole) checkShardHeader(entry, bytesOf(shard));
    const vectors = vectorsOf(entry);
    await checkTensors(
      entry,
      entry.tensors.filter((tensor) => isWhole || tensor !== vectors),
      bytesOf(shard),
    );
  }

  const ofShards = parts
    .flatMap(({ first }) => first)
    .map(({ shard, start, end }) => async () => {
      const target = bytesOf(shard)(start, end);
      await readRange(counted.objects, manifest.shards[shard]!.key, { start, end }, target, options);
      left[shard]!--;
      if (left[shard] === 0) await check(shard);
    });
  const ofLists = readsOfLists(counted.objects, manifest, memory, plan, { ...options, rangeBytes });
  await inParallel([...ofShards, ...ofLists], concurrency, (read) => read());
  const shards = residentShards(manifest, memory.buffer, plan);
  const common = { ...options, concurrency, rangeBytes, manifest, shards, parts, objects: counted.objects };
  const loaded = {
    manifest,
    memory,
    plan,
    kernel,
    traffic: counted.traffic,
    ...(options.threads && { threads: options.threads }),
  };
  const { storage, answerFirst, rowsMayWait } = options;
  if (!storage) return createLoadedVersion({ ...loaded, missing: createMissingRows({ ...common, bytesOf }) });
  const rows = createDiskRows({ ...common, storage, diskOffsets: plan.diskOffsets });
  const version = createLoadedVersion({ ...loaded, disk: rows });
  if (!answerFirst)
    await rows.complete().catch(async (error) => {
      if (rowsMayWait && error instanceof StorageError) return;
      await rows.close();
      throw error;
    });
  return version;
}

/** What is read before the version answers, and what after. */
function partsOf(
  manifest: Manifest,
  { diskOffsets }: MemoryPlan,
  rangeBytes: number,
  { answerFirst = false, worthBytes = 4 * 1024 * 1024 }: LoadOptions,
): SplitRanges[] {
  const isSplit = answerFirst && manifest.rows * manifest.dimensions * 2 > worthBytes;
  const ranges = planRanges(manifest.shards, rangeBytes);
  return manifest.shards.map((entry, shard) =>
    isSplit || diskOffsets[shard] !== undefined
      ? splitRanges(entry, shard, rangeBytes)
      : { first: ranges.filter((range) => range.shard === shard), later: [] },
  );
}

function provideMemory(
  pages: number,
  memory: WebAssembly.Memory | undefined,
  isForThreads: boolean,
): WebAssembly.Memory {
  try {
    if (!memory)
      return new WebAssembly.Memory({
        initial: pages,
        ...(isForThreads && { shared: true, maximum: SHARED_MAX_PAGES }),
      });
    const more = pages - memory.buffer.byteLength / PAGE_BYTES;
    if (more > 0) memory.grow(more);
    return memory;
  } catch (cause) {
    throw new TuwenError('index_too_large', `expected ${pages * PAGE_BYTES} bytes of memory, found fewer`, {
      cause,
    });
  }
}
