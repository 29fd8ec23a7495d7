// What is known of rounding, for the bounds that README.md derives.

/** Unit roundoff of f32, and its smallest positive number. */
const UNIT_ROUNDOFF = 2 ** -24;
export const SMALLEST = 2 ** -149;

/**
 * A norm of n components in f64 is off by less than (n + 3)·2⁻⁵³ of itself, so by less than this for any
 * number of dimensions that fits a row.
 */
export const NORM_SLACK = 2 ** -30;

/** Of m roundings of f32 one after the other: Higham, Accuracy and Stability of Numerical Algorithms, lemma 3.1. */
export function gammaOf(m: number): number {
  return (m * UNIT_ROUNDOFF) / (1 - m * UNIT_ROUNDOFF);
}

/** An f32 that is no less, for values that are 0 or in its normal range. */
export function float32Above(value: number): number {
  const nearest = Math.fround(value);
  return nearest >= value ? nearest : Math.fround(value * (1 + 2 ** -23));
}
