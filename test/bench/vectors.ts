import { readFile } from 'node:fs/promises';
import { fromFloat16 } from '../../shared/scan/float16.ts';
import { createFittedVectors, type Fit } from './fitted-vectors.ts';
import { createClusteredVectors, createUnitVectors } from './random.ts';
import { type RealSet, readRealSet } from './real-set.ts';

/** What is measured: made vectors, or embeddings (`real`) and vectors made like them (`fitted`). */
export const dataKinds = [
  'random',
  'clustered',
  'fitted: words to pictures',
  'fitted: pictures to pictures',
  'fitted: titles to titles',
  'real: words to pictures',
  'real: pictures to pictures',
  'real: titles to titles',
] as const;
export type DataKind = (typeof dataKinds)[number];

/** Rows and what is asked of them, unit vectors of f32. */
export interface Vectors {
  readonly count: number;
  readonly dimensions: number;
  readonly queries: readonly Float32Array[];
  /** To be called `count` times. */
  next(): Float32Array;
}

/** What `fitted` is made by. */
export async function readFit(): Promise<Fit> {
  return JSON.parse(await readFile(new URL('fitted.json', import.meta.url), 'utf8'));
}

/** Seeded, but for real ones: those are all that there are, less the queries. */
export async function createVectors(
  data: DataKind,
  count: number,
  dimensions: number,
  queries: number,
): Promise<Vectors> {
  const seed = count * 31 + dimensions;
  if (data === 'random' || data === 'clustered') {
    const next = (data === 'random' ? createUnitVectors : createClusteredVectors)(dimensions, seed);
    return { count, dimensions, queries: Array.from({ length: queries }, next), next };
  }
  const [asked, rows] = data.endsWith('words to pictures')
    ? (['words', 'images'] as const)
    : data.endsWith('pictures to pictures')
      ? (['images', 'images'] as const)
      : (['texts', 'texts'] as const);
  if (data.startsWith('real')) {
    const set = await readRealSet();
    if (!set) throw new Error('expected TUWEN_REAL_DIR to name what embed-set.ts wrote, found nothing');
    return realVectors(set, asked, rows, queries);
  }
  const fit = await readFit();
  const ask = createFittedVectors(fit, asked === 'images' ? 'images' : 'texts', seed + 1);
  return {
    count,
    dimensions: fit.dimensions,
    queries: Array.from({ length: queries }, ask),
    next: createFittedVectors(fit, rows, seed),
  };
}

/** Pictures and titles that are asked for are left out of the rows; words are none of them anyway. */
function realVectors(
  set: RealSet,
  asked: 'words' | 'images' | 'texts',
  rows: 'images' | 'texts',
  queries: number,
): Vectors {
  const { dimensions } = set;
  const vectorOf = (from: Float32Array, row: number) => from.slice(row * dimensions, (row + 1) * dimensions);
  const all = fromFloat16(set[rows]);
  const sought = asked === 'words' ? set.queries : all;
  const step = asked === 'words' ? Math.max(1, Math.floor(sought.length / dimensions / queries)) : 1;
  const skipped = asked === 'words' ? 0 : queries;
  let row = skipped;
  return {
    count: all.length / dimensions - skipped,
    dimensions,
    queries: Array.from({ length: queries }, (_, i) => vectorOf(sought, i * step)),
    next: () => vectorOf(all, row++),
  };
}
