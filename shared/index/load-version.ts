import { TuwenError } from '../error.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import type { KernelChoice } from '../scan/kernel.ts';
import { planRanges, type SplitRanges, splitRanges, vectorsOf } from './load-ranges.ts';
import { createLoadedVersion, type LoadedVersion } from './loaded-version.ts';
import type { Manifest } from './manifest.ts';
import { PAGE_BYTES, planMemory } from './memory-plan.ts';
import { createMissingRows } from './missing-rows.ts';
import { readsOfLists } from './read-lists.ts';
import { type ReadRetry, readRange } from './read-range.ts';
import { checkShardHeader, checkTensors, countReads, inParallel } from './read-shards.ts';
import { residentShards } from './resident-shard.ts';

export interface LoadOptions extends ReadRetry {
  /** Reads under way at once. Default 6: four to eight fill a function's line. */
  readonly concurrency?: number;
  /** Read at once. Default 8 MiB. */
  readonly rangeBytes?: number;
  readonly kernel?: KernelChoice;
  /** A block to use again (grown where it is too small) instead of a new one; nobody else may use it. */
  readonly memory?: WebAssembly.Memory;
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
  /** Milliseconds since 1970; what deadlines are held against. */
  readonly clock?: () => number;
}

/**
 * Reads a version's shards side by side into one block of memory, each file as it is, and checks the
 * SHA-256 of every tensor that it reads. When it fails, nothing is under way any more and nothing is kept.
 *
 * @throws TuwenError `corrupt_index`, `index_too_large` (beyond 4 GiB), or what the store throws.
 */
export async function loadVersion(
  objects: Pick<ObjectStore, 'readInto'>,
  manifest: Manifest,
  options: LoadOptions = {},
): Promise<LoadedVersion> {
  const { concurrency = 6, rangeBytes = 8 * 1024 * 1024, kernel = 'auto' } = options;
  const plan = planMemory(manifest.dimensions, manifest.shards, manifest.lists);
  const memory = provideMemory(plan.pages, options.memory);
  const files = manifest.shards.map(
    ({ bytes }, shard) => new Uint8Array(memory.buffer, plan.shardOffsets[shard]!, bytes),
  );
  const counted = countReads(objects);
  const parts = partsOf(manifest, rangeBytes, options);
  const left = parts.map(({ first }) => first.length);

  async function check(shard: number): Promise<void> {
    const entry = manifest.shards[shard]!;
    const file = files[shard]!;
    const isWhole = parts[shard]!.later.length === 0;
    if (isWhole) checkShardHeader(entry, file);
    const vectors = vectorsOf(entry);
    await checkTensors(
      entry,
      entry.tensors.filter((tensor) => isWhole || tensor !== vectors),
      file,
    );
  }

  const ofShards = parts
    .flatMap(({ first }) => first)
    .map(({ shard, start, end }) => async () => {
      const target = files[shard]!.subarray(start, end);
      await readRange(counted.objects, manifest.shards[shard]!.key, { start, end }, target, options);
      left[shard]!--;
      if (left[shard] === 0) await check(shard);
    });
  const ofLists = readsOfLists(counted.objects, manifest, memory, plan, { ...options, rangeBytes });
  await inParallel([...ofShards, ...ofLists], concurrency, (read) => read());
  const shards = residentShards(manifest, memory.buffer, plan);
  const missing = createMissingRows({
    ...options,
    concurrency,
    rangeBytes,
    manifest,
    files,
    shards,
    parts,
    objects: counted.objects,
  });
  return createLoadedVersion({ manifest, memory, plan, kernel, missing, traffic: counted.traffic });
}

/** What is read before the version answers, and what after. */
function partsOf(
  manifest: Manifest,
  rangeBytes: number,
  { answerFirst = false, worthBytes = 4 * 1024 * 1024 }: LoadOptions,
): SplitRanges[] {
  const isSplit = answerFirst && manifest.rows * manifest.dimensions * 2 > worthBytes;
  if (isSplit) return manifest.shards.map((entry, shard) => splitRanges(entry, shard, rangeBytes));
  const ranges = planRanges(manifest.shards, rangeBytes);
  return manifest.shards.map((_, shard) => ({
    first: ranges.filter((range) => range.shard === shard),
    later: [],
  }));
}

function provideMemory(pages: number, memory: WebAssembly.Memory | undefined): WebAssembly.Memory {
  try {
    if (!memory) return new WebAssembly.Memory({ initial: pages });
    const more = pages - memory.buffer.byteLength / PAGE_BYTES;
    if (more > 0) memory.grow(more);
    return memory;
  } catch (cause) {
    throw new TuwenError('index_too_large', `expected ${pages * PAGE_BYTES} bytes of memory, found fewer`, {
      cause,
    });
  }
}
