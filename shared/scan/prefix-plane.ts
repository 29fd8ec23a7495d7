import { float16Values } from './float16.ts';
import { float32Above, gammaOf, NORM_SLACK, SMALLEST } from './rounding.ts';

/**
 * Rows by a few axes that hold most of them: row r stands for `scale · codes[r, i]` along axis i, and the last
 * code tells how much of the row is left. By that a bound on its score is proven (README.md).
 */
export interface PrefixPlane extends PrefixNumbers {
  /** [rows, width], width a multiple of 8. */
  readonly codes: Int8Array;
  /** f32 [width − 1, dimensions]: nearly orthonormal. */
  readonly axes: Float32Array;
}

/** What holds for all rows of a plane; f32, each rounded up. */
export interface PrefixNumbers {
  readonly scale: number;
  /** How far the codes along the axes are from the row's components there at most: a Euclidean norm. */
  readonly error: number;
  /** The largest norm of `scale · codes` along the axes. */
  readonly norm: number;
  /** The largest norm of a row. */
  readonly rowNorm: number;
}

/** Components of rows along axes, [rows, axes]: documented scores (README.md) with the axes as queries. */
export type Project = (first: number, count: number) => Float32Array;

/**
 * @param vectors finite fp16 bits [rows, dimensions]
 * @param axes f32 [axes, dimensions]
 * @param project gives at least `count` rows' components, valid until it is called again
 */
export function quantizePrefix(
  vectors: Uint16Array,
  dimensions: number,
  axes: Float32Array,
  project: Project,
): PrefixPlane {
  const rows = vectors.length / dimensions;
  const count = axes.length / dimensions;
  const width = count + 1;
  const norms = normsOf(vectors, dimensions);
  const rowNorm = float32Above(norms.reduce((most, norm) => Math.max(most, norm), 0));
  const scale = prefixScaleOf(rowNorm);
  const { axesNorm, skew } = measureAxes(axes, dimensions);
  if (!(skew < MAX_SKEW)) throw new RangeError(`expected orthonormal axes, found them off by ${skew}`);
  const gamma = gammaOf(Math.ceil(dimensions / 16) + 4) * axesNorm;
  const codes = new Int8Array(rows * width);
  // In the normal range of f32, whatever the rows.
  let error = 2 ** -100;
  let largest = 0;
  for (let first = 0; first < rows; first += PROJECTED_ROWS) {
    const some = Math.min(PROJECTED_ROWS, rows - first);
    const components = project(first, some);
    for (let i = 0; i < some; i++) {
      const row = first + i;
      // How far the components are from what they would be without rounding.
      const rounding = gamma * norms[row]! + width * dimensions * SMALLEST;
      const own = codes.subarray(row * width, row * width + count);
      const parts = components.subarray(i * count, (i + 1) * count);
      const { norm, missed, left } = takeAlong(own, parts, scale, { norm: norms[row]!, rounding, skew });
      const code = Math.ceil(left / scale);
      codes[row * width + count] = code * scale < left ? code + 1 : code;
      error = Math.max(error, missed + rounding);
      largest = Math.max(largest, norm);
    }
  }
  return { codes, axes, scale, error: float32Above(error), norm: float32Above(largest), rowNorm };
}

/**
 * Writes the codes of a vector along axes, and tells, each a little more, the norm of what they stand for, how far
 * that is from the vector's components, and how much of the vector it leaves (README.md).
 *
 * @param of the vector's norm, how far its components may be off for rounding, and the axes' skew
 */
export function takeAlong(
  codes: Int8Array | Int16Array,
  components: Float32Array | Float64Array,
  step: number,
  of: { readonly norm: number; readonly rounding: number; readonly skew: number },
): { readonly norm: number; readonly missed: number; readonly left: number } {
  let squares = 0;
  let product = 0;
  let missed = 0;
  for (let axis = 0; axis < components.length; axis++) {
    const component = components[axis]!;
    const code = Math.round(component / step);
    const value = code * step;
    codes[axis] = code;
    squares += value * value;
    product += component * value;
    missed += (component - value) * (component - value);
  }
  const norm = Math.sqrt(squares) * (1 + NORM_SLACK);
  const own = of.norm * of.norm;
  const slack = (own + 2 * Math.abs(product) + squares) * NORM_SLACK;
  const left = own - 2 * product + 2 * of.rounding * norm + (1 + of.skew) * squares + slack;
  return { norm, missed: Math.sqrt(missed) * (1 + NORM_SLACK), left: Math.sqrt(Math.max(0, left)) };
}

/** Of axes that were orthonormal before they were rounded to f32, it is a thousandth of this. */
const MAX_SKEW = 2 ** -10;

/** Rows that are projected at a time: those of 1,024 dimensions fit the nearer caches. */
export const PROJECTED_ROWS = 256;

/** Of each row, a little more than its Euclidean norm. */
function normsOf(vectors: Uint16Array, dimensions: number): Float64Array {
  const value = float16Values();
  return Float64Array.from({ length: vectors.length / dimensions }, (_, row) => {
    let squares = 0;
    for (let i = row * dimensions, end = i + dimensions; i < end; i++) squares += value[vectors[i]!]! ** 2;
    return Math.sqrt(squares) * (1 + NORM_SLACK);
  });
}

/** So that no component's code is above 127, nor that of what is left, which is rounded up. */
export function prefixScaleOf(rowNorm: number): number {
  return float32Above(Math.max(rowNorm / MOST_STEPS, 2 ** -40));
}

/** To the largest norm of a row. */
const MOST_STEPS = 126;

/** The Frobenius norms, or a little more, of the axes and of what their products with each other lack to 0 and 1. */
export function measureAxes(
  axes: Float32Array,
  dimensions: number,
): { readonly axesNorm: number; readonly skew: number } {
  const count = axes.length / dimensions;
  let squares = 0;
  let skew = 0;
  for (let a = 0; a < count; a++)
    for (let b = 0; b <= a; b++) {
      let product = 0;
      for (let i = 0, x = a * dimensions, y = b * dimensions; i < dimensions; i++)
        product += axes[x + i]! * axes[y + i]!;
      if (a === b) squares += product;
      skew += a === b ? (product - 1) ** 2 : 2 * product ** 2;
    }
  return { axesNorm: Math.sqrt(squares) * (1 + NORM_SLACK), skew: Math.sqrt(skew) + count * NORM_SLACK };
}
