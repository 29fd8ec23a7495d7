import { float16Values } from './float16.ts';
import { prefixScaleOf } from './prefix-plane.ts';
import { principalAxes, product } from './principal-axes.ts';
import { MAX_PREFIX_WIDTH } from './scratch.ts';

/** Some of the rows that a plane would be made for. */
export interface PrefixSample {
  readonly dimensions: number;
  /** [count, dimensions] */
  readonly rows: Float64Array;
  /** [count] */
  readonly modality: Uint8Array;
}

export interface PrefixChoice {
  /** f32 [width − 1, dimensions] */
  readonly axes: Float32Array;
  /** What a row is expected to cost, in bytes of an int8 plane that is read from end to end. */
  readonly cost: number;
}

const SAMPLED_ROWS = 2048;
const SAMPLED_QUERIES = 32;
/** Whose score is the bar: among so few rows it is far lower than among all, so more rows seem to be left. */
const SAMPLED_TOP_K = 10;
/** Fewer rows of a modality tell nothing of its bar. */
const LEAST_OF_MODALITY = 64;
const widths = [16, 24, 32, 48, 64, 96, MAX_PREFIX_WIDTH];

/** Axes of so many components in all: beyond, making the planes of a million rows would take minutes. */
const MOST_COMPONENTS = 65_536;

/**
 * Measured, as bytes of int8 codes: what a row takes besides its codes; and how many times as long a row takes that
 * is read by itself.
 */
const ROW_BYTES = { prefix: 16, int8: 48 };
const ALONE = 5;
/** Queries that are unlike the rows, as words are unlike pictures, have more left beside the axes than rows have. */
const LEFT_OF_QUERIES = 2;
/** A plane must be expected to save this share of the time, or it is not worth its memory. */
const LEAST_SAVING = 0.4;

/** Rows at even distances. @param vectors fp16 bits [rows, dimensions] */
export function sampleRows(vectors: Uint16Array, modality: Uint8Array, dimensions: number): PrefixSample {
  const value = float16Values();
  const count = Math.min(SAMPLED_ROWS, modality.length);
  const numbers = Array.from({ length: count }, (_, i) => Math.floor((i * modality.length) / count));
  const rows = new Float64Array(count * dimensions);
  numbers.forEach((row, i) => {
    for (let j = 0; j < dimensions; j++) rows[i * dimensions + j] = value[vectors[row * dimensions + j]!]!;
  });
  return { dimensions, rows, modality: Uint8Array.from(numbers, (row) => modality[row]!) };
}

/**
 * The principal axes of the sample, as many as make a search cheapest; undefined where none make it much
 * cheaper than the int8 plane alone, as among random vectors.
 */
export function choosePrefix(sample: PrefixSample): PrefixChoice | undefined {
  const { dimensions } = sample;
  const possible = widths.filter((width) => width <= dimensions / 2 && width * dimensions <= MOST_COMPONENTS);
  if (possible.length === 0) return undefined;
  const axes = principalAxes(sample.rows, dimensions, possible.at(-1)! - 1);
  const costs = costsOf(sample, axes, possible);
  const cost = Math.min(...costs);
  if (cost > highestCost(dimensions)) return undefined;
  const width = possible[costs.indexOf(cost)]!;
  return { axes: axes.slice(0, (width - 1) * dimensions), cost };
}

/** Beyond it the int8 plane alone is preferred. */
export function highestCost(dimensions: number): number {
  return (dimensions + ROW_BYTES.int8) * (1 - LEAST_SAVING);
}

/**
 * What a search by the first axes costs, for each of the widths: the sample's rows as queries, against each
 * modality, by the bound that a plane would give but for the rounding of f32.
 */
export function costsOf(sample: PrefixSample, axes: Float32Array, possible: readonly number[]): number[] {
  const { dimensions, rows, modality } = sample;
  const count = modality.length;
  const all = axes.length / dimensions;
  const components = new Float64Array(count * all);
  for (let row = 0; row < count; row++)
    for (let axis = 0; axis < all; axis++)
      components[row * all + axis] = product(rows, row * dimensions, axes, axis * dimensions, dimensions);
  const squares = Float64Array.from({ length: count }, (_, row) =>
    product(rows, row * dimensions, rows, row * dimensions, dimensions),
  );
  const errors = errorsOf(components, Math.sqrt(squares.reduce((a, b) => Math.max(a, b), 0)), all, possible);
  const queries = Array.from({ length: SAMPLED_QUERIES }, (_, i) =>
    Math.floor((i * count) / SAMPLED_QUERIES),
  );
  const kept = possible.map(() => 0);
  let asked = 0;
  for (const query of queries) {
    const scores = Float64Array.from({ length: count }, (_, row) =>
      product(rows, row * dimensions, rows, query * dimensions, dimensions),
    );
    for (const bar of barsOf(scores, modality)) {
      asked += bar.rows.length;
      for (const row of bar.rows) {
        let sum = 0;
        let left = squares[row]!;
        let leftOfQuery = squares[query]!;
        let axis = 0;
        possible.forEach((width, i) => {
          for (; axis < width - 1; axis++) {
            const x = components[row * all + axis]!;
            const y = components[query * all + axis]!;
            sum += x * y;
            left -= x * x;
            leftOfQuery -= y * y;
          }
          const along = Math.sqrt(Math.max(0, squares[query]! - leftOfQuery));
          const most =
            sum +
            along * errors[i]! +
            LEFT_OF_QUERIES * Math.sqrt(Math.max(0, left) * Math.max(0, leftOfQuery));
          if (most > bar.score) kept[i]!++;
        });
      }
    }
  }
  const alone = ALONE * (dimensions + ROW_BYTES.int8);
  return possible.map((width, i) => width + ROW_BYTES.prefix + (kept[i]! / Math.max(1, asked)) * alone);
}

/** For each of the widths, how far a row's codes are from its components at most. */
function errorsOf(
  components: Float64Array,
  rowNorm: number,
  axes: number,
  possible: readonly number[],
): number[] {
  const scale = prefixScaleOf(rowNorm);
  const errors = possible.map(() => 0);
  for (let first = 0; first < components.length; first += axes) {
    let missed = 0;
    let axis = 0;
    possible.forEach((width, i) => {
      for (; axis < width - 1; axis++) {
        const component = components[first + axis]!;
        missed += (component - Math.round(component / scale) * scale) ** 2;
      }
      errors[i] = Math.max(errors[i]!, Math.sqrt(missed));
    });
  }
  return errors;
}

function barsOf(scores: Float64Array, modality: Uint8Array): { score: number; rows: number[] }[] {
  const byModality = new Map<number, number[]>();
  modality.forEach((of, row) => {
    const rows = byModality.get(of) ?? [];
    rows.push(row);
    byModality.set(of, rows);
  });
  return [...byModality.values()]
    .filter((rows) => rows.length >= LEAST_OF_MODALITY)
    .map((rows) => {
      const sorted = Float64Array.from(rows, (row) => scores[row]!).sort();
      return { score: sorted[sorted.length - SAMPLED_TOP_K]!, rows };
    });
}
