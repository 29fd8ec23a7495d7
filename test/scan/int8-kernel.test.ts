import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toFloat16Bits } from '../../shared/scan/float16.ts';
import { MAX_QUERY_SUM, quantizeQuery } from '../../shared/scan/int8-query.ts';
import { createKernel, type KernelName } from '../../shared/scan/kernel.ts';
import { MAX_QUERIES, SHARED_CHUNK_ROWS, scratchAt } from '../../shared/scan/scratch.ts';
import { dot } from '../../shared/scan/typescript-kernel.ts';
import { awkwardCases as cases } from './awkward-rows.ts';
import { below, placeRows } from './int8-rows.ts';
import { kernels } from './kernels.ts';

describe('sifting by int8', () => {
  it.each(kernels)('%s leaves out no row whose score is above its bar, however little', (name) => {
    fc.assert(
      fc.property(cases, ({ dimensions, queries, rows }) => {
        const { kernel, plane } = load(name, dimensions, rows);
        kernel.setQueries(queries);
        kernel.dot(plane, 0, rows.length);
        queries.forEach((query, q) => {
          rows.forEach((row, r) => {
            kernel.bars.fill(Number.POSITIVE_INFINITY);
            kernel.bars[r % 2] = below(dot(query, row, 0));
            const kept = [...kernel.list.slice(0, kernel.sift(plane, 0, rows.length, q))];
            expect(kept).toContain(r);
            expect(kept.every((other) => other % 2 === r % 2)).toBe(true);
          });
        });
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  it.each(kernels)('%s allows for what the f32 arithmetic of a score rounds up', (name) => {
    // Row and query stand exactly on their grids, so that nothing else is allowed for. Equal products drive
    // partial sums up by the same rounding again and again.
    const dimensions = 1024;
    const row = new Uint16Array(dimensions).fill(toFloat16Bits(127 / 128));
    const { kernel, plane } = load(name, dimensions, [row]);
    let roundedUp = 0;
    for (let code = 8000; code < 8191; code++) {
      const query = new Float32Array(dimensions).fill(code / 8192);
      query[0] = 8191 / 8192;
      const score = dot(query, row, 0);
      if (score > (127 * (code * (dimensions - 1) + 8191)) / 2 ** 20) roundedUp++;
      kernel.setQueries([query]);
      kernel.bars.fill(below(score));
      kernel.dot(plane, 0, 1);
      expect(kernel.sift(plane, 0, 1)).toBe(1);
    }
    expect(roundedUp).toBeGreaterThan(20);
  });

  it('keeps the same rows by every kernel, adjacent, listed, and for up to eight queries at once', () => {
    fc.assert(
      fc.property(cases, fc.float({ min: -2, max: 2, noNaN: true }), ({ dimensions, queries, rows }, bar) => {
        const all = kernels.map((name) => {
          const { kernel, plane, dots } = load(name, dimensions, rows);
          kernel.setQueries(queries);
          kernel.dot(plane, 0, rows.length);
          kernel.bars.fill(bar);
          const together = queries.map((_, q) => ({
            dots: [...dots.slice(q * SHARED_CHUNK_ROWS, q * SHARED_CHUNK_ROWS + rows.length)],
            kept: [...kernel.list.slice(0, kernel.sift(plane, 0, rows.length, q))],
          }));
          queries.forEach((query, q) => {
            kernel.setQueries([query]);
            kernel.list.set([...rows.keys()]);
            const kept = [...kernel.list.slice(0, kernel.siftListed(plane, rows.length))];
            expect({ dots: [...dots.slice(0, rows.length)], kept }).toEqual(together[q]);
          });
          return together;
        });
        for (const other of all) expect(other).toEqual(all[0]);
      }),
      { numRuns: 300, seed: 2 },
    );
  });

  it.each(kernels)('%s keeps a row just where its bound in f64 exceeds the bar', (name) => {
    fc.assert(
      fc.property(cases, ({ dimensions, queries, rows }) => {
        const { kernel, plane, values, dots } = load(name, dimensions, rows);
        for (const query of queries) {
          const { step, perResidual, perNorm, rest } = quantizeQuery(query);
          kernel.setQueries([query]);
          kernel.dot(plane, 0, rows.length);
          rows.forEach((_, r) => {
            const upper =
              dots[r]! * (values.scales[r]! * step) +
              values.residuals[r]! * perResidual +
              values.norms[r]! * perNorm +
              rest;
            for (const bar of [Math.fround(upper), below(Math.fround(upper))]) {
              kernel.bars.fill(Number.POSITIVE_INFINITY);
              kernel.bars[r % 2] = bar;
              const kept = [...kernel.list.slice(0, kernel.sift(plane, 0, rows.length))];
              expect(kept.includes(r)).toBe(upper > bar);
            }
          });
        }
      }),
      { numRuns: 300, seed: 3 },
    );
  });

  it.each(kernels)('%s multiplies a part of the rows, and lists in any order', (name) => {
    const dimensions = 21;
    const rows = Array.from({ length: 40 }, (_, r) =>
      Uint16Array.from({ length: dimensions }, (_, i) => 0x3000 + ((r * 37 + i * 11) % 0x800)),
    );
    const { kernel, plane, dots } = load(name, dimensions, rows);
    const query = Float32Array.from({ length: dimensions }, (_, i) => (i % 5) - 2);
    kernel.setQueries([query]);
    kernel.bars.fill(Number.NEGATIVE_INFINITY);
    kernel.dot(plane, 0, 40);
    const all = [...dots.slice(0, 40)];
    kernel.dot(plane, 7, 22);
    expect([...dots.slice(0, 22)]).toEqual(all.slice(7, 29));
    expect(kernel.sift(plane, 7, 22)).toBe(22);
    expect([...kernel.list.slice(0, 22)]).toEqual(Array.from({ length: 22 }, (_, i) => i + 7));
    const numbers = [39, 3, 3, 0, 17];
    kernel.list.set(numbers);
    expect(kernel.siftListed(plane, 5)).toBe(5);
    expect([...dots.slice(0, 5)]).toEqual(numbers.map((row) => all[row]));
    expect([...kernel.list.slice(0, 5)]).toEqual(numbers);
  });

  it.each(kernels)('%s rules out what is clearly below, among unit rows', (name) => {
    const dimensions = 256;
    let seed = 1;
    const random = () => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return seed / 2 ** 32 - 0.5;
    };
    const component = () => 0x2c00 + Math.floor((random() + 0.5) * 0x400) + (random() < 0 ? 0x8000 : 0);
    const rows = Array.from({ length: 200 }, () => Uint16Array.from({ length: dimensions }, component));
    const query = Float32Array.from({ length: dimensions }, random).map((x) => x / 5);
    const { kernel, plane } = load(name, dimensions, rows);
    kernel.setQueries([query]);
    kernel.dot(plane, 0, rows.length);
    rows.forEach((row, r) => {
      kernel.bars.fill(dot(query, row, 0) + 0.05);
      expect([...kernel.list.slice(0, kernel.sift(plane, 0, rows.length))]).not.toContain(r);
    });
  });

  it.each(kernels)(
    '%s stays within an i32 where dimensions are many and all codes at their limits',
    (name) => {
      const dimensions = 4100;
      const rows = [1, -1].map((sign) => new Uint16Array(dimensions).fill(sign < 0 ? 0xbc00 : 0x3c00));
      const query = new Float32Array(dimensions).fill(1);
      const { codes } = quantizeQuery(query);
      expect(codes.reduce((sum, code) => sum + code, 0)).toBeLessThanOrEqual(MAX_QUERY_SUM);
      const { kernel, plane, dots } = load(name, dimensions, rows);
      kernel.setQueries([query, query.map((component) => -component)]);
      kernel.dot(plane, 0, 2);
      const most = codes[0]! * 127 * dimensions;
      expect([...dots.slice(0, 2)]).toEqual([most, -most]);
      expect([...dots.slice(SHARED_CHUNK_ROWS, SHARED_CHUNK_ROWS + 2)]).toEqual([-most, most]);
    },
  );

  it.each(kernels)('%s works above 2 GiB', (name) => {
    const rows = [Uint16Array.of(0x3c00, 0x4000)];
    const { kernel, plane, dots } = load(name, 2, rows, 2 ** 31 + 65_536);
    kernel.setQueries([Float32Array.of(3, 5)]);
    kernel.bars.fill(12.9);
    kernel.dot(plane, 0, 1);
    const { codes } = quantizeQuery(Float32Array.of(3, 5));
    expect(dots[0]).toBe(64 * codes[0]! + 127 * codes[1]!);
    expect(kernel.sift(plane, 0, 1)).toBe(1);
    kernel.bars.fill(13.2);
    expect(kernel.sift(plane, 0, 1)).toBe(0);
  });

  it('refuses more queries than a pass can answer', () => {
    const { kernel } = load('typescript', 2, []);
    const queries = new Array(MAX_QUERIES + 1).fill(new Float32Array(2));
    expect(() => kernel.setQueries(queries)).toThrow('expected at most 8 queries, found 9');
  });
});

function load(name: KernelName, dimensions: number, rows: readonly Uint16Array[], from?: number) {
  const { memory, plane, values } = placeRows(dimensions, rows, from);
  const kernel = createKernel({ memory, dimensions, kernel: name });
  const dots = new Int32Array(memory.buffer, scratchAt(0, dimensions).dotsOffset);
  return { kernel, plane, values, dots };
}
