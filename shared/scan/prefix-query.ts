import { MAX_PREFIX_NORM, type PrefixNumbers } from './prefix-plane.ts';
import { gammaOf, NORM_SLACK, SMALLEST } from './rounding.ts';

/** A query by the axes of a prefix plane, and the norms that bound what the codes leave of it (README.md). */
export interface PrefixQuery {
  /** [width]: `step · codes` along the axes; the last, no less than what is left of the query, is for the rows' last. */
  readonly codes: Int16Array;
  readonly step: number;
  /** Of `step · codes` along the axes. */
  readonly norm: number;
  /** Of what is left, along the axes: next to nothing. */
  readonly leak: number;
  /** γ of the documented arithmetic times the query's norm. */
  readonly rounding: number;
  readonly dimensions: number;
}

/** score ≤ dot · unit + rest, where dot is that of a row's codes with the query's. */
export interface PrefixBound {
  readonly unit: number;
  readonly rest: number;
}

/**
 * @param query f32 [dimensions], finite
 * @param axes f32 [axes, dimensions]
 */
export function quantizePrefixQuery(query: Float32Array, axes: Float32Array): PrefixQuery {
  const dimensions = query.length;
  const count = axes.length / dimensions;
  const components = along(axes, Float64Array.from(query));
  const queryNorm = normOf(query);
  const codes = new Int16Array(count + 1);
  // Of the axes' sums and differences in f64, less than 2⁻⁴² of the query; README.md.
  const slack = queryNorm * 2 ** -40;
  let step = Math.max(queryNorm, normOf(components)) / (MAX_PREFIX_NORM - 400) || 1;
  for (; ; step *= 2) {
    const left = Float64Array.from(query);
    for (let axis = 0, v = 0; axis < count; axis++) {
      codes[axis] = Math.round(components[axis]! / step);
      const component = codes[axis]! * step;
      for (let i = 0; i < dimensions; i++, v++) left[i] = left[i]! - component * axes[v]!;
    }
    codes[count] = Math.min(Math.ceil((normOf(left) + slack) / step), MAX_PREFIX_NORM);
    // What is left is larger than the query only where axes are far from orthonormal.
    if (codes[count]! * step < normOf(left) + slack || normOf(codes) > MAX_PREFIX_NORM) continue;
    return {
      codes,
      step,
      norm: normOf(codes.subarray(0, count)) * step,
      leak: normOf(along(axes, left)) + slack,
      rounding: queryNorm * gammaOf(Math.ceil(dimensions / 16) + 5),
      dimensions,
    };
  }
}

/** Of a plane on the same axes. */
export function prefixBoundOf(query: PrefixQuery, plane: PrefixNumbers): PrefixBound {
  const { step, norm, leak, rounding, dimensions } = query;
  return {
    unit: step * plane.scale,
    rest:
      (norm * plane.error + leak * plane.norm + rounding * plane.rowNorm) * (1 + NORM_SLACK) +
      2 * dimensions * SMALLEST,
  };
}

/** The components of a vector along the axes. */
function along(axes: Float32Array, vector: Float64Array): Float64Array {
  const components = new Float64Array(axes.length / vector.length);
  for (let axis = 0, v = 0; axis < components.length; axis++) {
    let sum = 0;
    for (let i = 0; i < vector.length; i++, v++) sum += axes[v]! * vector[i]!;
    components[axis] = sum;
  }
  return components;
}

/** A Euclidean norm, or a little more. */
function normOf(values: ArrayLike<number>): number {
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += values[i]! ** 2;
  return Math.sqrt(squares) * (1 + NORM_SLACK);
}
