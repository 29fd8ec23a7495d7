import { describe, expect, it } from 'vitest';
import { nextLists, orderLists } from '../../shared/index/order-lists.ts';
import { toFloat16 } from '../../shared/scan/float16.ts';
import { createKernel, OVERREAD_BYTES } from '../../shared/scan/kernel.ts';
import { CHUNK_ROWS, scratchBytes } from '../../shared/scan/scratch.ts';
import { createRandom } from './sample.ts';

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
});
