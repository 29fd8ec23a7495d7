import { createRowAssigner } from './assign-rows.ts';
import { float16Values, toFloat16Bits } from './float16.ts';
import { quantizeRows } from './int8-plane.ts';
import { OVERREAD_BYTES, type PlanePlace } from './kernel.ts';
import { createRandom } from './random.ts';
import { scratchBytes } from './scratch.ts';

export interface KMeansOptions {
  readonly dimensions: number;
  /** How many centroids; no more than there are vectors. */
  readonly lists: number;
  readonly seed: number;
  /** Passes over the vectors. Default 8. */
  readonly rounds?: number;
  /** Awaited often, so that others get their turn; what it throws ends the training. */
  readonly pause?: () => Promise<void>;
}

/**
 * Spherical k-means (Dhillon and Modha, Concept Decompositions, 2001): centroids are unit vectors, each the
 * direction of the mean of those vectors that score highest by it. It begins with vectors drawn from the
 * sample. A centroid that nothing is nearest to takes the place of a vector that its own centroid fits worst.
 * The same sample and seed give the same bits on every machine.
 *
 * @param vectors fp16 bits, each [dimensions], finite
 * @returns fp16 bits [lists, dimensions]
 */
export async function trainCentroids(
  vectors: readonly Uint16Array[],
  { dimensions, lists, seed, rounds = 8, pause }: KMeansOptions,
): Promise<Uint16Array> {
  const centroids = new Uint16Array(lists * dimensions);
  drawDistinct(vectors.length, lists, createRandom(seed)).forEach((chosen, list) => {
    centroids.set(vectors[chosen]!, list * dimensions);
  });
  const { memory, plane, scales } = placeSample(vectors, dimensions);
  const assigner = createRowAssigner({ memory, dimensions });
  const nearest = new Uint32Array(vectors.length);
  const scores = new Float64Array(vectors.length);
  for (let round = 0; round < rounds; round++) {
    await assigner.assign(plane, vectors.length, centroids, nearest, scores, pause);
    for (let i = 0; i < scores.length; i++) scores[i] = scores[i]! * scales[i]!;
    moveCentroids(centroids, vectors, nearest, scores, dimensions);
  }
  return centroids;
}

/** The sample as an int8 plane in a memory of its own. */
function placeSample(vectors: readonly Uint16Array[], dimensions: number) {
  const rows = new Uint16Array(vectors.length * dimensions);
  vectors.forEach((vector, i) => {
    rows.set(vector, i * dimensions);
  });
  const { codes, scales, residuals, norms, sums } = quantizeRows(rows, dimensions);
  const modality = new Uint8Array(vectors.length);
  let end = scratchBytes(dimensions);
  const starts = [codes, scales, residuals, norms, sums, modality].map(({ byteLength }) => {
    const start = end;
    end = Math.ceil((start + byteLength) / 64) * 64;
    return start;
  });
  const memory = new WebAssembly.Memory({ initial: Math.ceil((end + OVERREAD_BYTES) / 65_536) });
  const [codesAt, scalesAt, residualsAt, normsAt, sumsAt, modalityAt] = starts as [...Six];
  new Int8Array(memory.buffer).set(codes, codesAt);
  new Int32Array(memory.buffer).set(sums, sumsAt / 4);
  const plane: PlanePlace = {
    codes: codesAt,
    scales: scalesAt,
    residuals: residualsAt,
    norms: normsAt,
    sums: sumsAt,
    modality: modalityAt,
  };
  return { memory, plane, scales };
}

type Six = [number, number, number, number, number, number];

function moveCentroids(
  centroids: Uint16Array,
  vectors: readonly Uint16Array[],
  nearest: Uint32Array,
  scores: Float64Array,
  dimensions: number,
): void {
  const value = float16Values();
  const lists = centroids.length / dimensions;
  const sums = new Float64Array(centroids.length);
  const counts = new Uint32Array(lists);
  vectors.forEach((vector, i) => {
    const list = nearest[i]!;
    const start = list * dimensions;
    counts[list] = counts[list]! + 1;
    for (let j = 0; j < dimensions; j++) sums[start + j] = sums[start + j]! + value[vector[j]!]!;
  });
  // Worst fit first; sorted only where an empty list asks for it.
  let misfits: Uint32Array | undefined;
  let taken = 0;
  for (let list = 0; list < lists; list++) {
    const start = list * dimensions;
    if (counts[list] === 0) {
      misfits ??= Uint32Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]! || a - b);
      centroids.set(vectors[misfits[taken++]!]!, start);
      continue;
    }
    let squares = 0;
    for (let j = start; j < start + dimensions; j++) squares += sums[j]! * sums[j]!;
    // A mean of nothing points nowhere: the centroid stays.
    if (squares === 0) continue;
    const perNorm = 1 / Math.sqrt(squares);
    for (let j = start; j < start + dimensions; j++) centroids[j] = toFloat16Bits(sums[j]! * perNorm);
  }
}

/** `count` of the numbers below `total`, each at most once, in random order. */
function drawDistinct(total: number, count: number, random: () => number): Uint32Array {
  if (count > total) throw new RangeError(`expected at least ${count} vectors to train on, found ${total}`);
  const numbers = Uint32Array.from({ length: total }, (_, i) => i);
  for (let i = 0; i < count; i++) {
    const other = i + Math.floor(random() * (total - i));
    const drawn = numbers[other]!;
    numbers[other] = numbers[i]!;
    numbers[i] = drawn;
  }
  return numbers.subarray(0, count);
}
