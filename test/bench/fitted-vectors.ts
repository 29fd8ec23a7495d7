import { createUniform, unit } from './random.ts';

/** What fitted vectors are made by: numbers that fit-set.ts takes from embeddings, and nothing of the embeddings. */
export interface Fit {
  readonly model: string;
  /** A power of two. */
  readonly dimensions: number;
  readonly images: ModalityFit;
  readonly texts: ModalityFit;
}

/** Along the principal axes of all rows, and between rows. */
export interface ModalityFit {
  /** Of the rows that were measured. */
  readonly rows: number;
  /** [dimensions] */
  readonly means: readonly number[];
  /** [dimensions]: standard deviations. */
  readonly deviations: readonly number[];
  /** Distances of rows to their nearest, at even quantiles from 0 to 1. */
  readonly nearest: readonly number[];
}

/** One row in so many is new, the others lie near one. */
const FAMILY = 8;
const POOL = 4096;

/**
 * Seeded unit vectors with the means, the spectrum and the distances to neighbours that the fit tells: normal
 * along each axis, most of them near another one at a distance drawn from those measured. Axes are turned
 * alike for all seeds, so that vectors of both modalities lie to each other as theirs did. Like the embeddings
 * in what a scan by axes depends on; not in what they mean.
 */
export function createFittedVectors(
  fit: Fit,
  modality: 'images' | 'texts',
  seed: number,
): () => Float32Array {
  const { means, deviations, nearest } = fit[modality];
  const { dimensions } = fit;
  const uniform = createUniform(seed);
  const normal = createNormal(uniform);
  const turn = createTurn(dimensions);
  const pool: Float32Array[] = [];
  let made = 0;

  const fresh = () => unit(Float32Array.from(means, (mean, i) => mean + deviations[i]! * normal()));
  function near(row: Float32Array): Float32Array {
    const step = unit(Float32Array.from(deviations, (deviation) => deviation * normal()));
    const distance = atQuantile(nearest, uniform());
    return unit(row.map((component, i) => component + distance * step[i]!));
  }
  return () => {
    if (made++ % FAMILY !== 0) return turn(near(pool[Math.floor(uniform() * pool.length)]!));
    const row = fresh();
    pool[((made / FAMILY) % POOL) | 0] = row;
    return turn(row);
  };
}

export function atQuantile(values: readonly number[], quantile: number): number {
  const place = quantile * (values.length - 1);
  const below = Math.min(Math.floor(place), values.length - 2);
  return values[below]! + (place - below) * (values[below + 1]! - values[below]!);
}

/** An orthonormal transform: signs, then Walsh and Hadamard's. Without it, axes would be the coordinates. */
function createTurn(dimensions: number): (vector: Float32Array) => Float32Array {
  if (dimensions < 2 || (dimensions & (dimensions - 1)) !== 0)
    throw new RangeError(`expected dimensions that are a power of two, found ${dimensions}`);
  const uniform = createUniform(dimensions);
  const signs = Float32Array.from({ length: dimensions }, () => (uniform() < 0.5 ? -1 : 1));
  const factor = 1 / Math.sqrt(dimensions);
  return (vector) => {
    const turned = vector.map((component, i) => component * signs[i]! * factor);
    for (let half = 1; half < dimensions; half *= 2)
      for (let start = 0; start < dimensions; start += 2 * half)
        for (let i = start; i < start + half; i++) {
          const a = turned[i]!;
          const b = turned[i + half]!;
          turned[i] = a + b;
          turned[i + half] = a - b;
        }
    return turned;
  };
}

/** Box and Muller. */
function createNormal(uniform: () => number): () => number {
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}
