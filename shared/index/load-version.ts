import { TuwenError } from '../error.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import type { KernelChoice } from '../scan/kernel.ts';
import { SHARED_MAX_PAGES } from '../scan/wasm-module.ts';
import { createDiskRows } from './disk-rows.ts';
import { createEarlyVersion } from './early-version.ts';
import { viewLists } from './lists.ts';
import {
  isEarlyTensor,
  isPlane,
  listedFilesOf,
  planRanges,
  type ShardRange,
  type SplitRanges,
  splitFirst,
  splitRanges,
  vectorsOf,
} from './load-ranges.ts';
import { createLoadedVersion, type LoadedVersion } from './loaded-version.ts';
import type { Manifest, ShardEntry, TensorEntry } from './manifest.ts';
import { type MemoryPlan, PAGE_BYTES, planMemory } from './memory-plan.ts';
import { createMissingRows } from './missing-rows.ts';
import { createListedRows } from './read-listed.ts';
import { readsOfLists } from './read-lists.ts';
import { type ReadRetry, readRange } from './read-range.ts';
import { checkShardHeader, checkTensors, countReads, inParallel } from './read-shards.ts';
import { createRefusal } from './refusal.ts';
import { residentShards } from './resident-shard.ts';
import { type RowStorage, StorageError } from './row-storage.ts';
import type { ThreadSettings } from './scan-threads.ts';

export interface LoadOptions extends ReadRetry {
  /** Reads under way at once. Default 6: four to eight fill a function's line. */
  readonly concurrency?: number;
  /** Read at once. Default 8 MiB. */
  readonly rangeBytes?: number;
  readonly kernel?: KernelChoice;
  /** Those that search; default the calling one alone. They need memory that they can share, and so blocks of that kind. */
  readonly threads?: ThreadSettings;
  /** Blocks to use again (grown where they are too small) instead of new ones; nobody else may use them. */
  readonly memories?: readonly WebAssembly.Memory[];
  /** Of a block at most; what takes more goes into several. Default what addresses reach, 4 GiB. */
  readonly mostPages?: number;
  /** Where fp16 rows are kept; default in memory with all else. */
  readonly storage?: RowStorage;
  /**
   * With `storage`: where rows can't be written, as on a full disk, resolve all the same; they are read from the
   * bucket meanwhile. Else that is an error, unless `answerFirst` is given.
   */
  readonly rowsMayWait?: boolean;
  /**
   * Resolve as soon as the version can answer, before its fp16 rows are in: they are read as searches need
   * them, and all of them by `complete`, which the caller is to call. With listed rows that is before its planes are
   * in; see early-version.ts.
   */
  readonly answerFirst?: boolean;
  /** Where vectors take no more bytes than this there is no waiting for them to save. Default 4 MiB. */
  readonly worthBytes?: number;
  /** Reads of single rows under way at once. Default 32. */
  readonly rowConcurrency?: number;
  /** Rows this near to each other are read together, when there are more than those. Default 128 KiB. */
  readonly gapBytes?: number;
  /** Whether there is room for prefixes in the order of the lists (see Placement). Default true. */
  readonly listedPrefixes?: boolean;
  /** Of rows from the bucket that are kept in memory while `storage` lacks them. Default 16 MiB. */
  readonly cacheBytes?: number;
  /** Milliseconds since 1970; what deadlines are held against. */
  readonly clock?: () => number;
}

/**
 * Reads a version's shards side by side into memory, each file as it is, or with `storage` without its fp16 rows,
 * which go there; and checks the SHA-256 of every tensor that it reads. When it fails, nothing is under way any more and nothing is kept.
 *
 * @throws TuwenError `corrupt_index`, `index_too_large` (no such memory, or a file beyond 4 GiB), or what the store throws.
 */
export async function loadVersion(
  objects: Pick<ObjectStore, 'readInto'>,
  manifest: Manifest,
  options: LoadOptions = {},
): Promise<LoadedVersion> {
  const { concurrency = 6, rangeBytes = 8 * 1024 * 1024, kernel = 'auto' } = options;
  const threads = options.threads?.count ?? 1;
  const plan = planMemory(manifest.dimensions, manifest.shards, {
    rows: options.storage ? 'disk' : 'memory',
    lists: manifest.lists,
    listedPrefixes: options.listedPrefixes ?? true,
    threads: options.storage ? 1 : threads,
    ...(options.mostPages && { mostPages: options.mostPages }),
  });
  // Of one kind, whether or not this version is searched by threads: the next one takes them over.
  const memories = plan.pages.map((pages, i) => provideMemory(pages, options.memories?.[i], threads > 1));
  const bytesOf = (shard: number) => {
    const { buffer } = memories[plan.shardMemories[shard]!]!;
    return (start: number, end: number) =>
      new Uint8Array(buffer, plan.shardOffsets[shard]! + start, end - start);
  };
  const counted = countReads(objects);
  const parts = partsOf(manifest, plan, rangeBytes, options);
  const listed = isSplitUp(manifest, options) ? listedFilesOf(manifest) : undefined;
  const refusal = createRefusal(manifest.version);

  /** Reads ranges of shards, and checks those tensors of a shard whose last range is in. */
  async function readParts(
    ranges: readonly ShardRange[],
    done: Set<ShardRange>,
    most: number,
    tensorsOf: (entry: ShardEntry, shard: number) => readonly TensorEntry[],
    more: readonly (() => Promise<void>)[] = [],
  ): Promise<void> {
    const left = manifest.shards.map(
      (_, i) => ranges.filter((range) => range.shard === i && !done.has(range)).length,
    );
    const reads = ranges
      .filter((range) => !done.has(range))
      .map((range) => async () => {
        refusal.check();
        const { shard, start, end } = range;
        const entry = manifest.shards[shard]!;
        await readRange(counted.objects, entry.key, { start, end }, bytesOf(shard)(start, end), options);
        done.add(range);
        left[shard]!--;
        if (left[shard]! > 0) return;
        if (tensorsOf(entry, shard) === entry.tensors) checkShardHeader(entry, bytesOf(shard));
        await checkTensors(entry, tensorsOf(entry, shard), bytesOf(shard));
      });
    await inParallel([...reads, ...more], most, (read) => read());
  }

  const ofLists = readsOfLists(counted.objects, manifest, memories.at(-1)!, plan, { ...options, rangeBytes });
  const early = listed && manifest.shards.map((entry, i) => splitFirst(entry, i, rangeBytes));
  if (early) {
    const ranges = early.flatMap((of) => of.early);
    const { rowConcurrency = 32 } = options;
    const earlyOf = ({ tensors }: ShardEntry) => tensors.filter(isEarlyTensor);
    await readParts(ranges, new Set(), rowConcurrency, earlyOf, ofLists);
  } else {
    const ranges = parts.flatMap(({ first }) => first);
    await readParts(ranges, new Set(), concurrency, firstTensorsOf, ofLists);
  }

  /** All of a shard, header included, where nothing of it comes later. */
  function firstTensorsOf(entry: ShardEntry, shard: number): readonly TensorEntry[] {
    if (parts[shard]!.later.length === 0) return entry.tensors;
    const vectors = vectorsOf(entry);
    return entry.tensors.filter((tensor) => tensor !== vectors);
  }

  const shards = residentShards(manifest, memories, plan);
  const common = { ...options, concurrency, rangeBytes, manifest, shards, parts, objects: counted.objects };
  const loaded = {
    manifest,
    memories,
    plan,
    kernel,
    traffic: counted.traffic,
    ...(options.threads && { threads: options.threads }),
  };
  const { storage, answerFirst, rowsMayWait } = options;
  const rows = storage && createDiskRows({ ...common, storage, diskOffsets: plan.diskOffsets });
  const lists =
    manifest.lists && viewLists(memories.at(-1)!.buffer, plan.listsOffset, manifest.lists, manifest);
  const version = createLoadedVersion({
    ...loaded,
    lists,
    ...(rows ? { disk: rows } : { missing: createMissingRows({ ...common, bytesOf }) }),
  });
  if (early) {
    const planes = early.flatMap((of) => of.planes);
    const done = new Set<ShardRange>();
    return createEarlyVersion({
      ...options,
      version,
      shards,
      refusal,
      listed: createListedRows({ ...common, files: listed!, lists: lists!, kernel, refusal }),
      readPlanes: () => readParts(planes, done, concurrency, ({ tensors }) => tensors.filter(isPlane)),
      planesBytes: planes.reduce((sum, { start, end }) => sum + end - start, 0),
    });
  }
  if (rows && !answerFirst)
    await rows.complete().catch(async (error) => {
      if (rowsMayWait && error instanceof StorageError) return;
      await rows.close();
      throw error;
    });
  return version;
}

function isSplitUp(
  { rows, dimensions }: Pick<Manifest, 'rows' | 'dimensions'>,
  { answerFirst = false, worthBytes = 4 * 1024 * 1024 }: LoadOptions,
): boolean {
  return answerFirst && rows * dimensions * 2 > worthBytes;
}

/** What is read before the version answers, and what after. */
function partsOf(
  manifest: Manifest,
  { diskOffsets }: MemoryPlan,
  rangeBytes: number,
  options: LoadOptions,
): SplitRanges[] {
  const isSplit = isSplitUp(manifest, options);
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
