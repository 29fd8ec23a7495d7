import fc from 'fast-check';
import { MAX_QUERIES } from '../../shared/scan/scratch.ts';

export const finiteBits = fc
  .nat({ max: 0xffff })
  .map((bits) => ((bits & 0x7c00) === 0x7c00 ? bits & 0x83ff : bits));
const awkwardBits = fc.constantFrom(0, 0x8000, 1, 0x8001, 0x03ff, 0x0400, 0x3c00, 0xbc00, 0x7bff, 0xfbff);
const ordinaryBits = fc
  .integer({ min: 0x2000, max: 0x3bff })
  .chain((bits) => fc.constantFrom(bits, bits | 0x8000));

/** fp16 rows of any finite bits, of awkward ones, of ordinary ones, one-hot, and all equal. */
export function awkwardRow(dimensions: number): fc.Arbitrary<Uint16Array> {
  const of = (bits: fc.Arbitrary<number>) =>
    fc.array(bits, { minLength: dimensions, maxLength: dimensions }).map((row) => Uint16Array.from(row));
  const oneHot = fc
    .tuple(fc.nat({ max: dimensions - 1 }), finiteBits)
    .map(([place, bits]) => Uint16Array.from({ length: dimensions }, (_, i) => (i === place ? bits : 0)));
  const equal = finiteBits.map((bits) => new Uint16Array(dimensions).fill(bits));
  return fc.oneof(of(finiteBits), of(awkwardBits), of(ordinaryBits), oneHot, equal);
}

const queryComponent = fc.oneof(
  fc.float({ min: -1, max: 1, noNaN: true }),
  fc.float({ min: -65535, max: 65535, noNaN: true }),
  fc.constantFrom(0, -0, 2 ** -149, -(2 ** -140), 1, -1, 2 ** -126),
);

export function awkwardQuery(dimensions: number): fc.Arbitrary<Float32Array> {
  return fc
    .array(queryComponent, { minLength: dimensions, maxLength: dimensions })
    .map((components) => Float32Array.from(components));
}

/** Up to nine rows of up to 70 dimensions, and as many queries as share a pass. */
export const awkwardCases = fc.integer({ min: 1, max: 70 }).chain((dimensions) =>
  fc.record({
    dimensions: fc.constant(dimensions),
    queries: fc.array(awkwardQuery(dimensions), { minLength: 1, maxLength: MAX_QUERIES }),
    rows: fc.array(awkwardRow(dimensions), { minLength: 1, maxLength: 9 }),
  }),
);
