import { createHash } from 'node:crypto';
import { TuwenError } from '../../shared/error.ts';
import type { ListOptions } from '../../shared/index/build-lists.ts';
import type { Manifest } from '../../shared/index/manifest.ts';
import { planMemory } from '../../shared/index/memory-plan.ts';
import { decodeSafetensorsHeader, encodeSafetensors } from '../../shared/index/safetensors.ts';
import type { IndexItem, IndexRow } from '../../shared/index/shard.ts';
import { createVersionWriter } from '../../shared/index/version-writer.ts';
import { type Attributes, compareUtf8, type Modality } from '../../shared/item.ts';
import { createMemoryObjectStore } from '../../shared/objects/memory-object-store.ts';
import type { ByteRange, ObjectStore } from '../../shared/objects/object-store.ts';
import { fromFloat16, toFloat16 } from '../../shared/scan/float16.ts';
import type { PrefixBuilder } from '../../shared/scan/prefix-builder.ts';
import { quantizePrefix } from '../../shared/scan/prefix-plane.ts';
import { principalAxes } from '../../shared/scan/principal-axes.ts';
import { projector } from '../../shared/scan/projector.ts';

/** A bucket in memory that counts what is read of it, and fails where it is told to. */
export function createCountingObjects() {
  const inner = createMemoryObjectStore();
  const reads: (ByteRange & { key: string })[] = [];
  const state = {
    inner,
    reads,
    /** Asked before each ranged read; what it returns is thrown. */
    failing: (_read: { key: string; start: number; nth: number }): unknown => undefined,
    underWay: 0,
    mostUnderWay: 0,
  };
  const objects: ObjectStore = {
    ...inner,
    async readInto(key, range, target, options) {
      const nth = reads.push({ key, ...range });
      state.underWay++;
      state.mostUnderWay = Math.max(state.mostUnderWay, state.underWay);
      try {
        await new Promise((resolve) => setImmediate(resolve));
        const failure = state.failing({ key, start: range.start, nth });
        if (failure) throw failure;
        await inner.readInto(key, range, target, options);
      } finally {
        state.underWay--;
      }
    },
  };
  return Object.assign(state, { objects });
}

/** A seeded generator of numbers in [0, 1) (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function unitVector(dimensions: number, random: () => number): Float32Array {
  const vector = Float32Array.from({ length: dimensions }, () => random() * 2 - 1);
  const norm = Math.hypot(...vector) || 1;
  return vector.map((component) => component / norm);
}

export function row(modality: Modality, vector: ArrayLike<number>): IndexRow {
  const bits = toFloat16(vector);
  const contentHash = createHash('sha256').update(bits).digest().subarray(0, 16);
  return { modality, vector: bits, contentHash };
}

/** Items with one text row and up to three pictures each, in order of id. */
export function sampleItems(
  count: number,
  dimensions: number,
  { seed = 1, prefix = 'sku-' }: { seed?: number; prefix?: string } = {},
): IndexItem[] {
  const random = createRandom(seed);
  const colours = ['red', 'blue', '绿色'];
  return Array.from({ length: count }, (_, i): IndexItem => {
    const pictures = Math.floor(random() * 4);
    const attributes: Attributes = {
      category: i % 3 === 0 ? 'dress' : 'shoe',
      price: i * 1.5,
      ...(i % 2 === 0 && { inStock: i % 4 === 0 }),
      ...(i % 5 !== 0 && { colours: colours.slice(0, i % 4) }),
    };
    return {
      id: `${prefix}${i}${i % 7 === 0 ? '-é图' : ''}`,
      attributes,
      rows: [
        row('text', unitVector(dimensions, random)),
        ...Array.from({ length: pictures }, () => row('image', unitVector(dimensions, random))),
      ],
    };
  }).sort((a, b) => compareUtf8(a.id, b.id));
}

export async function writeVersion(
  objects: ObjectStore,
  items: readonly IndexItem[],
  options: {
    version?: string;
    dimensions: number;
    shardBytes?: number;
    model?: string;
    prefixes?: PrefixBuilder;
    lists?: ListOptions;
  },
): Promise<Manifest> {
  const { version = 'v1', model = 'test-model', ...rest } = options;
  const writer = createVersionWriter({ objects, version, model, clock: () => 0, ...rest });
  for (const item of items) await writer.add(item);
  return writer.finish();
}

/** Of blocks of memory that hold no more than its largest file, so that a version needs many. */
export function leastPages({ dimensions, shards, lists }: Manifest, threads = 1): number {
  // With lists a shard with prefixes takes more; the lists themselves are far smaller.
  const alone = shards.map((shard) => planMemory(dimensions, [shard], { threads, lists }));
  const ofLists = planMemory(dimensions, [], { lists, threads });
  return Math.max(...[...alone, ofLists].flatMap(({ pages }) => pages));
}

/** Changes one byte of an object. */
export async function flipByte(objects: ObjectStore, key: string, offset: number): Promise<void> {
  const stored = await objects.get(key);
  if (!stored) throw new TuwenError('not_found', key);
  const bytes = Uint8Array.from(stored.body);
  bytes[offset]! ^= 0xff;
  await objects.put(key, bytes, { contentType: 'application/octet-stream' });
}

/** Makes prefix planes of any rows, however little they rule out. Width a multiple of 8, less than the dimensions. */
export function everyPrefix(dimensions: number, width = 16): PrefixBuilder {
  return {
    build(vectors) {
      const sample = Float64Array.from(fromFloat16(vectors.subarray(0, 200 * dimensions)));
      const axes = principalAxes(sample, dimensions, width - 1);
      return quantizePrefix(vectors, dimensions, axes, projector(vectors, dimensions, axes));
    },
  };
}

/** A shard's file as it was before there were planes. Dimensions must be even, or 4-byte numbers lie askew. */
export function withoutPlanes(bytes: Uint8Array) {
  const { places, metadata } = decodeSafetensorsHeader(bytes);
  const tensors = places
    .filter(({ name }) => !name.startsWith('int8') && !name.startsWith('prefix') && name !== 'padding')
    .map((place) => ({ ...place, data: bytes.slice(place.offset, place.offset + place.bytes) }));
  return encodeSafetensors(tensors, metadata);
}

/** Writes every `nth` shard of a version anew as it was before there were planes. */
export async function dropPlanes(objects: ObjectStore, manifest: Manifest, nth = 1): Promise<Manifest> {
  const shards = await Promise.all(
    manifest.shards.map(async (entry, i) => {
      if (i % nth !== 0) return entry;
      const { bytes, places } = withoutPlanes((await objects.get(entry.key))!.body);
      await objects.put(entry.key, bytes, { contentType: 'application/octet-stream' });
      const digests = new Map(entry.tensors.map(({ name, sha256 }) => [name, sha256]));
      const tensors = places.map((place) => ({
        ...place,
        shape: [...place.shape],
        sha256: digests.get(place.name)!,
      }));
      return { ...entry, bytes: bytes.byteLength, tensors };
    }),
  );
  return { ...manifest, shards };
}
