import type { Dataset } from './dataset.ts';
import { openLanceTable } from './lancedb.ts';
import type { Engine } from './measure.ts';

/** Other ways of a Node user to find the closest rows exactly, over the same vectors. */
export async function createPeers(dataset: Dataset, topK: number): Promise<Engine[]> {
  const installed = await Promise.allSettled([
    usearchEngines(dataset, topK),
    simsimdEngine(dataset, topK),
    lanceEngine(dataset, topK),
  ]);
  return [
    ...installed.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : [])),
    plainJavascript(dataset, topK),
  ];
}

/** Names of the peers that are not installed or don't run here. */
export async function missingPeers(): Promise<string[]> {
  const names = ['usearch', 'simsimd', 'LanceDB'];
  const found = await Promise.allSettled([import('usearch'), import('simsimd'), import('@lancedb/lancedb')]);
  return names.filter((_, i) => found[i]!.status === 'rejected');
}

async function usearchEngines({ floats, dimensions }: Dataset, topK: number): Promise<Engine[]> {
  const { exactSearch, MetricKind } = await import('usearch');
  const codes = toInt8(floats);
  const search = (rows: Float32Array | Int8Array, query: Float32Array | Int8Array) =>
    Array.from(exactSearch(rows, query, dimensions, topK, MetricKind.Cos, 1).keys, Number);
  return [
    {
      name: 'usearch exactSearch f32',
      bytesPerRow: dimensions * 4,
      run: (query) => search(floats, query),
    },
    {
      name: 'usearch exactSearch i8',
      bytesPerRow: dimensions,
      run: (query) => search(codes, toInt8(query)),
    },
  ];
}

/** Beyond that it reads its files for many seconds a query. */
const LANCE_MOST_ROWS = 100_000;

async function lanceEngine(dataset: Dataset, topK: number): Promise<Engine[]> {
  if (dataset.count > LANCE_MOST_ROWS) return [];
  return [(await openLanceTable(dataset)).flat(topK)];
}

/** A call for each row. */
async function simsimdEngine({ floats, dimensions, count }: Dataset, topK: number): Promise<Engine[]> {
  const { dot } = await import('simsimd');
  const rows = Array.from({ length: count }, (_, i) => floats.subarray(i * dimensions, (i + 1) * dimensions));
  const scores = new Float32Array(count);
  return [
    {
      name: 'simsimd f32',
      bytesPerRow: dimensions * 4,
      run(query) {
        for (let row = 0; row < count; row++) scores[row] = dot(query, rows[row]!);
        return best(scores, topK);
      },
    },
  ];
}

/** A loop over f32 with four sums, so that additions need not wait for each other. */
function plainJavascript({ floats, count, dimensions }: Dataset, topK: number): Engine {
  const scores = new Float32Array(count);
  return {
    name: 'plain JavaScript f32',
    bytesPerRow: dimensions * 4,
    run(query) {
      for (let row = 0; row < count; row++) scores[row] = dotOf(query, floats, row * dimensions);
      return best(scores, topK);
    },
  };
}

/** For dimensions that are a multiple of 4. */
function dotOf(query: Float32Array, floats: Float32Array, start: number): number {
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

/** Of unit vectors: components of the largest magnitudes that occur fill a byte. */
function toInt8(floats: Float32Array): Int8Array {
  let largest = 0;
  for (const component of floats) largest = Math.max(largest, Math.abs(component));
  // Not by Int8Array.from, which lists them first: a quarter of a billion would not fit the heap.
  const codes = new Int8Array(floats.length);
  for (let i = 0; i < codes.length; i++) codes[i] = Math.round((floats[i]! / largest) * 127);
  return codes;
}

/** Positions of the k highest scores, best first. */
function best(scores: Float32Array, k: number): number[] {
  const found: number[] = [];
  let bar = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < scores.length; row++) {
    const score = scores[row]!;
    if (score <= bar) continue;
    const place = found.findIndex((other) => scores[other]! < score);
    found.splice(place < 0 ? found.length : place, 0, row);
    if (found.length > k) found.pop();
    if (found.length === k) bar = scores[found.at(-1)!]!;
  }
  return found;
}
