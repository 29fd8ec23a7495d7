import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromFloat16, toFloat16 } from '../../shared/scan/float16.ts';
import { createKernel, type KernelName, OVERREAD_BYTES, type PrefixPlace } from '../../shared/scan/kernel.ts';
import { measureAxes, quantizePrefix } from '../../shared/scan/prefix-plane.ts';
import { MAX_QUERY_NORM, quantizePrefixQuery } from '../../shared/scan/prefix-query.ts';
import { principalAxes } from '../../shared/scan/principal-axes.ts';
import { projector } from '../../shared/scan/projector.ts';
import { MAX_QUERIES, scratchBytes } from '../../shared/scan/scratch.ts';
import { dot } from '../../shared/scan/typescript-kernel.ts';
import { createRandom, unitVector } from '../index/sample.ts';
import { awkwardQuery, awkwardRow } from './awkward-rows.ts';
import { kernels } from './kernels.ts';

describe('sifting by prefixes', () => {
  it.each(kernels)('%s leaves out no row whose score is above its bar, however little', (name) => {
    fc.assert(
      fc.property(cases, ({ dimensions, width, queries, rows }) => {
        const { kernel, prefix } = load(name, dimensions, width, rows);
        kernel.setQueries(queries);
        queries.forEach((query, q) => {
          rows.forEach((row, r) => {
            kernel.bars.fill(Number.POSITIVE_INFINITY);
            kernel.bars[r % 2] = below(dot(query, row, 0));
            const kept = [...kernel.list.slice(0, kernel.siftPrefix(prefix, 0, rows.length, q))];
            expect(kept).toContain(r);
            expect(kept.every((other) => other % 2 === r % 2)).toBe(true);
          });
        });
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it.each(kernels)('%s leaves out no row that lies wholly along the axes', (name) => {
    // Nothing is left of rows or queries, so that all rests on what is allowed for rounding.
    const dimensions = 64;
    const random = createRandom(3);
    const within = () => Float32Array.from(unitVector(7, random)).map((component) => component);
    const rows = Array.from({ length: 300 }, () => toFloat16([...within(), ...new Float32Array(57)]));
    const { kernel, prefix } = load(name, dimensions, 8, rows);
    let kept = 0;
    for (let i = 0; i < 50; i++) {
      const query = Float32Array.from([...within(), ...new Float32Array(57)]);
      kernel.setQueries([query]);
      rows.forEach((row, r) => {
        kernel.bars.fill(below(dot(query, row, 0)));
        kernel.list[0] = r;
        expect(kernel.siftPrefixListed(prefix, 1)).toBe(1);
        // What codes are off by, once and once for the bound.
        kernel.bars.fill(dot(query, row, 0) + 2 * prefix.error + 0.001);
        kernel.list[0] = r;
        kept += kernel.siftPrefixListed(prefix, 1);
      });
    }
    expect(kept).toBe(0);
  });

  it('keeps the same rows by every kernel, adjacent and listed, of any stretch', () => {
    fc.assert(
      fc.property(
        cases,
        fc.float({ min: -2, max: 2, noNaN: true }),
        ({ dimensions, width, queries, rows }, bar) => {
          const all = kernels.map((name) => {
            const { kernel, prefix } = load(name, dimensions, width, rows);
            kernel.setQueries(queries);
            kernel.bars.fill(bar);
            return queries.map((_, q) => {
              const adjacent = [...kernel.list.slice(0, kernel.siftPrefix(prefix, 0, rows.length, q))];
              const later = [...kernel.list.slice(0, kernel.siftPrefix(prefix, 1, rows.length - 1, q))];
              kernel.list.set([...rows.keys()]);
              const listed = [...kernel.list.slice(0, kernel.siftPrefixListed(prefix, rows.length, q))];
              expect(listed).toEqual(adjacent);
              expect(later).toEqual(adjacent.filter((row) => row > 0));
              return adjacent;
            });
          });
          for (const other of all) expect(other).toEqual(all[0]);
        },
      ),
      { numRuns: 200, seed: 2 },
    );
  });

  it('tells the same of rows that were multiplied before, and finds the highest of each block', () => {
    const many = fc.integer({ min: 16, max: 20 }).chain((dimensions) =>
      fc.record({
        dimensions: fc.constant(dimensions),
        width: fc.constant(8),
        queries: fc.array(awkwardQuery(dimensions), { minLength: 1, maxLength: 2 }),
        rows: fc.array(awkwardRow(dimensions), { minLength: 8, maxLength: 40 }),
        first: fc.nat({ max: 4 }),
        from: fc.nat({ max: 3 }),
        most: fc.integer({ min: 1, max: 12 }),
      }),
    );
    fc.assert(
      fc.property(
        many,
        fc.float({ min: -2, max: 2, noNaN: true }),
        ({ dimensions, width, queries, rows, first, from, most }, bar) => {
          const all = kernels.map((name) => {
            const { kernel, prefix, plane } = load(name, dimensions, width, rows);
            kernel.setQueries(queries);
            kernel.bars.fill(bar);
            return queries.map((query, q) => {
              const kept = [
                ...kernel.list.slice(
                  0,
                  kernel.siftPrefix(prefix, first + from, rows.length - first - from, q),
                ),
              ];
              kernel.dotPrefix(prefix, first, rows.length - first, q);
              const again = kernel.siftPrefixDots(prefix, first + from, rows.length - first - from, q);
              expect([...kernel.list.slice(0, again)]).toEqual(kept);
              const at = first + from;
              kernel.dotPrefix(prefix, first, rows.length - first, q, at);
              for (const place of [undefined, at + from]) {
                const elsewhere = kernel.siftPrefixDots(
                  prefix,
                  first + from,
                  rows.length - first - from,
                  q,
                  place,
                );
                expect([...kernel.list.slice(0, elsewhere)]).toEqual(kept);
              }
              const { skew } = measureAxes(plane.axes, dimensions);
              const { codes } = quantizePrefixQuery(query, plane.axes, skew);
              const dotOf = (row: number) =>
                codes.reduce((sum, code, i) => sum + code * plane.codes[row * width + i]!, 0);
              return [undefined, 0, 1].map((modality) => {
                kernel.list.fill(9999);
                const listed = kernel.listPeaks(prefix, most, modality, 2);
                const found = [...kernel.list.slice(2, 2 + listed)];
                expect([...kernel.list.slice(0, 2), kernel.list[2 + listed]]).toEqual([9999, 9999, 9999]);
                expect(found).toEqual(peaksOf(dotOf, first, rows.length, modality).slice(0, most));
                const elements = kernel.listPeakDots(at, rows.length - first, most);
                if (modality === undefined)
                  expect([...kernel.list.slice(0, elements)].map((i) => i - at + first)).toEqual(found);
                return found;
              });
            });
          });
          for (const other of all) expect(other).toEqual(all[0]);
        },
      ),
      { numRuns: 200, seed: 4 },
    );
  });

  it('makes codes whose dot products fit an i32, and that tell no less than what is left', () => {
    fc.assert(
      fc.property(cases, ({ dimensions, width, queries, rows }) => {
        const { plane } = load('typescript', dimensions, width, rows);
        const norm = (codes: Int16Array) => Math.sqrt(codes.reduce((sum, code) => sum + code * code, 0));
        let missed = 0;
        rows.forEach((row, r) => {
          const codes = plane.codes.subarray(r * width, (r + 1) * width);
          // None has run over, or more would be left of the row than the last says.
          const left = leftOf(fromFloat16(row), plane.axes, codes, plane.scale);
          expect(codes[width - 1]! * plane.scale).toBeGreaterThanOrEqual(left * (1 - 1e-9));
          missed = Math.max(missed, missedOf(fromFloat16(row), plane.axes, codes, plane.scale));
        });
        expect(plane.error).toBeGreaterThanOrEqual(missed * (1 - 1e-5));
        // Half a step each, and what f32 rounds.
        expect(plane.error).toBeLessThanOrEqual(plane.scale * Math.sqrt(width) * 0.51);
        for (const query of queries) {
          const { skew } = measureAxes(plane.axes, dimensions);
          const { codes, step } = quantizePrefixQuery(query, plane.axes, skew);
          expect(norm(codes)).toBeLessThanOrEqual(MAX_QUERY_NORM);
          expect(codes[width - 1]! * step).toBeGreaterThanOrEqual(leftOf(query, plane.axes, codes, step));
        }
      }),
      { numRuns: 300, seed: 3 },
    );
  });

  it('refuses axes that are not orthonormal', () => {
    const axes = new Float32Array(7 * 16).fill(0.1);
    expect(() => quantizePrefix(new Uint16Array(16), 16, axes, () => new Float32Array(7))).toThrow(
      'expected orthonormal axes',
    );
  });
});

const cases = fc
  .record({ dimensions: fc.integer({ min: 16, max: 70 }), width: fc.constantFrom(8, 16) })
  .chain(({ dimensions, width }) =>
    fc.record({
      dimensions: fc.constant(dimensions),
      width: fc.constant(width),
      queries: fc.array(awkwardQuery(dimensions), { minLength: 1, maxLength: MAX_QUERIES }),
      rows: fc.array(awkwardRow(dimensions), { minLength: 1, maxLength: 9 }),
    }),
  );

/** Rows of alternating modality, 0 and 1, as a prefix plane in memory, along axes of their own. */
function load(name: KernelName, dimensions: number, width: number, rows: readonly Uint16Array[]) {
  const vectors = new Uint16Array(rows.length * dimensions);
  rows.forEach((row, i) => {
    vectors.set(row, i * dimensions);
  });
  const axes = principalAxes(Float64Array.from(fromFloat16(vectors)), dimensions, width - 1);
  const plane = quantizePrefix(vectors, dimensions, axes, projector(vectors, dimensions, axes));
  const { codes, scale, error, norm, rowNorm } = plane;
  const start = scratchBytes(dimensions);
  const modality = start + codes.byteLength;
  const prefix: PrefixPlace = { codes: start, modality, width, axes, scale, error, norm, rowNorm };
  const bytes = modality + rows.length + OVERREAD_BYTES;
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / 65_536) });
  new Int8Array(memory.buffer, start).set(codes);
  rows.forEach((_, i) => {
    new Uint8Array(memory.buffer)[modality + i] = i % 2;
  });
  return { kernel: createKernel({ memory, dimensions, kernel: name }), prefix, plane };
}

/** Of each block of four rows the one of the highest dot product, best first; a rest that is no block has none. */
function peaksOf(dotOf: (row: number) => number, first: number, end: number, modality?: number): number[] {
  const peaks: number[] = [];
  for (let begin = first; begin + 4 <= end; begin += 4) {
    const own = [0, 1, 2, 3]
      .map((i) => begin + i)
      .filter((row) => modality === undefined || row % 2 === modality);
    if (own.length > 0) peaks.push(own.reduce((best, row) => (dotOf(row) > dotOf(best) ? row : best)));
  }
  return peaks.sort((a, b) => dotOf(b) - dotOf(a) || a - b);
}

/** The norm of what the codes along the axes leave of a vector. */
function leftOf(
  vector: Float32Array,
  axes: Float32Array,
  codes: Int8Array | Int16Array,
  unit: number,
): number {
  const left = Float64Array.from(vector);
  for (let axis = 0; axis < codes.length - 1; axis++)
    for (let i = 0; i < left.length; i++) left[i]! -= codes[axis]! * unit * axes[axis * vector.length + i]!;
  return Math.sqrt(left.reduce((sum, component) => sum + component * component, 0));
}

/** How far the codes are from the vector's components along the axes. */
function missedOf(vector: Float32Array, axes: Float32Array, codes: Int8Array, unit: number): number {
  let squares = 0;
  for (let axis = 0; axis < codes.length - 1; axis++) {
    let component = 0;
    for (let i = 0; i < vector.length; i++) component += vector[i]! * axes[axis * vector.length + i]!;
    squares += (component - codes[axis]! * unit) ** 2;
  }
  return Math.sqrt(squares);
}

/** The f32 just below. */
function below(value: number): number {
  if (value === 0) return -(2 ** -149);
  const floats = Float32Array.of(value);
  const bits = new Uint32Array(floats.buffer);
  bits[0] = bits[0]! + (value > 0 ? -1 : 1);
  return floats[0]!;
}
