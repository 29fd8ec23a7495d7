import { tmpdir } from 'node:os';
import type { ListOptions } from '../../shared/index/build-lists.ts';
import { loadVersion } from '../../shared/index/load-version.ts';
import { createLoadedVersion, type LoadedVersion } from '../../shared/index/loaded-version.ts';
import type { Manifest } from '../../shared/index/manifest.ts';
import { type MemoryPlan, planMemory } from '../../shared/index/memory-plan.ts';
import { createRowStorage } from '../../shared/index/row-storage.ts';
import { createVersionWriter } from '../../shared/index/version-writer.ts';
import { createMemoryObjectStore } from '../../shared/objects/memory-object-store.ts';
import { toFloat16 } from '../../shared/scan/float16.ts';
import type { KernelChoice } from '../../shared/scan/kernel.ts';
import { SHARED_MAX_PAGES } from '../../shared/scan/wasm-module.ts';
import { threadFile, untilThreads } from '../index/threads.ts';
import type { DataKind, Vectors } from './vectors.ts';

/** Unit vectors as a version and as plain f32. */
export interface Dataset {
  readonly data: string;
  readonly count: number;
  readonly dimensions: number;
  readonly memories: readonly WebAssembly.Memory[];
  /** Where the int8 rows of each shard lie, and in which memory. */
  readonly int8Ranges: readonly { readonly memory: number; readonly start: number; readonly bytes: number }[];
  /** Its fp16 rows on the disk. */
  readonly onDisk: LoadedVersion;
  /** Whether a shard has a prefix plane. */
  readonly hasPrefixes: boolean;
  /** The same memory searched by a kernel, as if shards had no prefix plane, or not even an int8 one. */
  version(kernel: KernelChoice, options?: { without: 'prefix' | 'int8' }): LoadedVersion;
  /** The same memory searched by as many threads as the dataset was made for. */
  threaded(): Promise<LoadedVersion>;
  /** [count, dimensions] */
  readonly floats: Float32Array;
  readonly queries: readonly Float32Array[];
  readonly manifest: Manifest;
}

/** Each item has one row and an attribute `percent` from 0 to 99. */
export async function createDataset(
  data: DataKind,
  vectors: Vectors,
  { lists, threads = 1 }: { lists?: ListOptions; threads?: number } = {},
): Promise<Dataset> {
  const { count, dimensions, queries, next } = vectors;
  const objects = createMemoryObjectStore();
  const writer = createVersionWriter({
    objects,
    version: 'v',
    model: data,
    dimensions,
    ...(lists && { lists }),
  });
  const floats = new Float32Array(count * dimensions);
  const contentHash = new Uint8Array(16);
  for (let i = 0; i < count; i++) {
    const own = next();
    floats.set(own, i * dimensions);
    const rows = [{ modality: 'image' as const, vector: toFloat16(own), contentHash }];
    await writer.add({ id: String(i).padStart(9, '0'), attributes: { percent: (i * 61) % 100 }, rows });
  }
  const manifest = await writer.finish();
  const plan = planMemory(dimensions, manifest.shards, { lists: manifest.lists, threads });
  const memories = plan.pages.map(
    (initial) =>
      new WebAssembly.Memory({ initial, ...(threads > 1 && { shared: true, maximum: SHARED_MAX_PAGES }) }),
  );
  const file = await threadFile();
  // It lies there as threads want it; they are started by those that search it.
  await loadVersion(objects, manifest, {
    memories,
    threads: { count: threads, file, worthBytes: Number.POSITIVE_INFINITY },
  });
  const onDisk = await loadVersion(objects, manifest, { storage: createRowStorage({ directory: tmpdir() }) });
  const layouts = {
    none: { manifest, plan },
    prefix: without(manifest, plan, ['prefix']),
    int8: without(manifest, plan, ['prefix', 'int8']),
  };
  return {
    data,
    count,
    dimensions,
    memories,
    int8Ranges: int8RangesOf(manifest, plan),
    onDisk,
    hasPrefixes: manifest.shards.some(({ tensors }) => tensors.some(({ name }) => name === 'prefixCodes')),
    version: (kernel, options) =>
      createLoadedVersion({ ...layouts[options?.without ?? 'none'], memories, kernel }),
    async threaded() {
      const settings = { count: threads, file, worthBytes: 0 };
      const options = { ...layouts.none, memories, kernel: 'auto' as const, threads: settings };
      const version = createLoadedVersion(options);
      await untilThreads(version, threads);
      return version;
    },
    floats,
    queries,
    manifest,
  };
}

/** The same files as a reader from before these planes would see them. */
function without(
  manifest: Manifest,
  plan: MemoryPlan,
  planes: readonly string[],
): { manifest: Manifest; plan: MemoryPlan } {
  const isPlane = (name: string) => planes.some((plane) => name.startsWith(plane));
  let less = 0;
  const shards = manifest.shards.map(({ tensors, ...shard }) => {
    for (const { name, bytes } of tensors) if (isPlane(name)) less += bytes;
    return { ...shard, tensors: tensors.filter(({ name }) => !isPlane(name)) };
  });
  return { manifest: { ...manifest, shards }, plan: { ...plan, residentBytes: plan.residentBytes - less } };
}

function int8RangesOf({ shards }: Manifest, { shardMemories, shardOffsets }: MemoryPlan) {
  return shards.map(({ tensors }, i) => {
    const { offset, bytes } = tensors.find(({ name }) => name === 'int8')!;
    return { memory: shardMemories[i]!, start: shardOffsets[i]! + offset, bytes };
  });
}
