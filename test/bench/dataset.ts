import { loadVersion } from '../../shared/index/load-version.ts';
import { createLoadedVersion, type LoadedVersion } from '../../shared/index/loaded-version.ts';
import { planMemory } from '../../shared/index/memory-plan.ts';
import { createVersionWriter } from '../../shared/index/version-writer.ts';
import { createMemoryObjectStore } from '../../shared/objects/memory-object-store.ts';
import { toFloat16 } from '../../shared/scan/float16.ts';
import type { Engine } from './measure.ts';

/** Unit vectors of independent normal components, as a version and as plain f32. */
export interface Dataset {
  readonly count: number;
  readonly dimensions: number;
  /** The same memory searched by each kernel. */
  readonly simd: LoadedVersion;
  readonly typescript: LoadedVersion;
  /** [count, dimensions] */
  readonly floats: Float32Array;
  readonly queries: readonly Float32Array[];
}

/** Each item has one row and an attribute `percent` from 0 to 99. */
export async function createDataset(count: number, dimensions: number, queries: number): Promise<Dataset> {
  const random = createNormal(count * 31 + dimensions);
  const objects = createMemoryObjectStore();
  const writer = createVersionWriter({ objects, version: 'v', model: 'random', dimensions });
  const floats = new Float32Array(count * dimensions);
  const contentHash = new Uint8Array(16);
  for (let i = 0; i < count; i++) {
    const vector = unitVector(dimensions, random);
    floats.set(vector, i * dimensions);
    const rows = [{ modality: 'image' as const, vector: toFloat16(vector), contentHash }];
    await writer.add({ id: String(i).padStart(9, '0'), attributes: { percent: (i * 61) % 100 }, rows });
  }
  const manifest = await writer.finish();
  const plan = planMemory(dimensions, manifest.shards);
  const memory = new WebAssembly.Memory({ initial: plan.pages });
  const simd = await loadVersion(objects, manifest, { memory, kernel: 'wasm-simd' });
  const typescript = createLoadedVersion({ manifest, memory, plan, kernel: 'typescript' });
  return {
    count,
    dimensions,
    simd,
    typescript,
    floats,
    queries: Array.from({ length: queries }, () => unitVector(dimensions, random)),
  };
}

/** A loop over f32 with four sums, so that additions need not wait for each other, then a sort. */
export function plainJavascript({ floats, count, dimensions }: Dataset, topK: number): Engine {
  return {
    name: 'plain JavaScript f32',
    bytesPerRow: dimensions * 4,
    run(query) {
      const scores = new Float32Array(count);
      for (let row = 0; row < count; row++) scores[row] = dot(query, floats, row * dimensions);
      const worst = scores.toSorted().at(-topK) ?? Number.NEGATIVE_INFINITY;
      const found: number[] = [];
      for (let row = 0; row < count; row++) if (scores[row]! >= worst) found.push(row);
      return found.sort((a, b) => scores[b]! - scores[a]! || a - b).slice(0, topK);
    },
  };
}

/** For dimensions that are a multiple of 4. */
function dot(query: Float32Array, floats: Float32Array, start: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let i = 0, x = start; i < query.length; i += 4, x += 4) {
    a += query[i]! * floats[x]!;
    b += query[i + 1]! * floats[x + 1]!;
    c += query[i + 2]! * floats[x + 2]!;
    d += query[i + 3]! * floats[x + 3]!;
  }
  return a + b + (c + d);
}

function unitVector(dimensions: number, normal: () => number): Float32Array {
  const vector = Float32Array.from({ length: dimensions }, normal);
  const norm = Math.sqrt(vector.reduce((sum, component) => sum + component * component, 0));
  return vector.map((component) => component / norm);
}

/** Seeded standard normal numbers: mulberry32, then Box and Muller. */
function createNormal(seed: number): () => number {
  let state = seed;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}
