import { type PrefixNumbers, takeAlong } from './prefix-plane.ts';
import { gammaOf, NORM_SLACK, SMALLEST } from './rounding.ts';

/** A query's codes are i16 and have no larger norm than this: a dot product with codes of a row then fits an i32. */
export const MAX_QUERY_NORM = 32_767;

/** Of it, for what is rounded up. */
const ROOM = 400;

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
 * @param skew how far their products with each other are from 0 and 1, as measureAxes tells
 */
export function quantizePrefixQuery(query: Float32Array, axes: Float32Array, skew: number): PrefixQuery {
  const dimensions = query.length;
  const count = axes.length / dimensions;
  const components = along(axes, query);
  const queryNorm = normOf(query);
  const codes = new Int16Array(count + 1);
  // What the components' sums in f64 may be off by; README.md.
  const slack = queryNorm * 2 ** -40;
  let step = Math.max(queryNorm, normOf(components)) / (MAX_QUERY_NORM - ROOM) || 1;
  for (; ; step *= 2) {
    const of = { norm: queryNorm, rounding: slack, skew };
    const { norm, missed, left } = takeAlong(codes, components, step, of);
    codes[count] = Math.min(Math.ceil(left / step), MAX_QUERY_NORM);
    // What is left is larger than the query only where axes are far from orthonormal.
    if (codes[count]! * step < left || normOf(codes) > MAX_QUERY_NORM) continue;
    return {
      codes,
      step,
      norm,
      leak: missed + slack + skew * norm,
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
function along(axes: Float32Array, vector: Float32Array): Float64Array {
  const { length } = vector;
  const components = new Float64Array(axes.length / length);
  const whole = length - (length % 4);
  for (let axis = 0, v = 0; axis < components.length; axis++) {
    // Four sums that don't wait for each other.
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let i = 0; i < whole; i += 4, v += 4) {
      a += axes[v]! * vector[i]!;
      b += axes[v + 1]! * vector[i + 1]!;
      c += axes[v + 2]! * vector[i + 2]!;
      d += axes[v + 3]! * vector[i + 3]!;
    }
    for (let i = whole; i < length; i++, v++) a += axes[v]! * vector[i]!;
    components[axis] = a + b + (c + d);
  }
  return components;
}

/** A Euclidean norm, or a little more. */
function normOf(values: Float32Array | Float64Array | Int16Array): number {
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += values[i]! * values[i]!;
  return Math.sqrt(squares) * (1 + NORM_SLACK);
}
