import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantizeCoarsely } from '../../shared/scan/int8-query.ts';
import type { CoarsePart } from '../../shared/scan/kernel.ts';
import { MAX_QUERIES, SHARED_CHUNK_ROWS, scratchAt } from '../../shared/scan/scratch.ts';
import { createTypescriptInt8, int8Dot } from '../../shared/scan/typescript-int8.ts';
import { dot } from '../../shared/scan/typescript-kernel.ts';
import { createWasmInt8, isRelaxedSimdSupported } from '../../shared/scan/wasm-int8.ts';
import { awkwardCases } from './awkward-rows.ts';
import { below, placeRows } from './int8-rows.ts';

/** The plain twin, and the two loops that this runtime may have. */
const loops = isRelaxedSimdSupported()
  ? (['typescript', 'pairs', 'sums'] as const)
  : (['typescript'] as const);

describe('sifting by coarse queries', () => {
  it.each(loops)('%s leaves out no row whose score is above its bar, however little', (name) => {
    fc.assert(
      fc.property(awkwardCases, ({ dimensions, queries, rows }) => {
        const { coarse, plane, bars, list, set } = load(name, dimensions, rows);
        set(queries);
        coarse.dot(plane, 0, rows.length);
        queries.forEach((query, q) => {
          rows.forEach((row, r) => {
            bars.fill(Number.POSITIVE_INFINITY);
            bars[r % 2] = below(dot(query, row, 0));
            const kept = [...list.slice(0, coarse.sift(plane, 0, rows.length, q))];
            expect(kept).toContain(r);
            expect(kept.every((other) => other % 2 === r % 2)).toBe(true);
          });
        });
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  it.each(loops)('%s leaves out no row that its own rounding of the query makes look farther', (name) => {
    // Components half a step off their codes, all to the side that makes the product too small.
    const dimensions = 64;
    const query = Float32Array.from({ length: dimensions }, (_, i) => (i === 0 ? 1 : 0.4999 / 31));
    const row = new Uint16Array(dimensions).fill(0x3000);
    const { coarse, plane, bars, list, set } = load(name, dimensions, [row, row]);
    set([query, query]);
    expect(quantizeCoarsely(query).codes.filter((code) => code !== 0)).toHaveLength(1);
    coarse.dot(plane, 0, 2);
    bars.fill(below(dot(query, row, 0)));
    expect([...list.slice(0, coarse.sift(plane, 0, 2, 1))]).toEqual([0, 1]);
  });

  it('gives the same integers and keeps the same rows by every loop, of any stretch', () => {
    fc.assert(
      fc.property(awkwardCases, fc.float({ min: -2, max: 2, noNaN: true }), (given, bar) => {
        const { dimensions, queries, rows } = given;
        const all = loops.map((name) => {
          const { coarse, plane, bars, list, dots, set } = load(name, dimensions, rows);
          set(queries);
          bars.fill(bar);
          const told = (first: number, count: number) => {
            coarse.dot(plane, first, count);
            return queries.map((_, q) => ({
              dots: [...dots.slice(q * SHARED_CHUNK_ROWS, q * SHARED_CHUNK_ROWS + count)],
              kept: [...list.slice(0, coarse.sift(plane, first, count, q))],
            }));
          };
          const whole = told(0, rows.length);
          told(1, rows.length - 1).forEach((later, q) => {
            expect(later.dots).toEqual(whole[q]!.dots.slice(1));
            expect(later.kept).toEqual(whole[q]!.kept.filter((row) => row > 0));
          });
          return whole;
        });
        for (const other of all) expect(other).toEqual(all[0]);
      }),
      { numRuns: 300, seed: 2 },
    );
  });

  it.each(loops)('%s is exact where all codes are at their limits', (name) => {
    for (const dimensions of [1, 31, 32, 33, 4100]) {
      const rows = [1, -1, 1].map((sign) => new Uint16Array(dimensions).fill(sign < 0 ? 0xbc00 : 0x3c00));
      const { coarse, plane, values, dots, set } = load(name, dimensions, rows);
      const queries = [1, -1, 1, -1, 1].map((sign) => new Float32Array(dimensions).fill(sign));
      set(queries);
      coarse.dot(plane, 0, 3);
      queries.map(quantizeCoarsely).forEach(({ codes }, q) => {
        expect(Math.abs(codes[0]!)).toBe(31);
        rows.forEach((_, r) => {
          const product = int8Dot(codes, values.codes, r * dimensions);
          expect(Math.abs(product)).toBe(31 * 127 * dimensions);
          expect(dots[q * SHARED_CHUNK_ROWS + r]).toBe(product);
        });
      });
    }
  });

  it.each(loops)('%s asks by the latest queries, however many there were before', (name) => {
    const rows = [Uint16Array.of(0x3c00, 0x4000)];
    const { coarse, plane, dots, set } = load(name, 2, rows);
    set(new Array<Float32Array>(MAX_QUERIES).fill(Float32Array.of(-1, -1)));
    coarse.dot(plane, 0, 1);
    set([Float32Array.of(1, 0), Float32Array.of(0, 1)]);
    coarse.dot(plane, 0, 1);
    expect([dots[0], dots[SHARED_CHUNK_ROWS]]).toEqual([31 * 64, 31 * 127]);
  });
});

function load(name: (typeof loops)[number], dimensions: number, rows: readonly Uint16Array[]) {
  const { memory, plane, values } = placeRows(dimensions, rows);
  const scratch = scratchAt(0, dimensions);
  const { coarse, set } = partOf(name, memory, dimensions);
  return {
    coarse,
    set,
    plane,
    values,
    bars: new Float32Array(memory.buffer, scratch.barsOffset, scratch.bars),
    list: new Uint32Array(memory.buffer, scratch.listOffset),
    dots: new Int32Array(memory.buffer, scratch.dotsOffset),
  };
}

function partOf(
  name: (typeof loops)[number],
  memory: WebAssembly.Memory,
  dimensions: number,
): { coarse: CoarsePart; set(queries: readonly Float32Array[]): void } {
  const scratch = scratchAt(0, dimensions);
  if (name === 'typescript') {
    const twin = createTypescriptInt8(memory, dimensions, scratch);
    return { coarse: twin, set: (queries) => twin.setInt8Queries(() => queries.map(quantizeCoarsely)) };
  }
  const coarse = createWasmInt8(memory, dimensions, scratch, 'relaxed', name).coarse!;
  return { coarse, set: coarse.setCoarseQueries };
}
