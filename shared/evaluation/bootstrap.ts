export interface BootstrapOptions {
  /** Equal seeds draw equal resamples, so that figures over the same queries stay comparable. */
  readonly seed: number;
  readonly resamples: number;
  /** Of the interval, from 0 to 1. */
  readonly confidence: number;
}

export interface Estimate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The mean and its percentile bootstrap interval: means of as many values drawn with replacement, over and
 * over, and the two between which the middle `confidence` of them lie.
 *
 * @param values one or more, such as a measure of each query
 */
export function bootstrapMean(values: readonly number[], options: BootstrapOptions): Estimate {
  const { seed, resamples, confidence } = options;
  const random = createRandom(seed);
  const { length } = values;
  const means = new Float64Array(resamples);
  for (let resample = 0; resample < resamples; resample++) {
    let sum = 0;
    for (let i = 0; i < length; i++) sum += values[Math.floor(random() * length)]!;
    means[resample] = sum / length;
  }
  means.sort();
  const outside = Math.floor(((1 - confidence) / 2) * resamples);
  return {
    mean: values.reduce((sum, value) => sum + value, 0) / length,
    low: means[outside]!,
    high: means[resamples - 1 - outside]!,
  };
}

/** In [0, 1): mulberry32, whose integer arithmetic is the same on every machine. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
