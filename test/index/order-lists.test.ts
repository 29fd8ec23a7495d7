import { describe, expect, it } from 'vitest';
import { prefixCentroids } from '../../shared/index/listed-prefix.ts';
import { nextLists, orderLists } from '../../shared/index/order-lists.ts';
import { toFloat16 } from '../../shared/scan/float16.ts';
import { createKernel, OVERREAD_BYTES } from '../../shared/scan/kernel.ts';
import { CHUNK_ROWS, scratchBytes } from '../../shared/scan/scratch.ts';
import { kernels } from '../scan/kernels.ts';
import { createRandom, everyPrefix, unitVector } from './sample.ts';

describe('the order of lists', () => {
  it('is that of their centroids by score, of equal ones by number, more than a chunk of them too', () => {
    const dimensions = 2;
    const lists = CHUNK_ROWS + 300;
    const random = createRandom(4);
    const start = scratchBytes(dimensions);
    const memory = new WebAssembly.Memory({
      initial: Math.ceil((start + lists * dimensions * 2 + OVERREAD_BYTES) / 65_536),
    });
    // Few values, so that many scores are equal, zero and below zero.
    const values = Float32Array.from({ length: lists * dimensions }, () => Math.round(random() * 8) / 4 - 1);
    const centroids = new Uint16Array(memory.buffer, start, values.length);
    centroids.set(toFloat16(values));
    const kernel = createKernel({ memory, dimensions });
    const query = Float32Array.of(0.8, -0.6);
    const first = 17;
    const rest = { offsets: new Uint32Array(), rows: new Uint32Array(), modality: new Uint8Array() };
    const order = orderLists(kernel, { centroids, ...rest }, query, { first, end: lists });
    const f = Math.fround;
    const score = (list: number) =>
      f(f(query[0]! * values[list * 2]!) + f(query[1]! * values[list * 2 + 1]!));
    const expected = Array.from({ length: lists - first }, (_, i) => first + i).sort(
      (a, b) => score(b) - score(a) || a - b,
    );
    expect([...order]).toEqual(expected);
    const next = nextLists(kernel, { centroids, ...rest }, query, { first, end: lists });
    expect(Array.from({ length: order.length }, next)).toEqual(expected);
    expect(next()).toBeUndefined();
  });

  it.each(kernels)('is the same where prefixes tell the first of them, by %s', (name) => {
    const dimensions = 24;
    const random = createRandom(5);
    const distinct = Array.from({ length: 300 }, () => unitVector(dimensions, random));
    // Some are equal, so that their numbers decide.
    const centroids = Array.from({ length: 500 }, () => distinct[Math.floor(random() * 300)]!);
    const { kernel, lists, prefix } = placeCentroids(centroids, name);
    let sooner = 0;
    for (let i = 0; i < 60; i++) {
      const query = i % 3 === 0 ? distinct[i]! : unitVector(dimensions, random);
      const range = { first: i % 2 === 0 ? 0 : 37, end: i % 5 === 0 ? 460 : 500 };
      const expected = [...orderLists(kernel, lists, query, range)];
      for (const count of [1, 5, 20, 70]) {
        const scored: number[] = [];
        const watched = {
          ...kernel,
          score: (...args: Parameters<typeof kernel.score>) => {
            scored.push(args[1]);
            kernel.score(...args);
          },
        };
        const next = nextLists(watched, lists, query, range, { count, prefix });
        expect(Array.from({ length: count }, next)).toEqual(expected.slice(0, count));
        if (scored.length === 0) sooner++;
        expect(Array.from({ length: expected.length - count }, next)).toEqual(expected.slice(count));
        expect(next()).toBeUndefined();
      }
    }
    // Of seventy too many would be tried.
    expect(sooner).toBe(3 * 60);
  });
});

function placeCentroids(of: readonly Float32Array[], name: (typeof kernels)[number]) {
  const dimensions = of[0]!.length;
  const start = scratchBytes(dimensions);
  const memory = new WebAssembly.Memory({
    initial: Math.ceil((start + of.length * dimensions * 4) / 65_536),
  });
  const centroids = new Uint16Array(memory.buffer, start, of.length * dimensions);
  centroids.set(toFloat16(of.flatMap((vector) => [...vector])));
  const codesAt = start + centroids.byteLength + 512;
  const modality = new Uint8Array(memory.buffer, start + centroids.byteLength, of.length).fill(1);
  const lists = { centroids, offsets: new Uint32Array(), rows: new Uint32Array(), modality };
  const axes = everyPrefix(dimensions).build(centroids, modality)!.axes;
  const shape = { codes: 0, modality: 0, width: 16, scale: 1, error: 0, norm: 1, rowNorm: 1 };
  const prefix = prefixCentroids(memory, codesAt, { ...shape, axes }, lists);
  return { kernel: createKernel({ memory, dimensions, kernel: name }), lists, prefix };
}
