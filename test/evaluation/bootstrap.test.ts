import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrapMean } from '../../shared/evaluation/bootstrap.ts';

const options = { seed: 1, resamples: 1000, confidence: 0.95 };
const values = Array.from({ length: 400 }, (_, i) => (i % 4 === 0 ? 1 : 0));

describe('the bootstrap interval', () => {
  it('is the same for the same seed and another for another', () => {
    expect(bootstrapMean(values, options)).toEqual(bootstrapMean(values, options));
    const seeds = [1, 2, 3, 4, 5].map((seed) => JSON.stringify(bootstrapMean(values, { ...options, seed })));
    expect(new Set(seeds).size).toBeGreaterThan(1);
  });

  it('holds the mean, stays within the values and has no width where all are equal', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 }),
        (some) => {
          const { mean, low, high } = bootstrapMean(some, { ...options, resamples: 200 });
          expect(low).toBeLessThanOrEqual(mean + 1e-12);
          expect(high).toBeGreaterThanOrEqual(mean - 1e-12);
          expect(low).toBeGreaterThanOrEqual(Math.min(...some) - 1e-12);
          expect(high).toBeLessThanOrEqual(Math.max(...some) + 1e-12);
        },
      ),
      { seed: 1, numRuns: 300 },
    );
    expect(bootstrapMean([0.5, 0.5, 0.5], options)).toEqual({ mean: 0.5, low: 0.5, high: 0.5 });
  });

  it('is as wide as the standard error says', () => {
    // 0.25 of 400: the standard error is sqrt(0.25 * 0.75 / 400), 95 % lie within 1.96 of it.
    const { mean, low, high } = bootstrapMean(values, { ...options, resamples: 4000 });
    expect(mean).toBe(0.25);
    const half = 1.96 * Math.sqrt((0.25 * 0.75) / 400);
    expect(mean - low).toBeCloseTo(half, 2);
    expect(high - mean).toBeCloseTo(half, 2);
    const wider = bootstrapMean(values, { ...options, confidence: 0.99 });
    expect(wider.high - wider.low).toBeGreaterThan(high - low);
  });
});
