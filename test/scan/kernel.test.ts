import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromFloat16Bits } from '../../shared/scan/float16.ts';
import { createKernel, type KernelName, OVERREAD_BYTES } from '../../shared/scan/kernel.ts';
import { CHUNK_ROWS, scratchBytes } from '../../shared/scan/scratch.ts';
import { awkwardQuery, awkwardRow } from './awkward-rows.ts';
import { kernels } from './kernels.ts';

describe('kernels', () => {
  it('give the same bits for the same rows, whatever their bits', () => {
    fc.assert(
      fc.property(cases, ({ dimensions, query, rows }) => {
        const [first, ...others] = kernels.map((kernel) => scoreAll(kernel, dimensions, query, rows));
        for (const other of others) expect(other).toEqual(first);
      }),
      { numRuns: 1500, seed: 1 },
    );
  });

  it('score listed rows as they score adjacent ones, and no others', () => {
    fc.assert(
      fc.property(cases, fc.infiniteStream(fc.nat()), ({ dimensions, query, rows }, numbers) => {
        const list = rows.map(() => numbers.next().value % rows.length);
        for (const name of kernels) {
          const all = scoreAll(name, dimensions, query, rows);
          const { kernel, offset } = load(name, dimensions, query, rows);
          kernel.scores.fill(7);
          kernel.list.set(list);
          kernel.scoreListed(offset, list.length);
          expect(bitsOf(kernel.scores, list.length)).toEqual(list.map((row) => all[row]));
          expect(kernel.scores[list.length]).toBe(7);
        }
      }),
      { numRuns: 300, seed: 2 },
    );
  });

  it.each(kernels)('%s follows the documented order of arithmetic', (name) => {
    fc.assert(
      fc.property(cases, ({ dimensions, query, rows }) => {
        const expected = Float32Array.from(rows, (row) => documentedScore(query, row));
        expect(scoreAll(name, dimensions, query, rows)).toEqual(bitsOf(expected, rows.length));
      }),
      { numRuns: 500, seed: 3 },
    );
  });

  it.each(kernels)('%s reads back every fp16 number by a one-hot query, at every place', (name) => {
    const finite = Array.from({ length: 0x10000 }, (_, bits) => bits).filter(
      (bits) => (bits & 0x7c00) !== 0x7c00,
    );
    const expected = Float32Array.from(finite, (bits) => fromFloat16Bits(bits) + 0);
    const rows = Array.from(finite, () => new Uint16Array(19).fill(0x3555));
    for (const place of [0, 1, 7, 8, 15, 16, 18]) {
      rows.forEach((row, i) => {
        row.fill(0x3555);
        row[place] = finite[i]!;
      });
      const query = new Float32Array(19);
      query[place] = 1;
      const scores = Uint32Array.from(scoreAll(name, 19, query, rows));
      expect(Buffer.compare(Buffer.from(scores.buffer), Buffer.from(expected.buffer))).toBe(0);
    }
  });

  it.each(kernels)('%s ignores what lies behind a row, infinities and NaN included', (name) => {
    for (const dimensions of [1, 3, 8, 9, 15, 17, 31]) {
      const query = new Float32Array(dimensions).fill(0.25);
      const row = new Uint16Array(dimensions).fill(0x3c00);
      const { kernel, offset, halves } = load(name, dimensions, query, [row]);
      halves.fill(0xffff, offset / 2 + dimensions, offset / 2 + dimensions + OVERREAD_BYTES / 2);
      kernel.score(offset, 1);
      expect(kernel.scores[0]).toBe(dimensions / 4);
    }
  });

  it.each(kernels)('%s refuses a query of other dimensions or beyond its range', (name) => {
    const { kernel } = load(name, 3, new Float32Array(3), []);
    expect(() => kernel.setQueries([new Float32Array(4)])).toThrow(
      'expected a query of 3 dimensions, found 4',
    );
    expect(() => kernel.setQueries([Float32Array.of(0, Number.NaN, 0)])).toThrow('found NaN');
    expect(() => kernel.setQueries([Float32Array.of(0, 0, -65536)])).toThrow('found -65536');
  });

  it('is the fastest that the runtime has by itself, and TypeScript where that is asked for', () => {
    const memory = new WebAssembly.Memory({ initial: Math.ceil(scratchBytes(4) / 65_536) });
    expect(createKernel({ memory, dimensions: 4 }).name).toBe(kernels[0]);
    expect(createKernel({ memory, dimensions: 4, kernel: 'typescript' }).name).toBe('typescript');
  });

  it('refuses memory that does not hold its scratch, and no dimensions', () => {
    const memory = new WebAssembly.Memory({ initial: 0 });
    expect(() => createKernel({ memory, dimensions: 4 })).toThrow(`expected memory of ${scratchBytes(4)}`);
    expect(() => createKernel({ memory, dimensions: 0 })).toThrow('expected 1 dimension or more, found 0');
  });

  it('works above 2 GiB', () => {
    const memory = new WebAssembly.Memory({ initial: 32_768 + 4 });
    const offset = 2 ** 31 + 65_536;
    new Uint16Array(memory.buffer, offset, 2).set([0x3c00, 0x4000]);
    for (const kernel of kernels) {
      const { setQueries, score, scores } = createKernel({ memory, dimensions: 2, kernel });
      setQueries([Float32Array.of(3, 5)]);
      score(offset, 1);
      expect(scores[0]).toBe(13);
    }
  });
});

const cases = fc.integer({ min: 1, max: 70 }).chain((dimensions) =>
  fc.record({
    dimensions: fc.constant(dimensions),
    query: awkwardQuery(dimensions),
    rows: fc
      .array(awkwardRow(dimensions), { minLength: 1, maxLength: 6 })
      .chain((rows) => fc.constantFrom(rows, [...rows, ...rows])),
  }),
);

function load(name: KernelName, dimensions: number, query: Float32Array, rows: readonly Uint16Array[]) {
  const offset = scratchBytes(dimensions);
  const bytes = offset + rows.length * dimensions * 2 + OVERREAD_BYTES;
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / 65_536) });
  const halves = new Uint16Array(memory.buffer);
  rows.forEach((row, i) => {
    halves.set(row, offset / 2 + i * dimensions);
  });
  const kernel = createKernel({ memory, dimensions, kernel: name });
  kernel.setQueries([query]);
  return { kernel, offset, halves };
}

/** The bits of every row's score. */
function scoreAll(name: KernelName, dimensions: number, query: Float32Array, rows: readonly Uint16Array[]) {
  const { kernel, offset } = load(name, dimensions, query, rows);
  const bits: number[] = [];
  for (let first = 0; first < rows.length; first += CHUNK_ROWS) {
    const count = Math.min(CHUNK_ROWS, rows.length - first);
    kernel.score(offset + first * dimensions * 2, count);
    bits.push(...bitsOf(kernel.scores, count));
  }
  return bits;
}

function bitsOf(scores: Float32Array, count: number): number[] {
  return [...new Uint32Array(scores.slice(0, count).buffer)];
}

/** README.md's arithmetic, word for word. */
function documentedScore(query: Float32Array, row: Uint16Array): number {
  const f = Math.fround;
  const acc = new Array<number>(16).fill(0);
  row.forEach((bits, i) => {
    acc[i % 16] = f(acc[i % 16]! + f(query[i]! * fromFloat16Bits(bits)));
  });
  const t = [0, 1, 2, 3].map((j) => f(f(acc[j]! + acc[j + 4]!) + f(acc[j + 8]! + acc[j + 12]!)));
  return f(f(t[0]! + t[2]!) + f(t[1]! + t[3]!));
}
