import type { ListOptions } from '../../shared/index/build-lists.ts';
import { loadVersion } from '../../shared/index/load-version.ts';
import { createLoadedVersion, type LoadedVersion } from '../../shared/index/loaded-version.ts';
import type { Manifest } from '../../shared/index/manifest.ts';
import { type MemoryPlan, planMemory } from '../../shared/index/memory-plan.ts';
import { createVersionWriter } from '../../shared/index/version-writer.ts';
import { createMemoryObjectStore } from '../../shared/objects/memory-object-store.ts';
import { toFloat16 } from '../../shared/scan/float16.ts';
import type { KernelChoice } from '../../shared/scan/kernel.ts';
import { createClusteredVectors, createUnitVectors } from './random.ts';

/** Unit vectors as a version and as plain f32. */
export interface Dataset {
  readonly data: string;
  readonly count: number;
  readonly dimensions: number;
  readonly memory: WebAssembly.Memory;
  /** Where the int8 rows of each shard lie in the memory. */
  readonly int8Ranges: readonly { readonly start: number; readonly bytes: number }[];
  /** The same memory searched by a kernel; `fp16`: as if there were no int8 plane. */
  version(kernel: KernelChoice, options?: { fp16: boolean }): LoadedVersion;
  /** [count, dimensions] */
  readonly floats: Float32Array;
  readonly queries: readonly Float32Array[];
  readonly manifest: Manifest;
}

export type DataKind = 'random' | 'clustered';

/** Each item has one row and an attribute `percent` from 0 to 99. */
export function createDataset(
  data: DataKind,
  count: number,
  dimensions: number,
  queries: number,
  lists?: ListOptions,
): Promise<Dataset> {
  const seed = count * 31 + dimensions;
  const vector = (data === 'random' ? createUnitVectors : createClusteredVectors)(dimensions, seed);
  const asked = Array.from({ length: queries }, vector);
  return createDatasetOf(data, { count, dimensions, vector, queries: asked, lists });
}

/** @param source `vector` gives the rows one by one, f32 and unit */
export async function createDatasetOf(
  data: string,
  source: {
    readonly count: number;
    readonly dimensions: number;
    readonly vector: () => Float32Array;
    readonly queries: readonly Float32Array[];
    readonly lists?: ListOptions | undefined;
  },
): Promise<Dataset> {
  const { count, dimensions, vector, queries, lists } = source;
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
    const own = vector();
    floats.set(own, i * dimensions);
    const rows = [{ modality: 'image' as const, vector: toFloat16(own), contentHash }];
    await writer.add({ id: String(i).padStart(9, '0'), attributes: { percent: (i * 61) % 100 }, rows });
  }
  const manifest = await writer.finish();
  const plan = planMemory(dimensions, manifest.shards, manifest.lists);
  const memory = new WebAssembly.Memory({ initial: plan.pages });
  await loadVersion(objects, manifest, { memory });
  const plain = withoutPlanes(manifest);
  return {
    data,
    count,
    dimensions,
    memory,
    int8Ranges: int8RangesOf(manifest, plan),
    version: (kernel, { fp16 } = { fp16: false }) =>
      createLoadedVersion({ manifest: fp16 ? plain : manifest, memory, plan, kernel }),
    floats,
    queries,
    manifest,
  };
}

/** The manifest of the same files as a reader from before the planes would see them. */
function withoutPlanes(manifest: Manifest): Manifest {
  const shards = manifest.shards.map(({ tensors, ...shard }) => ({
    ...shard,
    tensors: tensors.filter(({ name }) => !name.startsWith('int8')),
  }));
  const less = manifest.rows * (manifest.dimensions + 16);
  return { ...manifest, shards, residentBytes: manifest.residentBytes - less };
}

function int8RangesOf({ shards }: Manifest, { shardOffsets }: MemoryPlan) {
  return shards.map(({ tensors }, i) => {
    const { offset, bytes } = tensors.find(({ name }) => name === 'int8')!;
    return { start: shardOffsets[i]! + offset, bytes };
  });
}
