import { MAX_CODE } from './int8-plane.ts';
import { gammaOf, NORM_SLACK, SMALLEST } from './rounding.ts';

/**
 * A query in 14 bits a component, or in 6: `step · codes` is what stands for it. The other three bound how far the
 * documented score of a row is above its integer dot product d with the codes; README.md derives it:
 *
 * score ≤ d · (scale · step) + residual · perResidual + norm · perNorm + rest
 */
export interface Int8Query {
  /** [dimensions], −8,191 to 8,191, or −31 to 31. */
  readonly codes: Int16Array;
  readonly step: number;
  readonly perResidual: number;
  readonly perNorm: number;
  readonly rest: number;
}

/** So that code + 8,192 has two times seven bits. */
export const MAX_QUERY_CODE = 8191;

/** Of a coarse query: so that two products of i8 by code + 32, and two more, fit an i16. */
export const MAX_COARSE_CODE = 31;

/** What the magnitudes of a query's codes may add up to: a dot product with a row then fits an i32. */
export const MAX_QUERY_SUM = Math.floor((2 ** 31 - 1) / MAX_CODE);

/** @param query f32 [dimensions], finite */
export function quantizeQuery(query: Float32Array): Int8Query {
  return quantizeTo(MAX_QUERY_CODE, query);
}

/** The same in 6 bits: its bound is less tight, and its dot products take less time. */
export function quantizeCoarsely(query: Float32Array): Int8Query {
  return quantizeTo(MAX_COARSE_CODE, query);
}

function quantizeTo(maxCode: number, query: Float32Array): Int8Query {
  const { codes, step } = quantize(query, maxCode);
  let squares = 0;
  let left = 0;
  for (let i = 0; i < codes.length; i++) {
    const component = query[i]!;
    const residual = component - step * codes[i]!;
    squares += component * component;
    left += residual * residual;
  }
  const norm = Math.sqrt(squares) * (1 + NORM_SLACK);
  const residual = Math.sqrt(left) * (1 + NORM_SLACK);
  // A product goes through itself, the additions to its sum, and four of the tree; one more rounding of f32
  // covers all that the f64 arithmetic here and in the kernels is off by.
  const gamma = gammaOf(Math.ceil(query.length / 16) + 5);
  return {
    codes,
    step,
    perResidual: norm * (1 + gamma),
    perNorm: (residual + gamma * norm) * (1 + NORM_SLACK),
    rest: 2 * query.length * SMALLEST,
  };
}

function quantize(query: Float32Array, maxCode: number): Pick<Int8Query, 'codes' | 'step'> {
  const codes = new Int16Array(query.length);
  // Plain loops: with a call for each component, all of this takes longer than a thousand rows.
  let largest = 0;
  for (let i = 0; i < codes.length; i++) largest = Math.max(largest, Math.abs(query[i]!));
  if (largest === 0) return { codes, step: 0 };
  for (let step = largest / maxCode; ; ) {
    let sum = 0;
    for (let i = 0; i < codes.length; i++) {
      const code = Math.round(query[i]! / step);
      codes[i] = code;
      sum += Math.abs(code);
    }
    if (sum <= MAX_QUERY_SUM) return { codes, step };
    // Only beyond 2,064 dimensions: coarser, until the sum fits.
    step *= (sum / MAX_QUERY_SUM) * 1.001;
  }
}
