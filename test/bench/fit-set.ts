import { writeFile } from 'node:fs/promises';
import { fromFloat16 } from '../../shared/scan/float16.ts';
import { principalAxes } from '../../shared/scan/principal-axes.ts';
import { createFittedVectors, type Fit, type ModalityFit } from './fitted-vectors.ts';
import { readRealSet } from './real-set.ts';

/**
 * `TUWEN_REAL_DIR=<directory> npx tsx test/bench/fit-set.ts`: measures what embed-set.ts wrote and writes
 * fitted.json, from which createFittedVectors makes as many vectors as are wanted. Then tells how near they come.
 */
const set = await readRealSet();
if (!set) throw new Error('expected TUWEN_REAL_DIR to name what embed-set.ts wrote, found nothing');
const { dimensions } = set;
const measured = 1000;
const quantiles = 20;

const rowsOf = (halves: Uint16Array): Float32Array[] => {
  const floats = fromFloat16(halves);
  return Array.from({ length: halves.length / dimensions }, (_, i) =>
    floats.subarray(i * dimensions, (i + 1) * dimensions),
  );
};
const images = rowsOf(set.images);
const texts = rowsOf(set.texts);
const some = [...images.slice(0, 4096), ...texts.slice(0, 4096)];
const axes = principalAxes(Float64Array.from(some.flatMap((row) => [...row])), dimensions, dimensions);

const fit: Fit = { model: set.model, dimensions, images: fitOf(images), texts: fitOf(texts) };
await writeFile(new URL('fitted.json', import.meta.url), `${JSON.stringify(fit)}\n`);
for (const modality of ['images', 'texts'] as const) {
  const vector = createFittedVectors(fit, modality, 1);
  const made = Array.from({ length: fit[modality].rows }, vector);
  console.log(`${modality}: distance to the nearest, at quantiles of ${1 / quantiles}`);
  console.log(`  measured ${fit[modality].nearest.join(' ')}`);
  console.log(`  fitted   ${nearestOf(made).join(' ')}`);
}

function fitOf(rows: readonly Float32Array[]): ModalityFit {
  const sums = new Float64Array(dimensions);
  const squares = new Float64Array(dimensions);
  const counted = rows.slice(0, 8192);
  for (const row of counted)
    for (let axis = 0; axis < dimensions; axis++) {
      const component = dot(row, axes.subarray(axis * dimensions, (axis + 1) * dimensions));
      sums[axis]! += component;
      squares[axis]! += component ** 2;
    }
  const means = [...sums].map((sum) => sum / counted.length);
  const deviations = means.map((mean, i) => Math.sqrt(Math.max(0, squares[i]! / counted.length - mean ** 2)));
  return {
    rows: rows.length,
    means: means.map(rounded),
    deviations: deviations.map(rounded),
    nearest: nearestOf(rows),
  };
}

/** Of the first rows, to any other. */
function nearestOf(rows: readonly Float32Array[]): number[] {
  const distances = rows
    .slice(0, measured)
    .map((row, i) => {
      let most = Number.NEGATIVE_INFINITY;
      rows.forEach((other, j) => {
        if (j !== i) most = Math.max(most, dot(row, other));
      });
      return Math.sqrt(Math.max(0, 2 - 2 * most));
    })
    .sort((a, b) => a - b);
  return Array.from({ length: quantiles + 1 }, (_, i) =>
    rounded(distances[Math.round((i / quantiles) * (measured - 1))]!),
  );
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
