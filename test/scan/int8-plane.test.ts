import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromFloat16Bits } from '../../shared/scan/float16.ts';
import { quantizeRows } from '../../shared/scan/int8-plane.ts';
import { awkwardRow } from './awkward-rows.ts';

describe('the int8 plane', () => {
  it('tells norms that are never less than the exact ones, and hardly more', () => {
    fc.assert(
      fc.property(rows, ({ dimensions, row }) => {
        const { codes, scales, residuals, norms, sums } = quantizeRows(row, dimensions);
        const stood = Array.from(codes, (code) => exact(scales[0]!) * BigInt(code));
        const left = Array.from(row, (bits, i) => exact(fromFloat16Bits(bits)) - stood[i]!);
        expectNorm(residuals[0]!, left);
        expectNorm(norms[0]!, stood);
        expect(sums[0]).toBe(codes.reduce((sum, code) => sum + code, 0));
      }),
      { numRuns: 2000, seed: 1 },
    );
  });

  it('leaves of each component no more than half a step', () => {
    fc.assert(
      fc.property(rows, ({ dimensions, row }) => {
        const { codes, scales } = quantizeRows(row, dimensions);
        const step = scales[0]!;
        codes.forEach((code, i) => {
          const left = Math.abs(fromFloat16Bits(row[i]!) - step * code);
          // The step itself is rounded to f32, which the largest component sees 127 times.
          expect(left).toBeLessThanOrEqual(step * (0.5 + 127 * 2 ** -23));
        });
      }),
      { numRuns: 1000, seed: 2 },
    );
  });

  it('quantises each row by itself', () => {
    const plane = quantizeRows(Uint16Array.of(0x3c00, 0xb800, 0, 0, 0x0001, 0x8001), 2);
    expect([...plane.codes]).toEqual([127, -64, 0, 0, 127, -127]);
    expect([...plane.scales]).toEqual([1 / 127, 0, 2 ** -24 / 127].map(Math.fround));
    expect([plane.residuals[1], plane.norms[1]]).toEqual([0, 0]);
    expect([...plane.sums]).toEqual([63, 0, 0]);
  });
});

const rows = fc
  .integer({ min: 1, max: 70 })
  .chain((dimensions) => fc.record({ dimensions: fc.constant(dimensions), row: awkwardRow(dimensions) }));

/** An f32 as a multiple of 2^-149, which every one is. */
function exact(value: number): bigint {
  let exponent = 149;
  let whole = value;
  while (exponent > 0 && !Number.isInteger(whole)) {
    whole *= 2;
    exponent--;
  }
  return BigInt(whole) << BigInt(exponent);
}

function expectNorm(norm: number, components: readonly bigint[]): void {
  const squares = components.reduce((sum, component) => sum + component * component, 0n);
  const square = exact(norm) ** 2n;
  expect(square >= squares).toBe(true);
  // Two roundings up: at most a part in 2^22 above, and its square a part in 2^21.
  expect(square << 21n <= (squares << 21n) + squares).toBe(true);
}
