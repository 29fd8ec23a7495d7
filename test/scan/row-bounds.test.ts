import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toFloat16 } from '../../shared/scan/float16.ts';
import { fitsPlane, quantizeRows } from '../../shared/scan/int8-plane.ts';
import { createRowBounds } from '../../shared/scan/row-bounds.ts';
import { dot } from '../../shared/scan/typescript-kernel.ts';
import { createRandom, unitVector } from '../index/sample.ts';
import { awkwardQuery, awkwardRow } from './awkward-rows.ts';

describe('bounds of scores', () => {
  it('have the documented score between them, whatever row and query', () => {
    fc.assert(
      fc.property(cases, ({ dimensions, query, rows }) => {
        const vectors = joined(rows);
        const { lower, upper, write } = createRowBounds(query)(quantizeRows(vectors, dimensions));
        write(Uint32Array.from(rows.keys()), rows.length);
        rows.forEach((row, r) => {
          const score = dot(query, row, 0);
          expect(lower[r]).toBeLessThanOrEqual(score);
          expect(upper[r]).toBeGreaterThanOrEqual(score);
        });
      }),
      { numRuns: 3000, seed: 1 },
    );
  });

  it('lie near each other for unit vectors', () => {
    const random = createRandom(3);
    const query = unitVector(256, random);
    const rows = Array.from({ length: 50 }, () => toFloat16(unitVector(256, random)));
    const { lower, upper, write } = createRowBounds(query)(quantizeRows(joined(rows), 256));
    write(Uint32Array.from(rows.keys()), rows.length);
    for (const r of rows.keys()) expect(upper[r]! - lower[r]!).toBeLessThan(0.02);
  });
});

describe('a row beside its int8 codes', () => {
  it('fits them', () => {
    fc.assert(
      fc.property(cases, ({ dimensions, rows }) => {
        const vectors = joined(rows);
        const plane = quantizeRows(vectors, dimensions);
        for (const row of rows.keys()) expect(fitsPlane(vectors, row, dimensions, plane)).toBe(true);
      }),
      { numRuns: 2000, seed: 2 },
    );
  });

  it('does not when any bit of it is another, nor when it is not there at all', () => {
    const random = createRandom(4);
    const dimensions = 64;
    const vectors = joined(Array.from({ length: 3 }, () => toFloat16(unitVector(dimensions, random))));
    const plane = quantizeRows(vectors, dimensions);
    for (let component = dimensions; component < 2 * dimensions; component++)
      for (let bit = 0; bit < 16; bit++) {
        vectors[component]! ^= 1 << bit;
        expect(fitsPlane(vectors, 1, dimensions, plane), `bit ${bit} of ${component}`).toBe(false);
        vectors[component]! ^= 1 << bit;
      }
    expect(fitsPlane(vectors, 1, dimensions, plane)).toBe(true);
    expect(fitsPlane(new Uint16Array(vectors.length), 1, dimensions, plane)).toBe(false);
  });
});

const cases = fc.integer({ min: 1, max: 70 }).chain((dimensions) =>
  fc.record({
    dimensions: fc.constant(dimensions),
    query: awkwardQuery(dimensions),
    rows: fc.array(awkwardRow(dimensions), { minLength: 1, maxLength: 5 }),
  }),
);

function joined(rows: readonly Uint16Array[]): Uint16Array {
  return Uint16Array.from(rows.flatMap((row) => [...row]));
}
