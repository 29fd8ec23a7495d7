import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { TuwenError } from '../error.ts';
import type { ByteRange, ObjectStore } from '../objects/object-store.ts';
import type { KernelChoice } from '../scan/kernel.ts';
import { createLoadedVersion, type LoadedVersion } from './loaded-version.ts';
import type { Manifest, ShardEntry } from './manifest.ts';
import { PAGE_BYTES, planMemory } from './memory-plan.ts';
import { type ReadRetry, readRange } from './read-range.ts';
import { checkDigest, checkHeader } from './verify-version.ts';

export interface LoadOptions extends ReadRetry {
  /** Reads under way at once. Default 6: four to eight fill a function's line. */
  readonly concurrency?: number;
  /** Read at once. Default 8 MiB. */
  readonly rangeBytes?: number;
  readonly kernel?: KernelChoice;
  /** A block to use again (grown where it is too small) instead of a new one; nobody else may use it. */
  readonly memory?: WebAssembly.Memory;
}

/**
 * Reads a version's shards side by side into one block of memory, each file as it is, and checks the
 * SHA-256 of every tensor. When it fails, nothing is under way any more and nothing is kept.
 *
 * @throws TuwenError `corrupt_index`, `index_too_large` (beyond 4 GiB), or what the store throws.
 */
export async function loadVersion(
  objects: Pick<ObjectStore, 'readInto'>,
  manifest: Manifest,
  options: LoadOptions = {},
): Promise<LoadedVersion> {
  const { concurrency = 6, rangeBytes = 8 * 1024 * 1024 } = options;
  const plan = planMemory(manifest.dimensions, manifest.shards);
  const memory = provideMemory(plan.pages, options.memory);
  const files = manifest.shards.map(
    ({ bytes }, shard) => new Uint8Array(memory.buffer, plan.shardOffsets[shard]!, bytes),
  );
  const ranges = planRanges(manifest.shards, rangeBytes);
  const missing = manifest.shards.map((_, shard) => ranges.filter((range) => range.shard === shard).length);

  async function load({ shard, start, end }: ShardRange): Promise<void> {
    const entry = manifest.shards[shard]!;
    const file = files[shard]!;
    await readRange(objects, entry.key, { start, end }, file.subarray(start, end), options);
    missing[shard]!--;
    if (missing[shard] === 0) await checkShardFile(entry, file);
  }

  await inParallel(ranges, concurrency, load);
  return createLoadedVersion({ manifest, memory, plan, kernel: options.kernel ?? 'auto' });
}

export interface ShardRange extends ByteRange {
  /** Index in the manifest. */
  readonly shard: number;
}

/** Reads that cover every shard's file once, none longer than rangeBytes. */
export function planRanges(shards: readonly Pick<ShardEntry, 'bytes'>[], rangeBytes: number): ShardRange[] {
  return shards.flatMap(({ bytes }, shard) =>
    Array.from({ length: Math.ceil(bytes / rangeBytes) }, (_, i) => ({
      shard,
      start: i * rangeBytes,
      end: Math.min((i + 1) * rangeBytes, bytes),
    })),
  );
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

/** Hashes in slices, so that requests are answered in between. */
async function checkShardFile(entry: ShardEntry, file: Uint8Array): Promise<void> {
  const sliceBytes = 8 * 1024 * 1024;
  checkHeader(entry, file.subarray(0, Math.min(...entry.tensors.map(({ offset }) => offset))));
  for (const { name, offset, bytes, sha256 } of entry.tensors) {
    const hash = createHash('sha256');
    for (let start = offset; start < offset + bytes; start += sliceBytes) {
      hash.update(file.subarray(start, Math.min(start + sliceBytes, offset + bytes)));
      await nextTurn();
    }
    checkDigest(entry.key, name, sha256, hash.digest('hex'));
  }
}

/**
 * Some tasks at a time, in order. After a failure no more are begun, those under way are awaited (they
 * write into memory that may be used again), and the first failure is thrown.
 */
async function inParallel<T>(tasks: readonly T[], concurrency: number, run: (task: T) => Promise<void>) {
  const left = tasks.values();
  const failures: unknown[] = [];
  async function work(): Promise<void> {
    for (const task of left) {
      if (failures.length > 0) return;
      try {
        await run(task);
      } catch (error) {
        failures.push(error);
      }
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work));
  if (failures.length > 0) throw failures[0];
}
